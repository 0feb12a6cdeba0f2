package io.kvs.cli.oneshot;

import io.kvs.io.DiskFile;
import io.kvs.io.MappedFile;
import io.kvs.testkit.ForwardingDisk;
import io.kvs.testkit.SimulatedDisk;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A simulated disk on which the write of one word is never torn.
///
/// The simulated disk tears a write at any byte. A kill cannot do that to a word: the kernel looks
/// for signals only between pages. Nor can a power cut, since a word lies within a sector.
final class WordDisk extends ForwardingDisk {
    private static final int WORD_BYTES = 8;

    private final SimulatedDisk disk;
    private @Nullable Torn torn;

    /// A write of a word that has begun.
    private record Torn(String name, int position, byte[] before, byte[] after) {}

    WordDisk(SimulatedDisk disk) {
        super(disk);
        this.disk = disk;
    }

    /// Undoes on `left`, which is what a crash left of this disk, half of a word.
    void mend(SimulatedDisk left) {
        Torn write = torn;
        if (write == null || !left.names().contains(write.name)) {
            return;
        }
        byte[] bytes = left.bytes(write.name);
        int end = Math.min(bytes.length, write.position + WORD_BYTES);
        if (end <= write.position) {
            return;
        }
        byte[] word = Arrays.copyOfRange(bytes, write.position, end);
        if (!Arrays.equals(word, write.after)) {
            System.arraycopy(write.before, 0, bytes, write.position, end - write.position);
            left.put(write.name, bytes);
        }
    }

    @Override
    public DiskFile create(String name) throws IOException {
        return new WordFile(name, disk.create(name));
    }

    @Override
    public DiskFile open(String name, Access access) throws IOException {
        return new WordFile(name, disk.open(name, access));
    }

    private final class WordFile implements DiskFile {
        private final String name;
        private final DiskFile file;

        WordFile(String name, DiskFile file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(long position, byte[] target, int offset, int length) throws IOException {
            return file.read(position, target, offset, length);
        }

        @Override
        public void write(long position, byte[] source, int offset, int length) throws IOException {
            byte[] bytes = disk.bytes(name);
            if (length == WORD_BYTES && position + length <= bytes.length) {
                int from = (int) position;
                byte[] before = Arrays.copyOfRange(bytes, from, from + length);
                byte[] after = Arrays.copyOfRange(source, offset, offset + length);
                torn = new Torn(name, from, before, after);
            }
            file.write(position, source, offset, length);
            torn = null;
        }

        @Override
        public void setSize(long size) throws IOException {
            file.setSize(size);
        }

        @Override
        public MappedFile map(long size, Access access) throws IOException {
            return file.map(size, access);
        }

        @Override
        public void sync() throws IOException {
            file.sync();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
