package io.kvs.format;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The list of segments and runs that make up a store (FORMAT.md, "Manifest").
///
/// The file holds it twice, so that no single damage loses it.
///
/// @param storeId a random number that all files of the store carry
/// @param nextFileId the id that the next new segment gets
/// @param tailSequence where the tail starts: the sequence number at which the first log segment
///   that is not sealed begins, and that the next one begins with if there is none
/// @param segments all segments, by growing id; log segments hold newer writes the higher their id
/// @param runs the ids of all runs, growing
public record Manifest(
        long storeId, long nextFileId, long tailSequence, List<Entry> segments, List<Long> runs) {

    /// The format version that this code writes, and the only one it reads.
    public static final int VERSION = 2;

    private static final int MAGIC = 0x4D53564B;
    private static final int HEAD_BYTES = 40;
    private static final int ENTRY_BYTES = 48;
    private static final int RUN_BYTES = 8;
    private static final int CRC_BYTES = 4;

    /// A segment.
    ///
    /// @param id its id
    /// @param sorted whether compaction wrote it
    /// @param sealed whether it is complete, on stable storage, and never changes again
    /// @param baseSequence the sequence number of its offset 0, or -1 while it is not in use
    /// @param length sealed: the exact end of its records; else: the least size of the file
    /// @param maxSequence a bound: no record in it has a larger sequence number; unused unless
    ///   sealed
    /// @param rank sorted: tells which of two records of a key is the newer one, see {@link
    ///   #rankOfLog}; unused unless sorted
    public record Entry(
            long id,
            boolean sorted,
            boolean sealed,
            long baseSequence,
            long length,
            long maxSequence,
            long rank) {

        /// Makes the entry of a sealed log segment.
        ///
        /// @param end where its records end
        public static Entry sealedLog(long id, long baseSequence, long end) {
            return new Entry(
                    id,
                    false,
                    true,
                    baseSequence,
                    Math.max(end, SegmentHeader.BYTES),
                    baseSequence + (end >>> 3),
                    rankOfLog(baseSequence));
        }

        /// Makes the entry of a log segment that is not sealed.
        public static Entry unsealed(long id, long leastBytes) {
            return new Entry(id, false, false, -1, leastBytes, -1, 0);
        }
    }

    /// Returns the rank of a log segment. Of several records of a key the one in the segment of the
    /// highest rank is the newest: that of a log segment is twice its first sequence number, that
    /// of a sorted one is one less than that of the log segment which was active when its
    /// compaction began.
    public static long rankOfLog(long baseSequence) {
        return 2 * baseSequence;
    }

    /// Returns the rank of a sorted segment.
    ///
    /// @param activeBase the first sequence number of the segment that is active when the
    ///   compaction begins
    public static long rankOfSorted(long activeBase) {
        return rankOfLog(activeBase) - 1;
    }

    /// Encodes the content of the file.
    public byte[] encode() {
        int size = HEAD_BYTES + segments.size() * ENTRY_BYTES + runs.size() * RUN_BYTES + CRC_BYTES;
        byte[] bytes = new byte[2 * size];
        LittleEndian.putInt(bytes, 0, MAGIC);
        LittleEndian.putInt(bytes, 4, VERSION);
        LittleEndian.putLong(bytes, 8, storeId);
        LittleEndian.putLong(bytes, 16, nextFileId);
        LittleEndian.putLong(bytes, 24, tailSequence);
        LittleEndian.putInt(bytes, 32, segments.size());
        LittleEndian.putInt(bytes, 36, runs.size());
        int at = HEAD_BYTES;
        for (Entry entry : segments) {
            LittleEndian.putLong(bytes, at, entry.id());
            LittleEndian.putLong(
                    bytes, at + 8, (entry.sorted() ? 1 : 0) | (entry.sealed() ? 2 : 0));
            LittleEndian.putLong(bytes, at + 16, entry.baseSequence());
            LittleEndian.putLong(bytes, at + 24, entry.length());
            LittleEndian.putLong(bytes, at + 32, entry.maxSequence());
            LittleEndian.putLong(bytes, at + 40, entry.rank());
            at += ENTRY_BYTES;
        }
        for (long run : runs) {
            LittleEndian.putLong(bytes, at, run);
            at += RUN_BYTES;
        }
        LittleEndian.putInt(bytes, at, crc(bytes, 0, at));
        System.arraycopy(bytes, 0, bytes, size, size);
        return bytes;
    }

    /// Decodes the content of the file from the first sound copy in it; null if there is none.
    public static @Nullable Manifest decode(byte[] bytes) {
        Manifest first = decode(bytes, 0);
        if (first != null) {
            return first;
        }
        for (int at = HEAD_BYTES + CRC_BYTES; at + HEAD_BYTES <= bytes.length; at += 4) {
            Manifest second = decode(bytes, at);
            if (second != null) {
                return second;
            }
        }
        return null;
    }

    /// Returns whether both copies in the file are sound.
    public static boolean isWhole(byte[] bytes) {
        return bytes.length % 2 == 0
                && decode(bytes, 0) != null
                && decode(bytes, bytes.length / 2) != null;
    }

    /// Returns the format version the file claims, or -1 if it does not look like a manifest.
    public static int version(byte[] bytes) {
        return bytes.length >= HEAD_BYTES && LittleEndian.getInt(bytes, 0) == MAGIC
                ? LittleEndian.getInt(bytes, 4)
                : -1;
    }

    private static @Nullable Manifest decode(byte[] bytes, int start) {
        if (bytes.length - start < HEAD_BYTES + CRC_BYTES
                || LittleEndian.getInt(bytes, start) != MAGIC
                || LittleEndian.getInt(bytes, start + 4) != VERSION) {
            return null;
        }
        int room = bytes.length - start - HEAD_BYTES - CRC_BYTES;
        int count = LittleEndian.getInt(bytes, start + 32);
        int runCount = LittleEndian.getInt(bytes, start + 36);
        if (count < 0
                || runCount < 0
                || (long) count * ENTRY_BYTES + (long) runCount * RUN_BYTES > room) {
            return null;
        }
        int runsStart = start + HEAD_BYTES + count * ENTRY_BYTES;
        int end = runsStart + runCount * RUN_BYTES;
        if (LittleEndian.getInt(bytes, end) != crc(bytes, start, end - start)) {
            return null;
        }
        List<Entry> segments = new ArrayList<>(count);
        for (int at = start + HEAD_BYTES; at < runsStart; at += ENTRY_BYTES) {
            long flags = LittleEndian.getLong(bytes, at + 8);
            segments.add(
                    new Entry(
                            LittleEndian.getLong(bytes, at),
                            (flags & 1) != 0,
                            (flags & 2) != 0,
                            LittleEndian.getLong(bytes, at + 16),
                            LittleEndian.getLong(bytes, at + 24),
                            LittleEndian.getLong(bytes, at + 32),
                            LittleEndian.getLong(bytes, at + 40)));
        }
        List<Long> runs = new ArrayList<>(runCount);
        for (int at = runsStart; at < end; at += RUN_BYTES) {
            runs.add(LittleEndian.getLong(bytes, at));
        }
        return new Manifest(
                LittleEndian.getLong(bytes, start + 8),
                LittleEndian.getLong(bytes, start + 16),
                LittleEndian.getLong(bytes, start + 24),
                segments,
                runs);
    }

    private static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
