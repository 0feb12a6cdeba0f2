package io.kvs.testkit;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A mistake to plant into the engine: a change of one of its source files.
///
/// @param name what is wrong then
/// @param file the file, below the package `io.kvs`
/// @param text what to replace; white space stands for any white space
/// @param replacement what to put there
public record PlantedBug(String name, String file, String text, String replacement) {

    /// Returns the list by which the crash tests are measured.
    public static List<PlantedBug> all() {
        return List.of(
                new PlantedBug(
                        "the log is never synced",
                        "segment/SegmentWriter.java",
                        "file.sync(synced, offset);",
                        ""),
                new PlantedBug(
                        "a record behind a synced one is acknowledged before its sync",
                        "commit/GroupCommit.java",
                        "return sequence < durable;",
                        "return sequence <= durable;"),
                new PlantedBug(
                        "only the active segment is synced",
                        "commit/GroupCommit.java",
                        "if (end > writer.synced()) {",
                        "if (!ended && end > writer.synced()) {"),
                new PlantedBug(
                        "the mark of what is synced is set before the sync",
                        "segment/SegmentWriter.java",
                        "file.sync(synced, offset);",
                        "Words.setRelease(memory, SegmentHeader.SYNCED_OFFSET,"
                                + "SegmentHeader.syncedWord(offset, segment.salt()));"
                                + "file.sync(synced, offset);"),
                new PlantedBug(
                        "an ended segment is not synced through its file",
                        "commit/Log.java",
                        "file.sync(); } ended.setSynced(end);",
                        "} ended.setSynced(end);"),
                new PlantedBug(
                        "a removal under SYNC does not wait",
                        "engine/LogStore.java",
                        "commit.await(sequence); forgetTombstone(stripe,",
                        "forgetTombstone(stripe,"),
                new PlantedBug(
                        "a batch under SYNC does not wait",
                        "engine/LogStore.java",
                        "commit.await(sequence); for (int i = 0;",
                        "for (int i = 0;"),
                new PlantedBug(
                        "an identical write under SYNC does not wait for earlier writes",
                        "engine/LogStore.java",
                        "sequence = log.lastSequence();",
                        "sequence = sequence(old);"),
                new PlantedBug(
                        "close does not sync",
                        "engine/StoreLife.java",
                        "commit.syncAll(); SegmentWriter active = log.active();",
                        "SegmentWriter active = log.active();"),
                new PlantedBug(
                        "the directory is not synced after the manifest was renamed",
                        "commit/Catalog.java",
                        "FileNames.MANIFEST); disk.syncDirectory();",
                        "FileNames.MANIFEST);"),
                new PlantedBug(
                        "the manifest is renamed before it is synced",
                        "commit/Catalog.java",
                        "file.write(0, content, 0, content.length); file.sync();",
                        "file.write(0, content, 0, content.length);"),
                new PlantedBug(
                        "the manifest does not remember where the tail starts",
                        "commit/Catalog.java",
                        "changedTail = Math.max(changedTail, entry.maxSequence() + 1);",
                        ""),
                new PlantedBug(
                        "a segment is sealed before it is synced",
                        "engine/Housekeeper.java",
                        "commit.await(writer.tailSequence() - 1);",
                        ""),
                new PlantedBug(
                        "a segment is cut before the manifest says that it is sealed",
                        "engine/Housekeeper.java",
                        "boolean empty = sealed.length() == SegmentHeader.BYTES;",
                        "sealer.trim(sealed);"
                                + "boolean empty = sealed.length() == SegmentHeader.BYTES;"),
                new PlantedBug(
                        "a segment is mapped before it has blocks",
                        "commit/Log.java",
                        "allocate(file, 0, bytes);",
                        ""),
                new PlantedBug(
                        "a segment is used before its name is durable",
                        "commit/Log.java",
                        "disk.syncDirectory(); catalog.grow(",
                        "catalog.grow("),
                new PlantedBug(
                        "compaction does not sync the log before it drops values",
                        "compaction/Compactor.java",
                        "commit.syncAll();",
                        ""),
                new PlantedBug(
                        "compaction deletes the old segments before it names the new ones",
                        "compaction/Compactor.java",
                        "commit.syncAll();",
                        "commit.syncAll(); for (Segment victim : victims) {"
                                + "disk.delete(FileNames.segment(victim.id())); }"),
                new PlantedBug(
                        "compaction does not sync the new segments",
                        "compaction/SortedSegmentWriter.java",
                        "file.sync(); file.close(); hint.finish",
                        "file.close(); hint.finish"),
                new PlantedBug(
                        "compaction names the new segments before their names are durable",
                        "compaction/Compactor.java",
                        "if (!entries.isEmpty()) { disk.syncDirectory(); }",
                        ""),
                new PlantedBug(
                        "compaction drops a tombstone although an older value stays",
                        "compaction/Copier.java",
                        "if (older.mayExist(tombstone.entry().key(), tombstone.sequence())) {",
                        "if (older.mayExist(tombstone.entry().key(), 0)) {"),
                new PlantedBug(
                        "a record is indexed before its checksum was verified",
                        "segment/RecordCursor.java",
                        "return whole ? State.WHOLE : otherwise;",
                        "return State.WHOLE;"),
                new PlantedBug(
                        "half a batch is accepted",
                        "segment/RecordCursor.java",
                        "State found = checked(State.DAMAGED_BATCH);",
                        "State found = State.WHOLE;"),
                new PlantedBug(
                        "after a power cut records behind a torn one are kept",
                        "recovery/TailReplay.java",
                        "} else if (!cacheSurvived(part, cursor, number)) { cutAt(part, offset);",
                        "} else if (!cacheSurvived(part, cursor, number)) {"
                                + "part.end = offset + cursor.size();"),
                new PlantedBug(
                        "a segment is replayed although the one before it is not complete",
                        "recovery/TailReplay.java",
                        "if (base != nextBase && !cut) {",
                        "if (base < 0) {"),
                new PlantedBug(
                        "after a kill what was found is taken for durable",
                        "recovery/TailReplay.java",
                        "if (part.synced < part.end) {",
                        "if (part.synced < 0) {"),
                new PlantedBug(
                        "after opening the log is taken for durable one record too far",
                        "recovery/TailReplay.java",
                        "durable = nextBase - 1;",
                        "durable = nextBase;"),
                new PlantedBug(
                        "the record that is met last wins",
                        "recovery/Index.java",
                        "if (sequence(pointer) > sequence(other)) {",
                        "if (sequence(pointer) >= 0) {"),
                new PlantedBug(
                        "a tombstone is forgotten before all older values were met",
                        "recovery/Index.java",
                        "if (tombstone) { segment.addTombstone(size);"
                                + " remember(keyHash, pointer); }",
                        "if (tombstone) { segment.addTombstone(size);"
                                + " long old = stripe.find(keyHash, key, records);"
                                + " if (old >= 0) { stripe.lock(); stripe.remove(keyHash, old);"
                                + " stripe.addKeys(-1); stripe.unlock(); } return; }"),
                new PlantedBug(
                        "leftovers are deleted before the manifest is there to stay",
                        "recovery/Recovery.java",
                        "disk.syncDirectory(); for (String name : leftovers) {",
                        "for (String name : leftovers) {"));
    }

    /// Returns a source file with the bug in it.
    ///
    /// @throws IllegalStateException the text is not in it exactly once: the engine has changed,
    ///   and the bug must be written anew
    String plantInto(String source) {
        StringBuilder pattern = new StringBuilder();
        for (String word : text.strip().split("\\s+", -1)) {
            pattern.append(pattern.isEmpty() ? "" : "\\s+").append(Pattern.quote(word));
        }
        Matcher matcher = Pattern.compile(pattern.toString()).matcher(source);
        if (!matcher.find()) {
            throw new IllegalStateException(file + " does not contain: " + text);
        }
        int start = matcher.start();
        int end = matcher.end();
        if (matcher.find()) {
            throw new IllegalStateException(file + " contains more than once: " + text);
        }
        return source.substring(0, start) + replacement + source.substring(end);
    }

    @Override
    public String toString() {
        return name;
    }
}
