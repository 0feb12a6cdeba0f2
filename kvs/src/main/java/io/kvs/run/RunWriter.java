package io.kvs.run;

import io.kvs.format.Checksum;
import io.kvs.format.FileNames;
import io.kvs.format.KeyHash;
import io.kvs.format.PositionMask;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.io.Pace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes a run: keys in order, each with the place of its record (FORMAT.md, "Run file").
///
/// The file gets its name only when it is complete.
public final class RunWriter implements AutoCloseable {
    /// The buffer starts with room for the run of a small segment, and grows.
    private static final int BUFFER_MIN_BYTES = 1 << 10;

    /// Read at open, and kept: with more pointers to blocks than fit, there is a level between.
    private static final int ROOT_MAX_BYTES = 128 << 10;

    /// As many pointers as may stand in a root however long their keys are.
    private static final int ROOT_POINTERS_MIN = 16;

    /// An index of blocks with one pointer each would never come to a root.
    private static final int BLOCK_POINTERS_MIN = 2;

    private final Disk disk;
    private final long storeId;
    private final long runId;
    private final Pace pace;
    private final KeyHash hash;
    private final long salt;
    private final String temporaryName;
    private final DiskFile file;
    private final Bytes buffer = new Bytes(BUFFER_MIN_BYTES);
    private final BlockWriter block = new BlockWriter();
    private final HashIndexBuilder index = new HashIndexBuilder();
    private List<Pointer> pointers = new ArrayList<>();
    private final KeyBuffer last = new KeyBuffer();
    private long written;
    private long entries;
    private boolean finished;

    /// A block and a key that is not less than any in it, and less than any in the next block
    /// unless the two hold the same key.
    private record Pointer(byte[] key, int level, long offset, int length) {}

    /// Starts a run that is written as fast as it goes.
    public RunWriter(Disk disk, long storeId, long runId) throws IOException {
        this(disk, storeId, runId, Pace.UNLIMITED);
    }

    /// Starts a run.
    RunWriter(Disk disk, long storeId, long runId, Pace pace) throws IOException {
        this.disk = disk;
        this.storeId = storeId;
        this.runId = runId;
        this.pace = pace;
        this.hash = Run.hash(storeId);
        this.salt = PositionMask.salt(storeId, runId);
        this.temporaryName = FileNames.temporary(FileNames.run(runId));
        disk.delete(temporaryName);
        this.file = disk.create(temporaryName);
    }

    /// Adds an entry with the key in the first bytes of an array; it must not sort before the one
    /// added last, where entries of one key go from the newest to the oldest.
    ///
    /// @param keyLength the length of the key
    /// @param coveredIndex the place of its part of a segment in the list that {@link #finish} gets
    /// @param tombstone whether the record is a tombstone
    /// @param expiring whether it is a value that expires
    public void add(
            byte[] key,
            int keyLength,
            int coveredIndex,
            long offset,
            int valueLength,
            boolean tombstone,
            boolean expiring)
            throws IOException {
        long lengthAndKind = LengthAndKind.of(valueLength, tombstone, expiring);
        add(key, 0, keyLength, coveredIndex, offset, lengthAndKind);
    }

    /// Adds the current entry of a source.
    ///
    /// @param coveredIndex the place of its part of a segment
    void add(EntrySource source, int coveredIndex) throws IOException {
        add(
                source.keyBytes(),
                source.keyFrom(),
                source.keyTo(),
                coveredIndex,
                source.offset(),
                source.lengthAndKind());
    }

    /// Adds an entry with the key that stands in `[from, to)`.
    private void add(
            byte[] bytes, int from, int to, int coveredIndex, long offset, long lengthAndKind)
            throws IOException {
        int order = last.compareTo(bytes, from, to);
        assert order <= 0;
        if (block.isFull()) {
            pointers.add(endBlock(block, 0, separator(bytes, from, to)));
        }
        block.add(bytes, from, to, coveredIndex, offset >>> 3, lengthAndKind);
        if (order < 0) {
            last.set(bytes, from, to);
            index.add(hash.of(last.bytes(), last.length()), coveredIndex, offset);
        }
        entries++;
    }

