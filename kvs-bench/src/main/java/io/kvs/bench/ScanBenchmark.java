package io.kvs.bench;

import io.kvs.Cursor;
import io.kvs.KvStore;
import io.kvs.Scan;
import io.kvs.format.LittleEndian;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
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

/// Scans of a store that was filled in random order: nanoseconds an entry, of which key and value
/// are read.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ScanBenchmark {
    private static final int KEYS = 1_000_000;
    private static final int VALUE_BYTES = 100;
    private static final int RANGE = 100;

    /// After so long without a change of files the background has nothing to do any more.
    private static final int QUIET_MILLIS = 2_500;

    /// Whether many keys were overwritten and the store compacted after it was filled.
    @Param({"false", "true"})
    public boolean compacted;

    private final SplittableRandom random = new SplittableRandom(2);
    private Path directory = Path.of("");
    private @Nullable KvStore store;

    /// Fills the store, and lets the background come to an end.
    @Setup(Level.Trial)
    public void fill() throws IOException, InterruptedException {
        directory = Files.createTempDirectory("scan");
        KvStore filled = KvStore.open(directory);
        SplittableRandom values = new SplittableRandom(1);
        byte[] value = new byte[VALUE_BYTES];
        for (int i = 0; i < KEYS; i++) {
            values.nextBytes(value);
            filled.set(key(i), value);
        }
        if (compacted) {
            for (int i = 0; i < KEYS; i++) {
                values.nextBytes(value);
                filled.set(key(random.nextInt(KEYS)), value);
            }
            filled.compact();
        }
        store = filled;
        awaitQuiet();
    }

    private void awaitQuiet() throws IOException, InterruptedException {
        List<Path> before = List.of();
        for (List<Path> files = files(); !files.equals(before); files = files()) {
            before = files;
            Thread.sleep(QUIET_MILLIS);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    /// Deletes it.
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        store().close();
        for (Path file : files()) {
            Files.delete(file);
        }
        Files.delete(directory);
    }

    /// All entries in ascending order.
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long forward() {
        return read(Scan.all());
    }

    /// All entries in descending order.
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long backward() {
        return read(Scan.all().reversed());
    }

    /// All keys, without their values.
    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long keys() {
        return readKeys(Scan.all().keysOnly());
    }

    /// A hundred entries from anywhere.
    @Benchmark
    @OperationsPerInvocation(RANGE)
    public long range() {
        return read(Scan.all().from(anyKey()).limit(RANGE));
    }

    /// A hundred entries backwards from anywhere.
    @Benchmark
    @OperationsPerInvocation(RANGE)
    public long rangeBackward() {
        return read(Scan.all().to(anyKey()).reversed().limit(RANGE));
    }

    /// One entry from anywhere, which is what a scan costs at the start.
    @Benchmark
    public long first() {
        return read(Scan.all().from(anyKey()).limit(1));
    }

    private long read(Scan scan) {
        long bytes = 0;
        try (Cursor cursor = store().scan(scan)) {
            while (cursor.next()) {
                bytes += cursor.key().length + cursor.value().length;
            }
        }
        return bytes;
    }

    private long readKeys(Scan scan) {
        long bytes = 0;
        try (Cursor cursor = store().scan(scan)) {
            while (cursor.next()) {
                bytes += cursor.key().length;
            }
        }
        return bytes;
    }

    private KvStore store() {
        return Objects.requireNonNull(store);
    }

    private byte[] anyKey() {
        return key(random.nextInt(KEYS));
    }

    private static byte[] key(int number) {
        SplittableRandom random = new SplittableRandom(number);
        byte[] key = new byte[16];
        LittleEndian.putLong(key, 0, random.nextLong());
        LittleEndian.putLong(key, 8, random.nextLong());
        return key;
    }
}
