package io.kvs.bench;

import io.kvs.KvStore;
import io.kvs.KvsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Compaction of a store of 128 MiB of keys and values in which every second one was overwritten,
/// so that the older segments are half stale: each compaction drops one half of these and writes
/// the other again, 148 MB of records with values of 100 bytes and 138 MB with values of 1,000.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 7)
@Fork(1)
public class CompactionBenchmark {
    private static final long LIVE_BYTES = 128 << 20;

    /// Bytes of a value.
    @Param({"100", "1000"})
    public int valueBytes;

    private @Nullable Path directory;
    private @Nullable KvStore store;

    /// Fills a store and overwrites every second key.
    @Setup(Level.Invocation)
    public void fill() throws IOException {
        directory = Files.createTempDirectory("kvs-bench");
        KvStore filled =
                KvStore.open(directory, KvsOptions.defaults().withAutomaticCompaction(false));
        store = filled;
        SplittableRandom random = new SplittableRandom(1);
        byte[] value = new byte[valueBytes];
        byte[] key = new byte[16];
        long keys = LIVE_BYTES / (valueBytes + key.length);
        for (long i = 0; i < keys + keys / 2; i++) {
            random.nextBytes(value);
            new SplittableRandom(i < keys ? i : 2 * (i - keys)).nextBytes(key);
            filled.set(key, value);
        }
        filled.sync();
    }

    /// Closes the store and deletes it.
    @TearDown(Level.Invocation)
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

    /// Compacts until nothing is stale.
    @Benchmark
    public void compact() {
        if (store != null) {
            store.compact();
        }
    }
}
