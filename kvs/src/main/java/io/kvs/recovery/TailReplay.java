package io.kvs.recovery;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.kvs.format.LittleEndian;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;
import io.kvs.io.DiskFile;
import io.kvs.run.Covered;
import io.kvs.run.Run;
import io.kvs.segment.RecordCursor;
import io.kvs.segment.RecordCursor.State;
import io.kvs.segment.Segment;
import io.kvs.segment.Words;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Settles the tail of the log: the segments that were not sealed when the store was last used.
///
/// Below the point up to which the log is known to be on stable storage everything is complete, so
/// whatever is wrong there is damage. Behind it there are three cases.
///
/// - *The process was killed.* The page cache survived, as the boot id shows. A record without
///   checksum is one that a writer did not finish: it is marked as a gap, and what lies behind it
///   was acknowledged and is kept. A record with a wrong checksum is damage.
/// - *The power was cut.* The boot id is another one. Any part of what was not synced may be
///   missing; the log is cut at the first record that is not whole, so that what is lost is always
///   the end.
/// - *The file system went away under a running system.* The boot id is the same, but the page
///   cache did not survive, which shows in sectors that are zero again. Treated like a power cut.
///
/// Before any of this, a single flipped bit in the header of a segment, or in header or key of a
/// record, is put right in the file (see {@link BitFlip}), and the tail then sealed. If another
/// process owns the directory, only headers of segments are put right, and only in memory: a record
/// that is not whole may be one that is just being written.
final class TailReplay {
    private final Recovery recovery;
    private final long storeId;
    private final List<Entry> entries;
    private final List<Run> runs;
    private final List<TailSegment> parts = new ArrayList<>();
    private final List<Entry> unused = new ArrayList<>();
    private final long boot;
    private final CacheEvidence evidence;
    private long nextBase;
    private long cutBytes;
    private int gaps;

    /// Whether the log was cut: what follows is dropped.
    private boolean cut;

    /// Whether something was put right that had been damaged.
    private boolean mended;

    /// Prepares the replay.
    ///
    /// @param entries the segments that are not sealed, oldest first
    /// @param nextBase the sequence number at which the first of them begins
    /// @param runs runs that the manifest does not name, and that may list parts of these segments
    TailReplay(
            Recovery recovery, long storeId, List<Entry> entries, long nextBase, List<Run> runs) {
        this.recovery = recovery;
        this.storeId = storeId;
        this.entries = entries;
        this.runs = runs;
        this.nextBase = nextBase;
        String boot = recovery.disk().bootId();
        this.boot = SegmentHeader.bootHash(boot);
        this.evidence = new CacheEvidence(parts, !boot.isEmpty(), recovery.readOnly());
    }

    /// Replays the records, oldest segment first.
    Tail run() throws IOException {
        for (Entry entry : entries) {
            open(entry);
        }
        for (int i = 0; i < parts.size(); i++) {
            TailSegment part = parts.get(i);
            checkBase(part);
            if (cut) {
                drop(part);
            } else {
                boolean laterSynced = i + 1 < parts.size() && parts.get(i + 1).synced > 0;
                replay(part, laterSynced ? Long.MAX_VALUE : part.synced, i);
                nextBase = part.dropped ? nextBase : part.nextBase();
            }
        }
        return new Tail(parts, unused, !cut && !mended, nextBase, durable(), cutBytes, gaps);
    }

    private long durable() {
        long durable = nextBase - 1;
        for (TailSegment part : parts.reversed()) {
            if (part.synced < part.end) {
                durable = part.segment.baseSequence() + (part.synced >>> 3);
            }
        }
        return durable;
    }

    private void open(Entry entry) throws IOException {
        Segment probe = recovery.map(storeId, entry.id(), false, 0, 0, Long.MAX_VALUE);
        byte[] bytes = new byte[SegmentHeader.SYNCED_OFFSET];
        MemorySegment.copy(probe.memory(), JAVA_BYTE, 0, bytes, 0, bytes.length);
        if (BitSet.valueOf(bytes).cardinality() <= 1) { // Zeros, or zeros with a flipped bit.
            recovery.segments().remove(probe);
            probe.file().close();
            unused.add(entry);
            return;
        }
        int flipped = SegmentHeader.decode(bytes) == null ? SegmentHeader.flippedBit(bytes) : -1;
        if (flipped >= 0) {
            bytes[flipped / Byte.SIZE] ^= (byte) (1 << flipped % Byte.SIZE);
        }
        SegmentHeader header = SegmentHeader.decode(bytes);
        if (header == null
                || header.storeId() != storeId
                || header.segmentId() != entry.id()
                || header.sorted()) {
            throw probe.corruption(0, "the segment header is damaged or of another file");
        }
        if (probe.memory().byteSize() < entry.length()) {
            throw probe.corruption(
                    probe.memory().byteSize(), "the file should have " + entry.length() + " bytes");
        }
        Segment segment = probe.withBase(header.baseSequence());
        recovery.segments().put(segment);
        long word = Words.get(segment.memory(), SegmentHeader.SYNCED_OFFSET);
        long synced = SegmentHeader.syncedOffset(word, segment.salt());
        TailSegment part = new TailSegment(segment, entry, header, synced, header.boot() == boot);
        parts.add(part);
        if (flipped >= 0) {
            mend(part, new BitFlip(flipped / Byte.SIZE, flipped % Byte.SIZE));
        }
    }

    /// Checks that a segment starts where the log before it ends; cuts the log if it does not and
    /// nothing of the segment was on stable storage.
    private void checkBase(TailSegment part) {
        long base = part.segment.baseSequence();
        if (base != nextBase && !cut) {
            if (part.synced > 0) {
                throw part.segment.corruption(
                        0, "it starts at sequence number " + base + ", expected " + nextBase);
            }
            cut = true;
        }
    }

