package io.kvs.format;

/// What the record of a key holds instead of a value that is in a blob (FORMAT.md, "Blob").
///
/// @param id the id of the blob, also in its file name
/// @param length the length of the value in bytes
public record BlobReference(long id, long length) {
    /// Bytes of a reference.
    public static final int BYTES = 20;

    /// Bytes of a whole piece of a blob in the file, its checksum included.
    public static final int PIECE_BYTES = 64 << 10;

    /// Bytes of the value in a whole piece.
    public static final int PIECE_VALUE_BYTES = PIECE_BYTES - Integer.BYTES;

    /// Offset of the length in a reference.
    public static final int LENGTH_OFFSET = 8;

    private static final int PIECE_OFFSET = 16;

    /// Returns the bytes of this reference.
    public byte[] encode() {
        byte[] bytes = new byte[BYTES];
        LittleEndian.putLong(bytes, 0, id);
        LittleEndian.putLong(bytes, LENGTH_OFFSET, length);
        LittleEndian.putInt(bytes, PIECE_OFFSET, PIECE_BYTES);
        return bytes;
    }

    /// Reads a reference whose record has been verified.
    ///
    /// @throws IllegalArgumentException it was written by a later version
    public static BlobReference decode(byte[] bytes) {
        if (bytes.length != BYTES || LittleEndian.getInt(bytes, PIECE_OFFSET) != PIECE_BYTES) {
            throw new IllegalArgumentException("not a reference to a blob of this version");
        }
        return new BlobReference(
                LittleEndian.getLong(bytes, 0), LittleEndian.getLong(bytes, LENGTH_OFFSET));
    }

    /// Returns the size of the file.
    public long fileBytes() {
        long pieces = (length + PIECE_VALUE_BYTES - 1) / PIECE_VALUE_BYTES;
        return length + pieces * Integer.BYTES;
    }
}
