package io.kvs.compare.files;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// How many writes a store has acknowledged, in a mapped file: one process counts, another one
/// watches, and the count survives the death of both.
public final class Acknowledgements implements AutoCloseable {
    private static final VarHandle COUNT = ValueLayout.JAVA_LONG.varHandle();

    private final Arena arena = Arena.ofShared();
    private final MemorySegment mapping;

    /// Opens the count in `file`, zero if the file is new.
    public Acknowledgements(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, Long.BYTES, arena);
        }
    }

    /// Notes that the first `count` writes are acknowledged.
    public void set(long count) {
        COUNT.setRelease(mapping, 0L, count);
    }

    /// Returns how many writes are acknowledged.
    public long count() {
        return (long) COUNT.getAcquire(mapping, 0L);
    }

    @Override
    public void close() {
        arena.close();
    }
}
