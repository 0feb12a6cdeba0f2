package io.kvs.bench;

import io.kvs.KvStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// Gets of random keys that are there, with values of 100 bytes: one by one, and 32 at once.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(1)
public class GetBenchmark {
    private static final int AT_ONCE = 32;

    /// How many keys there are.
    @Param({"1000", "1000000"})
    public int keys;

    private final SplittableRandom random = new SplittableRandom(1);
    private @Nullable Path directory;
    private @Nullable KvStore store;

    /// Fills a store.
    @Setup(Level.Trial)
    public void fill() throws IOException {
        directory = Files.createTempDirectory("kvs-bench");
        KvStore filled = KvStore.open(directory);
        store = filled;
        byte[] value = new byte[100];
        for (int i = 0; i < keys; i++) {
            filled.set(key(i), value);
        }
    }

    /// Closes the store and deletes it.
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        if (store != null && directory != null) {
            store.close();
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    /// Gets them one by one.
    @Benchmark
    @OperationsPerInvocation(AT_ONCE)
    public void get(Blackhole hole) {
        for (int i = 0; i < AT_ONCE; i++) {
            hole.consume(store().get(randomKey()));
        }
    }

    /// Gets them with one call.
    @Benchmark
    @OperationsPerInvocation(AT_ONCE)
    public List<Optional<byte[]>> getAll() {
        List<byte[]> asked = new ArrayList<>(AT_ONCE);
        for (int i = 0; i < AT_ONCE; i++) {
            asked.add(randomKey());
        }
        return store().getAll(asked);
    }

    private byte[] randomKey() {
        return key(random.nextInt(keys));
    }

    private static byte[] key(int number) {
        byte[] key = new byte[16];
        new SplittableRandom(number).nextBytes(key);
        return key;
    }

    private KvStore store() {
        return Objects.requireNonNull(store);
    }
}
