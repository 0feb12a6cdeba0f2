package io.kvs.blob;

import io.kvs.CorruptionException;
import io.kvs.StoreIoException;
import io.kvs.format.BlobReference;
import io.kvs.format.Checksum;
import io.kvs.format.LittleEndian;
import io.kvs.format.PositionMask;
import io.kvs.io.DiskFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/// Reads a blob from its start to its end. Each piece is verified before any byte of it is given.
///
/// The file stays open, and readable also when it is deleted meanwhile. Not safe for use by several
/// threads at once.
final class BlobInput extends InputStream {
    private final DiskFile file;
    private final String path;
    private final BlobReference reference;
    private final long salt;
    private final byte[] piece = new byte[BlobReference.PIECE_BYTES];
    private long position;
    private int from;
    private int to;
    private long left;

    /// Reads from an open file, which is closed with this.
    ///
    /// @param path its path, for messages
    /// @param salt see {@link PositionMask}
    BlobInput(DiskFile file, String path, BlobReference reference, long salt) {
        this.file = file;
        this.path = path;
        this.reference = reference;
        this.salt = salt;
        this.left = reference.length();
    }

    @Override
    public int read() throws IOException {
        return from < to || fill() ? piece[from++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (from == to && !fill()) {
            return -1;
        }
        int count = Math.min(length, to - from);
        System.arraycopy(piece, from, target, offset, count);
        from += count;
        return count;
    }

    @Override
    public int available() {
        return to - from;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // It was only read from: there is nothing to lose.
        }
    }

    /// Reads the next piece; returns false if there is none.
    private boolean fill() {
        if (left == 0) {
            return false;
        }
        int length = (int) Math.min(left, BlobReference.PIECE_VALUE_BYTES);
        int bytes = length + Integer.BYTES;
        try {
            if (file.read(position, piece, 0, bytes) < bytes) {
                throw new CorruptionException(
                        path,
                        position,
                        "the file ends before the value of " + reference.length() + " bytes");
            }
        } catch (IOException e) {
            throw new StoreIoException("cannot read " + path + ": " + e.getMessage(), e);
        }
        int stored = LittleEndian.getInt(piece, length);
        int computed = checksum(piece, length, salt, position);
        if (stored != computed) {
            throw new CorruptionException(
                    path,
                    position,
                    "stored checksum "
                            + Integer.toHexString(stored)
                            + ", computed "
                            + Integer.toHexString(computed));
        }
        position += bytes;
        left -= length;
        from = 0;
        to = length;
        return true;
    }

    /// Returns the checksum of a piece at a position of its file.
    static int checksum(byte[] piece, int length, long salt, long position) {
        return Checksum.of(piece, 0, length) ^ (int) PositionMask.of(salt, position);
    }
}
