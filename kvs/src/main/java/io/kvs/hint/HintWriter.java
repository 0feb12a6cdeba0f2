package io.kvs.hint;

import io.kvs.format.Checksum;
import io.kvs.format.FileNames;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Writes the hint file of a segment: its keys in order, each with the place of its record
/// (FORMAT.md, "Hint file").
///
/// The file gets its name only when it is complete and on stable storage.
public final class HintWriter implements AutoCloseable {
    static final int MAGIC = 0x4853564B;
    static final int VERSION = 1;
    static final int FOOTER_BYTES = 56;
    static final int BLOCK_BYTES = 4096;

    private static final int BUFFER_BYTES = 256 << 10;

    private final Disk disk;
    private final long storeId;
    private final long segmentId;
    private final String temporaryName;
    private final DiskFile file;
    private final Bytes buffer = new Bytes(BUFFER_BYTES + 2 * BLOCK_BYTES);
    private final Bytes index = new Bytes(BLOCK_BYTES);
    private final Bytes block = new Bytes(2 * BLOCK_BYTES);
    private byte[] lastKey = {};
    private byte @Nullable [] blockFirstKey;
    private long written;
    private long entries;

    /// Starts the hint file of a segment.
    public HintWriter(Disk disk, long storeId, long segmentId) throws IOException {
        this.disk = disk;
        this.storeId = storeId;
        this.segmentId = segmentId;
        this.temporaryName = FileNames.temporary(FileNames.hint(segmentId));
        disk.delete(temporaryName);
        this.file = disk.create(temporaryName);
    }

    /// Adds an entry; its key must not sort before the key added last.
    public void add(byte[] key, long offset, int valueLength, boolean tombstone)
            throws IOException {
        int shared = 0;
        if (blockFirstKey == null) {
            blockFirstKey = key;
        } else {
            int limit = Math.min(key.length, lastKey.length);
            while (shared < limit && key[shared] == lastKey[shared]) {
                shared++;
            }
        }
        block.putVarint(shared);
        block.putVarint(key.length - shared);
        block.putVarint(offset >>> 3);
        block.putVarint((long) valueLength << 1 | (tombstone ? 1 : 0));
        block.put(key, shared, key.length - shared);
        lastKey = key;
        entries++;
        if (block.length() >= BLOCK_BYTES) {
            endBlock();
        }
    }

    /// Completes the file and gives it its name.
    ///
    /// @param covered the hint file lists every record of the segment that lies before this offset
    public void finish(long covered) throws IOException {
        endBlock();
        long indexOffset = written + buffer.length();
        Bytes footer = new Bytes(FOOTER_BYTES);
        footer.putLong(storeId);
        footer.putLong(segmentId);
        footer.putLong(covered);
        footer.putLong(entries);
        footer.putLong(indexOffset);
        footer.putInt(index.length());
        footer.putInt(MAGIC);
        footer.putInt(VERSION);
        index.put(footer.array(), 0, footer.length());
        index.putInt(Checksum.of(index.array(), 0, index.length()));
        buffer.put(index.array(), 0, index.length());
        flush();
        file.sync();
        file.close();
        disk.rename(temporaryName, FileNames.hint(segmentId));
    }

    /// Releases the file; what was not finished stays as a temporary file, to be deleted at open.
    @Override
    public void close() throws IOException {
        file.close();
    }

    private void endBlock() throws IOException {
        byte[] firstKey = blockFirstKey;
        if (firstKey == null) {
            return;
        }
        index.putVarint(firstKey.length);
        index.put(firstKey, 0, firstKey.length);
        index.putVarint(written + buffer.length());
        index.putVarint(block.length());
        block.putInt(Checksum.of(block.array(), 0, block.length()));
        buffer.put(block.array(), 0, block.length());
        block.clear();
        blockFirstKey = null;
        if (buffer.length() >= BUFFER_BYTES) {
            flush();
        }
    }

    private void flush() throws IOException {
        file.write(written, buffer.array(), 0, buffer.length());
        written += buffer.length();
        buffer.clear();
    }
}
