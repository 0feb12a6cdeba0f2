package io.kvs.run;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.kvs.segment.Segment;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/// A part of a segment of which a run lists every value and every tombstone.
///
/// @param segmentId the segment
/// @param from the offset of its first record
/// @param to the offset behind its last record
/// @param contentChecksum the {@link #checksum} of the part, by which a run is told that does not
///   fit a log that was cut and written anew; 0 if the segment was sealed
public record Covered(long segmentId, long from, long to, int contentChecksum) {
    static final int BYTES = 28;

    private static final int PIECE_BYTES = 64 << 10;

    /// Returns the CRC-32C of the bytes `[from, to)` of a segment.
    public static int checksum(Segment segment, long from, long to) {
        byte[] piece = new byte[(int) Math.min(PIECE_BYTES, to - from)];
        CRC32C crc = new CRC32C();
        for (long at = from; at < to; ) {
            int length = (int) Math.min(piece.length, to - at);
            MemorySegment.copy(segment.memory(), JAVA_BYTE, at, piece, 0, length);
            crc.update(piece, 0, length);
            at += length;
        }
        return (int) crc.getValue();
    }
}
