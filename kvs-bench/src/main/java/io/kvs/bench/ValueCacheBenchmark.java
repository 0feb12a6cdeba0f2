package io.kvs.bench;

import io.kvs.KvStore;
import io.kvs.KvsOptions;
import java.io.ByteArrayInputStream;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Gets of some keys that are spread over a store, with and without a cache of values.
///
/// As it stands everything is in the page cache, where the cache brings nothing for values and much
/// for blobs. To see it pay for values too, give the store more bytes than the memory of a control
/// group in which this runs, and time to fill the cache, for each value that is not in memory costs
/// a read ahead of some megabytes: 400 MiB, and `-p storeMib=1024 -p hotCount=512 -wi 6 -w 15`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 1)
public class ValueCacheBenchmark {
    private static final int VALUE_BYTES = 1000;
    private static final int BLOB_BYTES = 64 << 10;
    private static final int BLOB_COUNT = 64;

    /// Its size.
    @Param({"0", "64"})
    public int cacheMib;

    /// The size of all values that are no blobs.
    @Param("64")
    public int storeMib;

    /// How many values are read, again and again.
    @Param("4096")
    public int hotCount;

    private final Path directory = newDirectory();
    private byte[][] hot = {};
    private final byte[][] blobs = new byte[BLOB_COUNT][];
    private Optional<KvStore> store = Optional.empty();

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("kvs-bench");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Fills a store.
    @Setup
    public void fill() throws IOException {
        KvsOptions options =
                KvsOptions.defaults()
                        .withBlobThresholdBytes(BLOB_BYTES / 2)
                        .withValueCacheBytes((long) cacheMib << 20);
        KvStore filled = KvStore.open(directory, options);
        store = Optional.of(filled);
        hot = new byte[hotCount][];
        int count = (int) (((long) storeMib << 20) / VALUE_BYTES);
        for (int i = 0; i < count; i++) {
            byte[] key = "key%013d".formatted(i).getBytes(StandardCharsets.UTF_8);
            filled.set(key, new byte[VALUE_BYTES]);
            hot[(int) ((long) i * hotCount / count)] = key;
        }
        for (int i = 0; i < BLOB_COUNT; i++) {
            blobs[i] = "blob%012d".formatted(i).getBytes(StandardCharsets.UTF_8);
            filled.set(blobs[i], new ByteArrayInputStream(new byte[BLOB_BYTES]));
        }
        filled.compact();
    }

    /// Closes and deletes it.
    @TearDown
    public void delete() throws IOException {
        store.orElseThrow().close();
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /// Reads a value of 1,000 bytes.
    @Benchmark
    public Optional<byte[]> value() {
        return store.orElseThrow().get(hot[ThreadLocalRandom.current().nextInt(hotCount)]);
    }

    /// Reads a blob of 64 KiB.
    @Benchmark
    public Optional<byte[]> blob() {
        return store.orElseThrow().get(blobs[ThreadLocalRandom.current().nextInt(BLOB_COUNT)]);
    }
}
