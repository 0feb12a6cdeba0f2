package io.kvs.concurrency;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.engine.LogStore;
import io.kvs.io.RealDisk;
import io.kvs.io.ThreadBackground;
import io.kvs.testkit.SlowDisk;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Eight threads that read and write, and a ninth that compacts without pause.
///
/// `-Dkvs.stressSeconds=` sets how long it runs altogether, `-Dkvs.seed=` the seed of the
/// operations; how the threads interleave is left to the machine.
final class StoreStressTest {
    private static final int THREAD_COUNT = 8;
    private static final long SECONDS = Long.getLong("kvs.stressSeconds", 5);
    private static final long SEED = Long.getLong("kvs.seed", System.nanoTime());
    private static final int CASE_COUNT = 5;

    @ParameterizedTest
    @CsvSource({
        "4096, 0, false, 0",
        "65536, 4096, true, 0",
        "67108864, 1048576, true, 0",
        "4096, 0, false, 16384",
        "65536, 4096, true, 1048576"
    })
    @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void everyOperation_eightThreadsBesideCompaction_agreesWithTheModel(
            int segmentLimitBytes,
            long thresholdBytes,
            boolean automatic,
            long valueCacheBytes,
            @TempDir Path directory)
            throws Exception {
        KvsOptions options =
                KvsOptions.defaults()
                        .withSegmentLimitBytes(segmentLimitBytes)
                        .withCompactionThresholdBytes(thresholdBytes)
                        .withAutomaticCompaction(automatic)
                        .withValueCacheBytes(valueCacheBytes);
        List<Lane> lanes = new ArrayList<>();
        long keys;

        try (LogStore store = open(directory, options)) {
            run(store, lanes);
            checkModels(store, lanes);
            keys = store.size();
        }

        assertEquals(List.of(), KvStore.verify(directory).damage(), () -> "seed " + SEED);
        try (LogStore reopened = open(directory, options)) {
            assertEquals(keys, reopened.size(), () -> "keys after reopen, seed " + SEED);
            checkModels(reopened, lanes);
        }
    }

    /// Opens a store whose cache of values, if there is one, keeps everything that is read.
    private static LogStore open(Path directory, KvsOptions options) {
        return LogStore.open(
                new SlowDisk(new RealDisk(directory)),
                options,
                new ThreadBackground(),
                new SecureRandom());
    }

    private static void run(LogStore store, List<Lane> lanes) throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        BooleanSupplier goOn = deadline(failed);
        SplittableRandom random = new SplittableRandom(SEED);
        List<Callable<Long>> tasks = new ArrayList<>();
        for (int i = 0; i < THREAD_COUNT; i++) {
            Lane lane = new Lane(i, store, random.split());
            lanes.add(lane);
            tasks.add(() -> lane.run(goOn));
        }
        tasks.add(() -> compact(store, goOn));

        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            List<Future<Long>> results = new ArrayList<>();
            for (Callable<Long> task : tasks) {
                results.add(threads.submit(stoppingAll(failed, task)));
            }
            for (Future<Long> result : results) {
                assertTrue(result.get() > 0, "a thread did nothing");
            }
        }
    }

    private static long compact(LogStore store, BooleanSupplier goOn) {
        long count = 0;
        do {
            store.compact();
            count++;
        } while (goOn.getAsBoolean());
        return count;
    }

    /// Lets the first failure end the others as well.
    private static Callable<Long> stoppingAll(AtomicBoolean failed, Callable<Long> task) {
        return () -> {
            try {
                return task.call();
            } catch (Exception | Error e) {
                failed.set(true);
                throw e;
            }
        };
    }

    private static BooleanSupplier deadline(AtomicBoolean failed) {
        long start = System.nanoTime();
        long nanos = TimeUnit.SECONDS.toNanos(SECONDS) / CASE_COUNT;
        return () -> !failed.get() && System.nanoTime() - start < nanos;
    }

    private static void checkModels(LogStore store, List<Lane> lanes) {
        long count = 0;
        for (Lane lane : lanes) {
            lane.model()
                    .forEach((key, value) ->
                            assertArrayEquals(
                                    value,
                                    store.get(key).orElse(null),
                                    () ->
                                            new String(
                                                    key, java.nio.charset.StandardCharsets.UTF_8)));
            count += lane.model().size();
        }
        for (int i = 0; i < Lane.SHARED_KEY_COUNT; i++) {
            count += store.get(Lane.sharedKey(i)).isPresent() ? 1 : 0;
        }
        assertEquals(count, store.size());
    }
}
