package io.kvs.run;

import io.kvs.CorruptionException;
import io.kvs.io.DiskFile;
import io.kvs.io.MappedFile;
import io.kvs.segment.Words;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The bytes of a run file, copied to the heap before anybody looks at them.
sealed interface RunBytes extends AutoCloseable {

    /// Returns how many there are.
    long size() throws IOException;

    /// Reads `length` bytes at `position` to the start of `target`.
    ///
    /// @throws CorruptionException the file ends before
    void read(long position, byte[] target, int length) throws IOException;

    /// Brings the word at `position` nearer to the processor, where that is possible; returns it,
    /// or 0.
    long touch(long position);

    /// Spares whoever reads the range for the first time page faults; see {@link
    /// MappedFile#prefault}.
    void prefault(long from, long to);

    @Override
    void close() throws IOException;

    /// A file mapped into memory, for processes that look up often.
    record Mapped(MappedFile file) implements RunBytes {
        @Override
        public long size() {
            return file.memory().byteSize();
        }

        @Override
        public void read(long position, byte[] target, int length) {
            MemorySegment.copy(file.memory(), ValueLayout.JAVA_BYTE, position, target, 0, length);
        }

        @Override
        public long touch(long position) {
            return Words.get(file.memory(), position);
        }

        @Override
        public void prefault(long from, long to) {
            file.prefault(from, to);
        }

        @Override
        public void close() {
            file.close();
        }
    }

    /// A file that is read from, for processes that look up once: mapping would cost more.
    record Plain(DiskFile file, String path) implements RunBytes {
        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void read(long position, byte[] target, int length) throws IOException {
            if (file.read(position, target, 0, length) < length) {
                throw new CorruptionException(path, position, "the file ends before");
            }
        }

        @Override
        public long touch(long position) {
            return 0;
        }

        @Override
        public void prefault(long from, long to) {}

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