    private void replay(TailSegment part, long synced, int number) throws IOException {
        Segment segment = part.segment;
        part.end = listedEnd(part);
        long from = part.end;
        RecordCursor cursor = new RecordCursor(segment, part.end, part.size(), false);
        while (!cut && !part.ended && cursor.next()) {
            long offset = cursor.offset();
            State state = cursor.state();
            BitFlip flip = recovery.readOnly() ? null : BitFlip.find(segment, cursor);
            if (flip != null) {
                mend(part, flip);
                cursor = new RecordCursor(segment, offset, part.size(), false);
            } else if (state == State.END) {
                part.ended = true;
            } else if (isContinued(part, number)) {
                endWithoutMark(part, cursor);
            } else if (state == State.NOTHING) {
                settleEnd(part, offset, synced);
            } else if (isLoneWord(part, cursor, synced)) {
                cutAt(part, offset);
            } else if (state == State.WHOLE || state == State.GAP || offset < synced) {
                accept(part, cursor);
            } else if (!evidence.survived(cursor, number)) {
                cutAt(part, offset);
            } else if (state == State.UNFINISHED) {
                markGap(part, cursor);
            } else {
                accept(part, cursor);
            }
        }
        recovery.addReplayed(part.end - from);
    }

    /// Returns up to where runs list the records of a segment. Those that the manifest does not
    /// name were not synced: they count only as long as the page cache is that of the writer, where
    /// the log still holds what they were made from, and where no older record is unlisted.
    private long listedEnd(TailSegment part) {
        long end = recovery.runs().coveredEnd(part.segment.id());
        if (end > part.size()) {
            throw part.segment.corruption(
                    part.size(), "the file ends here, its records were listed up to " + end);
        }
        boolean usable = part.sameBoot && !recovery.foundUnlisted();
        for (Run run : usable ? runs : List.<Run>of()) {
            Covered covered = run.covered().getFirst();
            if (run.covered().size() == 1
                    && covered.segmentId() == part.segment.id()
                    && covered.from() == end
                    && covered.to() <= part.size()
                    && covered.contentChecksum()
                            == Covered.checksum(part.segment, end, covered.to())) {
                recovery.runs().change(List.of(run), List.of());
                end = covered.to();
            }
        }
        return end;
    }

    private void accept(TailSegment part, RecordCursor cursor) {
        recovery.take(part.segment, cursor, -1, false);
        part.end =
                cursor.state() == State.DAMAGED_BATCH
                        ? cursor.offset() + RecordHeader.BATCH_BYTES
                        : cursor.offset() + cursor.size();
    }

    /// Returns whether the next segment goes on right here: its first sequence number is the one
    /// behind the end mark of this one.
    private boolean isContinued(TailSegment part, int number) {
        return number + 1 < parts.size()
                && parts.get(number + 1).segment.baseSequence() == part.nextBase();
    }

    /// Ends a segment whose file had no room for an end mark, or whose mark is damaged. It is not
    /// written again: sealing cuts it off.
    private void endWithoutMark(TailSegment part, RecordCursor cursor) {
        part.ended = true;
        if (cursor.state() != State.NOTHING) {
            mended = true;
            recovery.report(part.segment.corruption(cursor.offset(), "the end mark is damaged"));
        }
    }

    private void settleEnd(TailSegment part, long offset, long synced) {
        part.end = offset;
        if (offset < synced) {
            throw part.segment.corruption(
                    offset, "records are missing although they were on stable storage");
        }
        if (!recovery.readOnly() && !part.isZeroBehind(offset)) {
            cutAt(part, offset);
        }
    }

    /// Returns whether nothing but zeros lies behind a word that is no header. Then no finished
    /// record was damaged here: its checksum would follow.
    private boolean isLoneWord(TailSegment part, RecordCursor cursor, long synced) {
        return cursor.state() == State.GARBAGE
                && !recovery.readOnly()
                && cursor.offset() >= synced
                && part.isZeroBehind(cursor.offset() + RecordHeader.WORD_BYTES);
    }

    /// Puts a flipped bit right, in the file if it is ours, and reports it.
    private void mend(TailSegment part, BitFlip flip) throws IOException {
        mended = true;
        String problem = "one bit is flipped";
        if (!recovery.readOnly()) {
            problem = "one bit was flipped and has been put right";
            byte right =
                    (byte) (part.segment.memory().get(JAVA_BYTE, flip.offset()) ^ 1 << flip.bit());
            try (DiskFile file = part.openForWriting(recovery.disk())) {
                file.write(flip.offset(), new byte[] {right}, 0, 1);
            }
        }
        recovery.report(part.segment.corruption(flip.offset(), problem));
    }

    private void cutAt(TailSegment part, long offset) {
        cut = true;
        part.end = offset;
        part.dropped = offset <= SegmentHeader.BYTES;
        cutBytes += part.contentEnd(offset) - offset;
    }

    private void drop(TailSegment part) {
        part.dropped = true;
        cutBytes += part.contentEnd(SegmentHeader.BYTES) - SegmentHeader.BYTES;
    }

    private void markGap(TailSegment part, RecordCursor cursor) throws IOException {
        long offset = cursor.offset();
        gaps++;
        part.end = offset + cursor.size();
        if (!recovery.readOnly()) {
            long header = RecordHeader.gap(cursor.size());
            byte[] word = new byte[RecordHeader.WORD_BYTES];
            LittleEndian.putLong(
                    word, 0, RecordHeader.sealed(header, 0, part.segment.mask(offset)));
            try (DiskFile file = part.openForWriting(recovery.disk())) {
                file.write(offset, word, 0, word.length);
            }
        }
    }
}
