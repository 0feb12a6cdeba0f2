package io.kvs.bench.scenario;

import io.kvs.Durability;
import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.async.AsyncKvStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/// Sets on stable storage, of random keys: by threads that wait for each, by one that keeps many in
/// flight, and the bare appends and syncs of the device beside them, in turns.
final class AsyncScenario {
    private static final int[] THREADS = {1, 8, 64};
    private static final int IN_FLIGHT = 1_000;
    private static final int ROUNDS = 3;
    private static final long TURN_NANOS = 2_000_000_000L;
    private static final int BARE_BYTES = 128;

    private final KvStore store;
    private final Path file;
    private final int keys;

    private AsyncScenario(KvStore store, Path file, int keys) {
        this.store = store;
        this.file = file;
        this.keys = keys;
    }

    static void run(int keys) throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.create()) {
            Path directory = scratch.path("store");
            try (KvStore store = KvStore.open(directory)) {
                Entries.fill(store, keys);
            }
            KvsOptions options = KvsOptions.defaults().withDurability(Durability.SYNC);
            try (KvStore store = KvStore.open(directory, options)) {
                new AsyncScenario(store, scratch.path("bare"), keys).measureAll();
            }
        }
    }

    private void measureAll() throws IOException, InterruptedException {
        measure(); // so that the code is compiled
        double[][] rounds = new double[ROUNDS][];
        for (int i = 0; i < ROUNDS; i++) {
            rounds[i] = measure();
        }
        report(rounds);
    }

    private static void report(double[][] rounds) {
        double bare = median(rounds, 0);
        report("append and fdatasync", bare, bare);
        for (int i = 0; i < THREADS.length; i++) {
            report(THREADS[i] + " threads that wait", median(rounds, i + 1), bare);
        }
        String name = "1 thread, " + IN_FLIGHT + " in flight";
        report(name, median(rounds, THREADS.length + 1), bare);
    }

    private static void report(String name, double rate, double bare) {
        System.out.printf("%-26s %9.0f a second, %6.1f x bare%n", name, rate, rate / bare);
    }

    private static double median(double[][] rounds, int turn) {
        double[] rates = Arrays.stream(rounds).mapToDouble(round -> round[turn]).sorted().toArray();
        return rates[rates.length / 2];
    }

    /// Returns the rates of one round: bare, with threads, asynchronous.
    private double[] measure() throws IOException, InterruptedException {
        double[] rates = new double[THREADS.length + 2];
        rates[0] = rate(bare());
        for (int i = 0; i < THREADS.length; i++) {
            rates[i + 1] = rate(waiting(THREADS[i]));
        }
        rates[THREADS.length + 1] = rate(inFlight());
        return rates;
    }

    private static double rate(long count) {
        return count / (TURN_NANOS / 1e9);
    }

    private long bare() throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer record = ByteBuffer.allocate(BARE_BYTES);
            long count = 0;
            long end = System.nanoTime() + TURN_NANOS;
            while (System.nanoTime() - end < 0) {
                channel.write(record.clear(), channel.size());
                channel.force(false);
                count++;
            }
            return count;
        }
    }

    private long waiting(int threadCount) throws InterruptedException {
        AtomicLong count = new AtomicLong();
        long end = System.nanoTime() + TURN_NANOS;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < threadCount; i++) {
            SplittableRandom random = new SplittableRandom(i);
            threads.add(Thread.ofPlatform().start(() -> count.addAndGet(waiting(random, end))));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return count.get();
    }

    private long waiting(SplittableRandom random, long end) {
        long count = 0;
        while (System.nanoTime() - end < 0) {
            int number = random.nextInt(keys);
            store.set(Entries.key(number), Entries.value(number, (int) count));
            count++;
        }
        return count;
    }

    private long inFlight() throws InterruptedException {
        AtomicLong done = new AtomicLong();
        Semaphore free = new Semaphore(IN_FLIGHT);
        SplittableRandom random = new SplittableRandom(1);
        try (AsyncKvStore<KvStore> async = AsyncKvStore.over(store)) {
            long end = System.nanoTime() + TURN_NANOS;
            for (int count = 0; System.nanoTime() - end < 0; count++) {
                free.acquire();
                int number = random.nextInt(keys);
                CompletableFuture<?> _ =
                        async.set(Entries.key(number), Entries.value(number, count))
                                .whenComplete((_, problem) -> {
                                    free.release();
                                    done.addAndGet(problem == null ? 1 : 0);
                                });
            }
        }
        return done.get();
    }
}
