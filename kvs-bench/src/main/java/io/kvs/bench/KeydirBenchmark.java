package io.kvs.bench;

import io.kvs.format.KeyHash;
import io.kvs.index.Keydir;
import io.kvs.index.Keydir.Records;
import io.kvs.index.Keydir.Stripe;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Lookups in a keydir, without the records: what one probe costs.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class KeydirBenchmark {
    private static final long FIRST_POINTER = 8;
    private static final byte[] KEY = new byte[16];
    private static final Records ANY_KEY =
            new Records() {
                @Override
                public boolean hasKey(long pointer, byte[] key) {
                    return true;
                }

                @Override
                public void verify(long pointer) {}
            };

    /// How many keys there are.
    @Param({"10000", "1000000", "10000000"})
    public int keys;

    private final KeyHash hash = new KeyHash(1);
    private final SplittableRandom random = new SplittableRandom(1);
    private Keydir keydir = new Keydir(Long.MAX_VALUE, pointer -> false);

    /// Fills the keydir.
    @Setup(Level.Trial)
    public void fill() {
        keydir = new Keydir(Long.MAX_VALUE, pointer -> false);
        for (int i = 0; i < keys; i++) {
            Stripe stripe = keydir.stripeOf(hashOf(i));
            stripe.lock();
            stripe.insert(hashOf(i), FIRST_POINTER + i);
            stripe.unlock();
        }
    }

    /// Gives the memory back.
    @TearDown(Level.Trial)
    public void close() {
        keydir.close();
    }

    /// A key that is there.
    @Benchmark
    public long findPresent() {
        return keydir.find(hashOf(random.nextInt(keys)), KEY, ANY_KEY);
    }

    /// A key that is not there.
    @Benchmark
    public long findAbsent() {
        return keydir.find(hashOf(keys + random.nextInt(keys)), KEY, ANY_KEY);
    }

    /// Whether a record is the newest of its key, as compaction asks.
    @Benchmark
    public boolean contains() {
        int key = random.nextInt(keys);
        return keydir.stripeOf(hashOf(key)).contains(hashOf(key), FIRST_POINTER + key);
    }

    private long hashOf(int key) {
        byte[] bytes = new byte[16];
        bytes[0] = (byte) key;
        bytes[1] = (byte) (key >>> 8);
        bytes[2] = (byte) (key >>> 16);
        bytes[3] = (byte) (key >>> 24);
        return hash.of(bytes);
    }
}
