package io.kvs.bench;

import io.kvs.KvStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// One get and one set of a store whose files are in the page cache: the cost of the paths, not of
/// the device.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class StoreBenchmark {
    private static final int KEY_COUNT = 1 << 17;
    private static final int VALUE_BYTES = 100;

    private final byte[][] keys = new byte[KEY_COUNT][];
    private final Path directory;
    private final KvStore store;

    /// Opens a store.
    public StoreBenchmark() {
        try {
            directory = Files.createTempDirectory("kvs-bench");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        store = KvStore.open(directory);
    }

    /// Fills it.
    @Setup
    public void fill() {
        for (int i = 0; i < KEY_COUNT; i++) {
            keys[i] = "key%013d".formatted(i).getBytes(StandardCharsets.UTF_8);
            store.set(keys[i], new byte[VALUE_BYTES]);
        }
        store.compact();
    }

    /// Closes and deletes it.
    @TearDown
    public void delete() throws IOException {
        store.close();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /// Reads a value.
    @Benchmark
    public Optional<byte[]> get() {
        return store.get(keys[ThreadLocalRandom.current().nextInt(KEY_COUNT)]);
    }

    /// Overwrites a value with another one.
    @Benchmark
    public void set() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        byte[] value = new byte[VALUE_BYTES];
        value[random.nextInt(VALUE_BYTES)] = (byte) random.nextInt();
        store.set(keys[random.nextInt(KEY_COUNT)], value);
    }
}
