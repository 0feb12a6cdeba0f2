package io.kvs.segment;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.kvs.format.FileNames;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// A part of a segment that was written by a process which is dead, and is not known to be on
/// stable storage.
///
/// A sync that failed in that process may have left pages that count as clean and are not on the
/// device: a later sync passes them over and succeeds (Rebello et al., ATC 2020). So they are
/// written once more before any sync that somebody relies on.
///
/// @param segment the segment; nobody else writes to the part any more
/// @param from its first offset
/// @param to the offset behind it
public record Inherited(Segment segment, long from, long to) {
    private static final int PIECE_BYTES = 64 << 10;

    /// Writes the same bytes to the file once more, without a sync.
    public void writeAgain(Disk disk) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        String name = FileNames.segment(segment.id());
        try (DiskFile file = disk.open(name, Disk.Access.READ_WRITE)) {
            for (long at = from; at < to; at += piece.length) {
                int length = (int) Math.min(piece.length, to - at);
                MemorySegment.copy(segment.memory(), JAVA_BYTE, at, piece, 0, length);
                file.write(at, piece, 0, length);
            }
        }
    }
}
