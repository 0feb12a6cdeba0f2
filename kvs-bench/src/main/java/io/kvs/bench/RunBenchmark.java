package io.kvs.bench;

import io.kvs.format.KeyHash;
import io.kvs.format.LittleEndian;
import io.kvs.io.RealDisk;
import io.kvs.run.Covered;
import io.kvs.run.Run;
import io.kvs.run.RunCursor;
import io.kvs.run.RunEntry;
import io.kvs.run.RunWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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

/// Lookups in a mapped key run, without the records.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class RunBenchmark {
    private static final long STORE = 1;
    private static final long RUN = 2;
    private static final Covered SEGMENT = new Covered(3, 64, 1L << 40, 0);

    /// How many keys there are.
    @Param("1000000")
    public int keys;

    private final KeyHash hash = Run.hash(STORE);
    private final SplittableRandom random = new SplittableRandom(1);
    private byte[][] present = {};
    private Path directory = Path.of("");
    private @Nullable Run run;
    private @Nullable RunCursor cursor;

    /// Writes the run and maps it.
    @Setup(Level.Trial)
    public void write() throws IOException {
        directory = Files.createTempDirectory("run");
        RealDisk disk = new RealDisk(directory);
        present = new byte[keys][];
        for (int i = 0; i < keys; i++) {
            present[i] = randomKey();
        }
        Arrays.sort(present, Arrays::compareUnsigned);
        try (RunWriter writer = new RunWriter(disk, STORE, RUN)) {
            for (int i = 0; i < keys; i++) {
                writer.add(present[i], present[i].length, 0, 64 + 64L * i, 100, false, false);
            }
            writer.finish(List.of(SEGMENT), false);
        }
        Run mapped = Run.map(disk, STORE, RUN);
        run = mapped;
        cursor = mapped.cursor();
    }

    /// Deletes it.
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        run().close();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    /// A key that is there.
    @Benchmark
    public List<RunEntry> findPresent() throws IOException {
        byte[] key = present[random.nextInt(keys)];
        return run().find(key, hash.of(key));
    }

    /// A key that is not there.
    @Benchmark
    public List<RunEntry> findAbsent() throws IOException {
        byte[] key = randomKey();
        return run().find(key, hash.of(key));
    }

    /// The place of a key that is there.
    @Benchmark
    public long findPlace() throws IOException {
        return run().findPlace(hash.of(present[random.nextInt(keys)]));
    }

    /// A cursor that is put before a key that is there.
    @Benchmark
    public boolean seek() throws IOException {
        cursor().seek(present[random.nextInt(keys)]);
        return cursor().next();
    }

    /// One step of a cursor that walks over everything.
    @Benchmark
    public byte[] next() throws IOException {
        RunCursor walk = cursor();
        if (!walk.next()) {
            walk.seek(new byte[0]);
            walk.next();
        }
        return walk.key();
    }

    private Run run() {
        return Objects.requireNonNull(run);
    }

    private RunCursor cursor() {
        return Objects.requireNonNull(cursor);
    }

    private byte[] randomKey() {
        byte[] key = new byte[16];
        LittleEndian.putLong(key, 0, random.nextLong());
        LittleEndian.putLong(key, 8, random.nextLong());
        return key;
    }
}
