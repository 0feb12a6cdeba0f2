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
/// @param dictionary the id of the dictionary that compaction compresses with, or 0
/// @param segments all segments, by growing id; log segments hold newer writes the higher their id
/// @param runs the ids of all runs, growing
public record Manifest(
        long storeId,
        long nextFileId,
        long tailSequence,
        long dictionary,
        List<Entry> segments,
        List<Long> runs) {

    /// The format version that this code writes.
    public static final int VERSION = 3;

    /// The oldest format version that this code reads.
    public static final int VERSION_MIN = 2;

    private static final int MAGIC = 0x4D53564B;
    private static final int HEAD_BYTES = 48;

    /// Bytes of the head in version 2, which has no dictionaries.
    private static final int HEAD_BYTES_MIN = 40;

    private static final int DICTIONARY_OFFSET = 40;
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
    /// @param dictionary sorted: the id of the dictionary that its values are compressed with, or 0
    public record Entry(
            long id,
            boolean sorted,
            boolean sealed,
            long baseSequence,
            long length,
            long maxSequence,
            long rank,
            long dictionary) {
        private static final int DICTIONARY_SHIFT = 2;

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
                    rankOfLog(baseSequence),
                    0);
        }

        /// Makes the entry of a log segment that is not sealed.
        public static Entry unsealed(long id, long leastBytes) {
            return new Entry(id, false, false, -1, leastBytes, -1, 0, 0);
        }

        private void encode(byte[] bytes, int at) {
            LittleEndian.putLong(bytes, at, id);
            LittleEndian.putLong(
                    bytes,
                    at + 8,
                    (sorted ? 1 : 0) | (sealed ? 2 : 0) | dictionary << DICTIONARY_SHIFT);
            LittleEndian.putLong(bytes, at + 16, baseSequence);
            LittleEndian.putLong(bytes, at + 24, length);
            LittleEndian.putLong(bytes, at + 32, maxSequence);
            LittleEndian.putLong(bytes, at + 40, rank);
        }

        private static Entry decode(byte[] bytes, int at) {
            long flags = LittleEndian.getLong(bytes, at + 8);
            return new Entry(
                    LittleEndian.getLong(bytes, at),
                    (flags & 1) != 0,
                    (flags & 2) != 0,
                    LittleEndian.getLong(bytes, at + 16),
                    LittleEndian.getLong(bytes, at + 24),
                    LittleEndian.getLong(bytes, at + 32),
                    LittleEndian.getLong(bytes, at + 40),
                    flags >>> DICTIONARY_SHIFT);
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
        LittleEndian.putLong(bytes, DICTIONARY_OFFSET, dictionary);
        int at = HEAD_BYTES;
        for (Entry entry : segments) {
            entry.encode(bytes, at);
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
        for (int at = HEAD_BYTES_MIN + CRC_BYTES; at + HEAD_BYTES_MIN <= bytes.length; at += 4) {
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
        return bytes.length >= HEAD_BYTES_MIN && LittleEndian.getInt(bytes, 0) == MAGIC
                ? LittleEndian.getInt(bytes, 4)
                : -1;
    }

    private static @Nullable Manifest decode(byte[] bytes, int start) {
        if (bytes.length - start < HEAD_BYTES_MIN + CRC_BYTES
                || LittleEndian.getInt(bytes, start) != MAGIC) {
            return null;
        }
        int version = LittleEndian.getInt(bytes, start + 4);
        if (version < VERSION_MIN || version > VERSION) {
            return null;
        }
        int headBytes = version == VERSION ? HEAD_BYTES : HEAD_BYTES_MIN;
        int room = bytes.length - start - headBytes - CRC_BYTES;
        int count = LittleEndian.getInt(bytes, start + 32);
        int runCount = LittleEndian.getInt(bytes, start + 36);
        if (count < 0
                || runCount < 0
                || (long) count * ENTRY_BYTES + (long) runCount * RUN_BYTES > room) {
            return null;
        }
        int runsStart = start + headBytes + count * ENTRY_BYTES;
        int end = runsStart + runCount * RUN_BYTES;
        if (LittleEndian.getInt(bytes, end) != crc(bytes, start, end - start)) {
            return null;
        }
        List<Entry> segments = new ArrayList<>(count);
        for (int at = start + headBytes; at < runsStart; at += ENTRY_BYTES) {
            segments.add(Entry.decode(bytes, at));
        }
        List<Long> runs = new ArrayList<>(runCount);
        for (int at = runsStart; at < end; at += RUN_BYTES) {
            runs.add(LittleEndian.getLong(bytes, at));
        }
        return new Manifest(
                LittleEndian.getLong(bytes, start + 8),
                LittleEndian.getLong(bytes, start + 16),
                LittleEndian.getLong(bytes, start + 24),
                version == VERSION ? LittleEndian.getLong(bytes, start + DICTIONARY_OFFSET) : 0,
                segments,
                runs);
    }

    private static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