    /// Completes the file and gives it its name.
    ///
    /// @param covered of what it lists every record
    /// @param sync whether its content is to be on stable storage before it has the name
    public void finish(List<Covered> covered, boolean sync) throws IOException {
        if (block.entries() > 0) {
            pointers.add(endBlock(block, 0, last.copy()));
        }
        byte[] root = root();
        while (root.length > ROOT_MAX_BYTES && pointers.size() > ROOT_POINTERS_MIN) {
            pointers = indexBlocks();
            root = root();
        }
        long indexOffset = writeIndex();
        RunTail tail =
                new RunTail(entries, indexOffset, index.made(), index.chosenLines(), covered, root);
        Bytes encoded = tail.encode(storeId, runId);
        append(encoded.array(), encoded.length());
        flush();
        if (sync) {
            file.sync();
        }
        file.close();
        disk.rename(temporaryName, FileNames.run(runId));
        finished = true;
    }

    /// Releases the file; deletes it if it was not finished.
    @Override
    public void close() throws IOException {
        file.close();
        if (!finished) {
            disk.delete(temporaryName);
        }
    }

    /// Returns the shortest key `k` with `last <= k < next`, if it is shorter than the last one,
    /// for the next one that stands in `[from, to)`.
    private byte[] separator(byte[] next, int from, int to) {
        int length = last.shared(next, from, to) + 1;
        return length < to - from && length < last.length()
                ? Arrays.copyOfRange(next, from, from + length)
                : last.copy();
    }

    /// Puts the pointers into one block, the root.
    private byte[] root() {
        BlockWriter root = new BlockWriter();
        for (Pointer pointer : pointers) {
            root.add(pointer.key, pointer.level, pointer.offset, pointer.length);
        }
        Bytes content = root.end();
        return Arrays.copyOf(content.array(), content.length());
    }

    /// Writes the pointers in blocks; returns the pointers to these.
    private List<Pointer> indexBlocks() throws IOException {
        List<Pointer> above = new ArrayList<>();
        int level = pointers.getFirst().level + 1;
        for (Pointer pointer : pointers) {
            if (block.isFull() && block.entries() >= BLOCK_POINTERS_MIN) {
                above.add(endBlock(block, level, block.lastKey()));
            }
            block.add(pointer.key, pointer.level, pointer.offset, pointer.length);
        }
        above.add(endBlock(block, level, block.lastKey()));
        return above;
    }

    /// Writes a block and begins the next.
    private Pointer endBlock(BlockWriter block, int level, byte[] key) throws IOException {
        long offset = position();
        Bytes content = block.end();
        int mask = (int) PositionMask.of(salt, offset);
        content.putInt(Checksum.of(content.array(), 0, content.length()) ^ mask);
        append(content.array(), content.length());
        Pointer pointer = new Pointer(key, level, offset, content.length());
        block.clear();
        return pointer;
    }

    /// Writes the hash index, each of its lines within a line of the cache; returns where it
    /// begins.
    private long writeIndex() throws IOException {
        byte[] padding = new byte[(int) (-position() & HashIndex.LINE_BYTES - 1)];
        append(padding, padding.length);
        long offset = position();
        for (byte[] lines = index.next(offset, salt);
                lines.length > 0;
                lines = index.next(offset, salt)) {
            append(lines, lines.length);
        }
        return offset;
    }

    private long position() {
        return written + buffer.length();
    }

    /// Writes through the buffer, whose content always begins at a large page.
    private void append(byte[] bytes, int length) throws IOException {
        pace.spend(length);
        int done = 0;
        while (length - done >= Disk.LARGE_PAGE_BYTES - buffer.length()) {
            int part = Disk.LARGE_PAGE_BYTES - buffer.length();
            buffer.put(bytes, done, part);
            done += part;
            flush();
        }
        buffer.put(bytes, done, length - done);
    }

    private void flush() throws IOException {
        file.write(written, buffer.array(), 0, buffer.length());
        written += buffer.length();
        buffer.clear();
    }
}
