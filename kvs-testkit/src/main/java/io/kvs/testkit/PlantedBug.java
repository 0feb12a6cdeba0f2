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
                        "what a dead process has left is not written again before a sync",
                        "commit/Log.java",
                        "if (writer.synced() < writer.inheritedEnd()) {",
                        "if (false) {"),
                new PlantedBug(
                        "what a dead process has left is written again after the sync",
                        "commit/Log.java",
                        "if (writer.synced() < writer.inheritedEnd()) {",
                        "long synced = writer.synced(); if (!writer.sync(end)) {"
                                + " syncFile(writer, end); } if (synced < writer.inheritedEnd()) {"),
                new PlantedBug(
                        "a removal under SYNC does not wait",
                        "engine/Writes.java",
                        "commit.acknowledge(sequence, () -> index.forgetTombstone(keyHash,"
                                + " tombstone));",
                        "index.forgetTombstone(keyHash, tombstone);"),
                new PlantedBug(
                        "a batch under SYNC does not wait",
                        "engine/Batches.java",
                        "commit.acknowledge(sequence, () -> forgetTombstones(batch, hashes,"
                                + " start));",
                        "forgetTombstones(batch, hashes, start);"),
                new PlantedBug(
                        "a deferred answer is given before its sync",
                        "commit/DeferredAnswers.java",
                        "if (commit.isDurable(deferral.sequence())) {",
                        "if (true) {"),
                new PlantedBug(
                        "an identical write under SYNC does not wait for earlier writes",
                        "engine/Writes.java",
                        "sequence = log.lastSequence();",
                        "sequence = records.sequence(old);"),
                new PlantedBug(
                        "close does not sync",
                        "engine/Shutdown.java",
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
                        "engine/Listing.java",
                        "sealer.commit(List.of(prepared), empty);",
                        "for (Part part : ended) { sealer.trim(part); }"
                                + " sealer.commit(List.of(prepared), empty);"),
                new PlantedBug(
                        "of segments that are sealed together, only the first is listed",
                        "commit/Sealer.java",
                        "Run run = makeRun(unlisted, own);",
                        "Run run = makeRun(unlisted.subList(0, 1), own);"),
                new PlantedBug(
                        "a segment is mapped before it has blocks",
                        "commit/Log.java",
                        "boolean small = allocate(file, 0, bytes);",
                        "boolean small = smallPages;"),
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
                        "file.sync(); file.close(); return",
                        "file.close(); return"),
                new PlantedBug(
                        "compaction names the new segments before their names are durable",
                        "compaction/Compactor.java",
                        "if (!entries.isEmpty()) { disk.syncDirectory(); }",
                        ""),
                new PlantedBug(
                        "compaction drops a tombstone although an older value stays",
                        "compaction/Copier.java",
                        "if (older.mayExist(tombstone.key(), tombstone.segment().rank())) {",
                        "if (older.mayExist(tombstone.key(), 0)) {"),
                new PlantedBug(
                        "compaction drops an expired value although an older one stays",
                        "compaction/Copier.java",
                        "if (older.mayExist(expired.key(), expired.segment().rank())) {",
                        "if (false) {"),
                new PlantedBug(
                        "compaction forgets when values expire",
                        "compaction/SortedSegmentWriter.java",
                        "if (expiryMillis != RecordHeader.NEVER) {",
                        "if (false) {"),
                new PlantedBug(
                        "an expired value that compaction has dropped is counted for ever",
                        "compaction/Copier.java",
                        "stripe.addKeys(-1);",
                        ""),
                new PlantedBug(
                        "a merge of runs forgets which values expire",
                        "run/RunWriter.java",
                        "source.offset(), source.lengthAndKind());",
                        "source.offset(), LengthAndKind.of(source.valueLength(),"
                                + " source.isTombstone(), false));"),
                new PlantedBug(
                        "a value in a snapshot expires",
                        "engine/Views.java",
                        "return value == null || expiryMillis <= takenMillis",
                        "return value == null || records.isExpired(place.pointer())"),
                new PlantedBug(
                        "a transaction does not notice that what it has read has expired",
                        "engine/Commits.java",
                        "if (reads.expiryMillis() <= clock.millis()) {",
                        "if (false) {"),
                new PlantedBug(
                        "a transaction does not notice that what it has scanned has expired",
                        "transaction/TransactionCursor.java",
                        "stored.expiry().ifPresent(expiry ->"
                                + " reads.addExpiry(expiry.toEpochMilli()));",
                        ""),
                new PlantedBug(
                        "a value that expires is not written if the same one is there",
                        "engine/Writes.java",
                        "&& expiryMillis == RecordHeader.NEVER && skipsIdentical",
                        "&& skipsIdentical"),
                new PlantedBug(
                        "a compare-and-set sees what has expired",
                        "engine/Exchanges.java",
                        "if (records.isExpired(pointer)) { return value == null; }",
                        ""),
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
                        "} else if (!evidence.survived(cursor, number)) { cutAt(part, offset);",
                        "} else if (!evidence.survived(cursor, number)) {"
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
                        "the record that is met first wins",
                        "recovery/Unlisted.java",
                        "if (known < 0 || place.isNewerThan(place(known))) {",
                        "if (known < 0) {"),
                new PlantedBug(
                        "a tombstone of the tail is not kept against what runs list",
                        "recovery/Unlisted.java",
                        "index.put(keyHash, known, place.pointer());",
                        "if (RecordHeader.kind(cursor.header()) == RecordHeader.TOMBSTONE) {"
                                + " if (known >= 0) { stripe.remove(keyHash, known); } return; }"
                                + " index.put(keyHash, known, place.pointer());"),
                new PlantedBug(
                        "leftovers are deleted before the manifest is there to stay",
                        "recovery/Leftovers.java",
                        "disk.syncDirectory();",
                        ""),
                new PlantedBug(
                        "a merge of runs loses tombstones",
                        "run/RunMerger.java",
                        "EntrySource entry = merge.source();",
                        "EntrySource entry = merge.source(); if (entry.isTombstone() &&"
                                + " sources.size() > 1) { continue; }"),
                new PlantedBug(
                        "the entry of the older segment comes first",
                        "run/EntryMerge.java",
                        "int order = Long.compare(ranks[other][otherNumber],"
                                + " ranks[one][number]);",
                        "int order = Long.compare(ranks[one][number],"
                                + " ranks[other][otherNumber]);"),
                new PlantedBug(
                        "a scan gives the oldest record of a key",
                        "run/NewestCursor.java",
                        "if (!ascending) { target.setLast(",
                        "if (ascending) { target.setLast("),
                new PlantedBug(
                        "a lookup prefers the entry of the older segment",
                        "segment/Place.java",
                        "return other == null || segment.rank() > other.segment.rank();",
                        "return other == null || segment.rank() < other.segment.rank();"),
                new PlantedBug(
                        "a key whose line is full is left out of the hash index",
                        "run/HashIndexBuilder.java",
                        "while (free < used.length && used[free] == HashIndex.LINE_SLOTS) {"
                                + " free++; }",
                        "if (used[free] == HashIndex.LINE_SLOTS) { return; }"),
                new PlantedBug(
                        "a lookup in a hash index stops at the end of a line",
                        "run/HashIndex.java",
                        "number < lines; number++",
                        "number <= lineOf(hash, chosenLines); number++"),
                new PlantedBug(
                        "a lookup in the runs passes over tombstones",
                        "run/RunTable.java",
                        "Place place = new Place(segment, run.offsetAt(found));",
                        "Place place = new Place(segment, run.offsetAt(found));"
                                + " if (isTombstone(place)) { continue; }"),
                new PlantedBug(
                        "compacted records are ranked above those that are written next",
                        "compaction/Compactor.java",
                        "long rank = Manifest.rankOfSorted(log.activeBase());",
                        "long rank = Manifest.rankOfLog(log.lastSequence() + 2);"),
                new PlantedBug(
                        "the run of a sealed segment leaves out what its parts list",
                        "commit/Sealer.java",
                        "for (Run run : own) { sources.add(run.cursor()); }",
                        ""),
                new PlantedBug(
                        "a run of a part is used although the log is another one",
                        "recovery/TailReplay.java",
                        "&& covered.contentChecksum() == Covered.checksum(part.segment,"
                                + " end, covered.to())) {",
                        ") {"),
                new PlantedBug(
                        "a run is named before it is synced",
                        "run/RunWriter.java",
                        "if (sync) { file.sync(); }",
                        ""),
                new PlantedBug(
                        "runs are named before their names are durable",
                        "commit/Sealer.java",
                        "if (!added.isEmpty()) { disk.syncDirectory(); }",
                        ""),
                new PlantedBug(
                        "merged runs are deleted before the manifest names the new one",
                        "engine/Listing.java",
                        "sealer.replace(merged, List.of(Run.mapNew(disk, catalog.storeId(), id)));",
                        "for (Run run : merged) { disk.delete(FileNames.run(run.id())); }"
                                + " sealer.replace(merged,"
                                + " List.of(Run.mapNew(disk, catalog.storeId(), id)));"),
                new PlantedBug(
                        "a run leaves with the first of its segments",
                        "engine/Listing.java",
                        "run.covered().stream().anyMatch(part -> !isGone(part.segmentId()))",
                        "run.covered().stream().allMatch(part -> !isGone(part.segmentId()))"),
                new PlantedBug(
                        "a file that a snapshot needs is deleted",
                        "view/Pins.java",
                        "if (isHeld(file)) {",
                        "if (held.size() > 1000) {"),
                new PlantedBug(
                        "a snapshot does not hold its runs",
                        "view/View.java",
                        "return segment(fileId) != null || layout.runs().contains(fileId);",
                        "return segment(fileId) != null;"),
                new PlantedBug(
                        "the pin of a snapshot expires",
                        "engine/LogStore.java",
                        "return new LogSnapshot(views, takeView(), clock.millis());",
                        "View view = views.take(); view.close(); return new"
                                + " LogSnapshot(views, view, clock.millis());"),
                new PlantedBug(
                        "a get in a snapshot shows a later record",
                        "engine/Views.java",
                        "return pointer != ABSENT && records.sequence(pointer) < before ? pointer : ABSENT;",
                        "return pointer;"),
                new PlantedBug(
                        "a scan shows a later record",
                        "view/Present.java",
                        "long end = writer.tail();",
                        "long end = writer.capacity();"),
                new PlantedBug(
                        "a key that was removed is looked up in the runs",
                        "index/Index.java",
                        "if (!complete || leaving) { rememberTombstone(keyHash, tombstone);",
                        "if ((!complete || leaving) && awaited) {"
                                + " rememberTombstone(keyHash, tombstone);"),
                new PlantedBug(
                        "the loader overwrites a newer pointer",
                        "engine/Loader.java",
                        "if (stripe.find(keyHash, key, segments::hasKey) < 0 &&"
                                + " !stripe.contains(keyHash, pointer)) { stripe.insert(keyHash,"
                                + " pointer); }",
                        "index.put(keyHash, stripe.find(keyHash, key, segments::hasKey),"
                                + " pointer);"),
                new PlantedBug(
                        "the loader counts what was removed meanwhile as it was",
                        "engine/IndexUpdate.java",
                        "stripe.addKeys(retire(old) ? -1 : 0);",
                        "stripe.addKeys(retire(old) && index.isComplete() ? -1 : 0);"),
                new PlantedBug(
                        "a transaction does not check what it has scanned",
                        "engine/Commits.java",
                        "if (interval.contains(key)) { throw new ConflictException(); }",
                        ""),
                new PlantedBug(
                        "a transaction does not check that a key is still absent",
                        "engine/Commits.java",
                        "if (read.version() != (absent",
                        "if (read.version() != KeyRead.ABSENT && read.version() != (absent"),
                new PlantedBug(
                        "a compare-and-set under SYNC does not wait",
                        "engine/Exchanges.java",
                        "long written = log.appendValue(key, value, expiryMillis,"
                                + " flags(durability)); awaited = durability =="
                                + " Durability.SYNC ? records.sequence(written) : awaited;",
                        "long written = log.appendValue(key, value, expiryMillis,"
                                + " flags(durability));"),
                new PlantedBug(
                        "a scan misses what was written since the one before",
                        "view/SortedTail.java",
                        "if (part.to() > sorted) {",
                        "if (pieces.isEmpty()) {"),
                new PlantedBug(
                        "a snapshot shows what was sorted for a later one",
                        "view/SortedTail.java",
                        "piece.before(part.to())",
                        "piece"),
                new PlantedBug(
                        "a value that was overwritten stays in the cache",
                        "engine/CachedReads.java",
                        "index.stripeOf(keyHash).contains(keyHash, pointer) && records",
                        "records"),
                new PlantedBug(
                        "a value in the cache does not expire",
                        "engine/CachedReads.java",
                        "!isNewest(keyHash, cached) || isExpired(cached)",
                        "!isNewest(keyHash, cached)"),
                new PlantedBug(
                        "the cache of values takes more than its bytes",
                        "cache/CacheShard.java",
                        "while (usedBytes() + value.bytes() > capacityBytes) {",
                        "while (usedBytes() > capacityBytes) {"),
                new PlantedBug(
                        "a blob is not synced before its record is written",
                        "blob/Blobs.java",
                        "sync(file); } finally {",
                        "} finally {"),
                new PlantedBug(
                        "the name of a blob is not durable when its record is written",
                        "blob/Blobs.java",
                        "disk.rename(temporary, name); disk.syncDirectory();",
                        "disk.rename(temporary, name);"),
                new PlantedBug(
                        "compaction deletes a blob whose record it has copied",
                        "compaction/Compactor.java",
                        "copier.blobs().forEach(dropped::remove);",
                        ""),
                new PlantedBug(
                        "a blob is deleted that a snapshot needs",
                        "view/Pins.java",
                        "return blob ? id < blobBound : needed.test(id);",
                        "return !blob && needed.test(id);"),
                new PlantedBug(
                        "a dictionary is not synced",
                        "compression/Dictionaries.java",
                        "created.sync(); } disk.syncDirectory();",
                        "} disk.syncDirectory();"),
                new PlantedBug(
                        "the name of a dictionary is not synced before the manifest has it",
                        "compression/Dictionaries.java",
                        "created.sync(); } disk.syncDirectory();",
                        "created.sync(); }"),
                new PlantedBug(
                        "the dictionary of a segment is deleted at open",
                        "recovery/Recovery.java",
                        "named.add(FileNames.dictionary(entry.dictionary()));",
                        ""),
                new PlantedBug(
                        "a value that another dictionary compressed is copied as it is",
                        "compaction/Copier.java",
                        "segment.dictionary() == dictionary ?",
                        "segment.dictionary() == dictionary || dictionary != null ?"),
                new PlantedBug(
                        "the manifest does not say which dictionary a segment has",
                        "compaction/SortedSegmentWriter.java",
                        "sequenceMax, rank, dictionary);",
                        "sequenceMax, rank, 0);"));
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
