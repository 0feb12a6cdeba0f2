package io.kvs.concurrency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.ConflictException;
import io.kvs.Cursor;
import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.OrderedReader;
import io.kvs.Scan;
import io.kvs.Snapshot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Transactions move money between accounts while others add all of it up, and a compaction runs
/// without pause: the sum never changes.
///
/// `-Dkvs.stressSeconds=` sets how long it runs, `-Dkvs.seed=` the seed of the transfers.
final class AccountStressTest {
    private static final int ACCOUNT_COUNT = 24;
    private static final int BALANCE = 1_000;
    private static final int SUM = ACCOUNT_COUNT * BALANCE;
    private static final int SEGMENT_BYTES = 16 << 10;
    private static final int THRESHOLD_BYTES = 16 << 10;
    private static final int AUDIT_PERIOD = 16;
    private static final long SECONDS = Long.getLong("kvs.stressSeconds", 5);
    private static final long SEED = Long.getLong("kvs.seed", System.nanoTime());

    private final AtomicBoolean failed = new AtomicBoolean();
    private final long start = System.nanoTime();

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void transfers_besideAuditsAndCompaction_keepTheSum(@TempDir Path directory) throws Exception {
        KvsOptions options =
                KvsOptions.defaults()
                        .withSegmentLimitBytes(SEGMENT_BYTES)
                        .withCompactionThresholdBytes(THRESHOLD_BYTES);
        try (KvStore store = KvStore.open(directory, options)) {
            for (int i = 0; i < ACCOUNT_COUNT; i++) {
                store.set(account(i), Integer.toString(BALANCE));
            }
            SplittableRandom random = new SplittableRandom(SEED);
            List<Runnable> steps = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                SplittableRandom own = random.split();
                steps.add(() -> transfer(store, own));
            }
            steps.add(() -> assertEquals(SUM, sum(store, Scan.all()), message()));
            steps.add(() -> audit(store));
            steps.add(store::compact);

            run(steps);

            assertEquals(SUM, sum(store, Scan.all()), message());
        }
        assertEquals(List.of(), KvStore.verify(directory).damage(), message());
        try (KvStore reopened = KvStore.open(directory, options)) {
            assertEquals(SUM, sum(reopened, Scan.all().reversed()), message());
        }
    }

    /// Moves a random amount; now and then adds everything up within the transaction as well, and
    /// closes an account or opens it again, so that others meet phantoms.
    private static void transfer(KvStore store, SplittableRandom random) {
        String from = account(random.nextInt(ACCOUNT_COUNT));
        String to = account(random.nextInt(ACCOUNT_COUNT));
        boolean audits = random.nextInt(AUDIT_PERIOD) == 0;
        int part = 1 + random.nextInt(4);
        if (from.equals(to)) {
            return;
        }
        try {
            store.runTransaction(transaction -> {
                int available = balance(transaction, from);
                int amount = part == 4 ? available : available * part / 4;
                if (audits) {
                    assertEquals(SUM, sum(transaction, Scan.all()), message());
                }
                transaction.set(to, Integer.toString(balance(transaction, to) + amount));
                if (amount < available) {
                    transaction.set(from, Integer.toString(available - amount));
                } else if (available > 0) {
                    transaction.remove(from);
                }
            });
        } catch (ConflictException e) {
            // Too much is going on: the money stays where it is.
        }
    }

    /// Reads a snapshot in three ways, while others write.
    private static void audit(KvStore store) {
        try (Snapshot snapshot = store.snapshot()) {
            int gets = 0;
            for (int i = 0; i < ACCOUNT_COUNT; i++) {
                gets += balance(snapshot, account(i));
            }
            assertEquals(SUM, gets, message());
            assertEquals(SUM, sum(snapshot, Scan.all()), message());
            assertEquals(SUM, sum(snapshot, Scan.all().reversed()), message());
        }
    }

    private static int sum(OrderedReader reader, Scan scan) {
        int sum = 0;
        try (Cursor cursor = reader.scan(scan)) {
            while (cursor.next()) {
                sum += Integer.parseInt(new String(cursor.value(), StandardCharsets.UTF_8));
            }
        }
        return sum;
    }

    private static int balance(OrderedReader reader, String account) {
        return reader.get(account).map(Integer::parseInt).orElse(0);
    }

    private static String account(int number) {
        return String.format(Locale.ROOT, "account %02d", number);
    }

    private static String message() {
        return "seed " + SEED;
    }

    private void run(List<Runnable> steps) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(steps.size())) {
            List<Future<Long>> counts = new ArrayList<>();
            for (Runnable step : steps) {
                Callable<Long> task = () -> repeat(step);
                counts.add(threads.submit(task));
            }
            for (Future<Long> count : counts) {
                assertTrue(count.get() > 0, "a thread did nothing");
            }
        }
    }

    /// Does something again and again, until the time is over or another thread has failed.
    private long repeat(Runnable step) {
        long count = 0;
        boolean inOrder = false;
        try {
            while (!failed.get() && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(SECONDS)) {
                step.run();
                count++;
            }
            inOrder = true;
        } finally {
            if (!inOrder) {
                failed.set(true);
            }
        }
        return count;
    }
}
