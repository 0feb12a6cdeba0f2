package io.kvs.bench;

import io.kvs.format.Checksum;
import io.kvs.format.KeyHash;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/// The hash of a key and the checksum of a record.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class KeyBenchmark {
    /// How many bytes.
    @Param({"16", "116", "1016"})
    public int bytes;

    private final KeyHash hash = new KeyHash(1);
    private byte[] content = {};

    /// Makes the bytes.
    @Setup(Level.Trial)
    public void fill() {
        content = new byte[bytes];
        new SplittableRandom(1).nextBytes(content);
    }

    /// Hashes them.
    @Benchmark
    public long hash() {
        return hash.of(content);
    }

    /// Takes their checksum.
    @Benchmark
    public int checksum() {
        return Checksum.of(content, 0, content.length);
    }
}
