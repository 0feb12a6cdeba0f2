package io.kvs.hint;

import io.kvs.CorruptionException;
import io.kvs.format.Checksum;
import io.kvs.format.FileNames;
import io.kvs.format.LittleEndian;
import io.kvs.format.RecordHeader;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a hint file: all entries in key order, or the newest of one key.
///
/// A hint file is a cache of the segment. Whoever finds it missing, damaged or of another segment
/// reads the segment instead; every read here verifies a checksum before it believes a byte.
public final class HintReader implements AutoCloseable {
    private final DiskFile file;
    private final String path;
    private final boolean sorted;
    private final long covered;
    private final long entries;
    private final byte[] index;
    private final int indexLength;
    private final long indexOffset;

    /// The block that is being read.
    private byte[] block = {};

    private int blockLength;
    private int at;
    private int indexAt;
    private byte[] key = {};

    private HintReader(DiskFile file, String path, boolean sorted, byte[] tail, long tailOffset) {
        int footer = tail.length - HintWriter.FOOTER_BYTES;
        this.file = file;
        this.path = path;
        this.sorted = sorted;
        this.covered = LittleEndian.getLong(tail, footer + 16);
        this.entries = LittleEndian.getLong(tail, footer + 24);
        this.indexOffset = tailOffset;
        this.indexLength = footer;
        this.index = tail;
    }

    /// Opens the hint file of a segment.
    ///
    /// @param sorted whether the segment is sorted, that is: has explicit sequence numbers
    /// @throws java.nio.file.NoSuchFileException there is none
    /// @throws CorruptionException it is damaged or belongs elsewhere
    public static HintReader open(Disk disk, long storeId, long segmentId, boolean sorted)
            throws IOException {
        String name = FileNames.hint(segmentId);
        String path = disk.path(name);
        DiskFile file = disk.open(name, Disk.Access.READ);
        try {
            long size = file.size();
            int footerBytes = HintWriter.FOOTER_BYTES;
            byte[] footer = new byte[footerBytes];
            if (size < footerBytes
                    || file.read(size - footerBytes, footer, 0, footerBytes) < footerBytes
                    || LittleEndian.getInt(footer, 44) != HintWriter.MAGIC
                    || LittleEndian.getInt(footer, 48) != HintWriter.VERSION
                    || LittleEndian.getLong(footer, 0) != storeId
                    || LittleEndian.getLong(footer, 8) != segmentId) {
                throw new CorruptionException(path, Math.max(0, size - footerBytes), "no footer");
            }
            long indexOffset = LittleEndian.getLong(footer, 32);
            int indexLength = LittleEndian.getInt(footer, 40);
            if (indexLength < 0 || indexOffset != size - footerBytes - indexLength) {
                throw new CorruptionException(path, size - footerBytes, "no index");
            }
            byte[] tail = new byte[indexLength + footerBytes];
            if (file.read(indexOffset, tail, 0, tail.length) < tail.length
                    || LittleEndian.getInt(tail, tail.length - 4)
                            != Checksum.of(tail, 0, tail.length - 4)) {
                throw new CorruptionException(path, indexOffset, "index checksum mismatch");
            }
            return new HintReader(file, path, sorted, tail, indexOffset);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// Returns up to which offset of the segment the file lists every record.
    public long covered() {
        return covered;
    }

    /// Returns how many entries there are.
    public long entries() {
        return entries;
    }

    /// Returns the next entry in key order, or null behind the last. Entries of one key come newest
    /// first.
    ///
    /// @throws CorruptionException the block is damaged
    public @Nullable HintEntry next() throws IOException {
        if (at >= blockLength && !nextBlock()) {
            return null;
        }
        int shared = (int) varint();
        int unshared = (int) varint();
        long offset = varint() << 3;
        long lengthAndKind = varint();
        if (key.length != shared + unshared) {
            key = Arrays.copyOf(key, shared + unshared);
        } else {
            key = key.clone();
        }
        System.arraycopy(block, at, key, shared, unshared);
        at += unshared;
        int valueLength = (int) (lengthAndKind >>> 1);
        int sequenceBytes = sorted ? RecordHeader.SEQUENCE_BYTES : 0;
        return new HintEntry(
                key,
                offset,
                valueLength,
                (lengthAndKind & 1) != 0,
                RecordHeader.sizeOf(key.length, valueLength + sequenceBytes));
    }

    /// Leaves out blocks that hold only keys less than `wanted`, by unsigned bytes. The next call
    /// of {@link #next} may still return a lesser key, from the block in which `wanted` would lie.
    public void skipTowards(byte[] wanted) {
        int block = indexAt;
        int candidate = indexAt;
        boolean later = false;
        while (block < indexLength) {
            indexAt = block;
            int length = (int) indexVarint();
            int order =
                    Arrays.compareUnsigned(
                            index, indexAt, indexAt + length, wanted, 0, wanted.length);
            if (order >= 0) {
                break;
            }
            later = true;
            candidate = block;
            indexAt += length;
            indexVarint();
            indexVarint();
            block = indexAt;
        }
        indexAt = candidate;
        if (later) {
            at = blockLength;
        }
    }

    /// Returns keys that split the entries into about `parts` ranges of the same size: at most one
    /// less than parts, in ascending order.
    public List<byte[]> bounds(int parts) {
        List<byte[]> firstKeys = new ArrayList<>();
        int start = indexAt;
        while (indexAt < indexLength) {
            int length = (int) indexVarint();
            firstKeys.add(Arrays.copyOfRange(index, indexAt, indexAt + length));
            indexAt += length;
            indexVarint();
            indexVarint();
        }
        indexAt = start;
        List<byte[]> bounds = new ArrayList<>();
        int last = 0;
        for (int part = 1; part < parts; part++) {
            int block = (int) ((long) part * firstKeys.size() / parts);
            if (block > last) {
                bounds.add(firstKeys.get(block));
                last = block;
            }
        }
        return bounds;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private boolean nextBlock() throws IOException {
        if (indexAt >= indexLength) {
            return false;
        }
        int keyLength = (int) indexVarint();
        indexAt += keyLength;
        long offset = indexVarint();
        int length = (int) indexVarint();
        if (offset + length + 4 > indexOffset) {
            throw new CorruptionException(path, offset, "block outside the file");
        }
        if (block.length < length + 4) {
            block = new byte[length + 4];
        }
        if (file.read(offset, block, 0, length + 4) < length + 4
                || LittleEndian.getInt(block, length) != Checksum.of(block, 0, length)) {
            throw new CorruptionException(path, offset, "block checksum mismatch");
        }
        blockLength = length;
        at = 0;
        return true;
    }

    private long varint() {
        long value = 0;
        int shift = 0;
        while (block[at] < 0) {
            value |= (long) (block[at++] & 0x7F) << shift;
            shift += 7;
        }
        return value | (long) block[at++] << shift;
    }

    private long indexVarint() {
        long value = 0;
        int shift = 0;
        while (index[indexAt] < 0) {
            value |= (long) (index[indexAt++] & 0x7F) << shift;
            shift += 7;
        }
        return value | (long) index[indexAt++] << shift;
    }
}
