package io.kvs.concurrency;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.index.Keydir;
import io.kvs.index.Keydir.Records;
import io.kvs.index.Keydir.Stripe;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A key that is in the keydir all the time is found all the time, whatever writers do to its slot,
/// its bucket and its table.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KeydirRaceTest {
    private static final int READER_COUNT = 2;
    private static final int STABLE_COUNT = 64;
    private static final int STEPS = 1_500_000;
    private static final int OTHER_COUNT = 20_000;

    /// Pointers of the stable keys: the key, and above it a version.
    private static final int VERSION_SHIFT = 8;

    private static final long OTHER_FIRST_POINTER = 1L << 30;
    private static final Records RECORDS =
            new Records() {
                @Override
                public boolean hasKey(long pointer, byte[] key) {
                    return pointer < OTHER_FIRST_POINTER && (byte) pointer == key[0];
                }

                @Override
                public void verify(long pointer) {}
            };

    private final Keydir keydir = new Keydir(Long.MAX_VALUE, pointer -> false);
    private final Stripe stripe = keydir.stripeOf(0);
    private final long[] pointers = new long[STABLE_COUNT];
    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    void find_pointerReplacedMeanwhile_isFound() throws Exception {
        insertStableKeys();

        besideReaders(() -> {
            for (int step = 0; step < STEPS; step++) {
                replace(step % 4);
            }
        });
    }

    /// Other keys with the same home bucket come and go, so that slots are taken and freed around
    /// the stable ones.
    @Test
    void find_neighboursComeAndGo_isFound() throws Exception {
        int neighbourCount = 100;
        insertStableKeys();

        besideReaders(() -> {
            for (int step = 0; step < STEPS; step++) {
                long pointer = OTHER_FIRST_POINTER + random.nextInt(neighbourCount);
                long hash = pointer << 38;
                locked(() -> {
                    if (!stripe.remove(hash, pointer)) {
                        stripe.insert(hash, pointer);
                    }
                });
            }
        });
    }

    @Test
    void find_tablesSplitAndMadeAnewMeanwhile_isFound() throws Exception {
        insertStableKeys();

        besideReaders(() -> {
            for (int step = 0; step < STEPS; step++) {
                long pointer = OTHER_FIRST_POINTER + step;
                locked(() -> stripe.insert(hash(pointer), pointer));
                if (step >= OTHER_COUNT) {
                    long gone = pointer - OTHER_COUNT;
                    locked(() -> assertTrue(stripe.remove(hash(gone), gone)));
                }
                replace(random.nextInt(STABLE_COUNT));
            }
        });
    }

    private void besideReaders(Runnable writer) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(READER_COUNT)) {
            List<Future<Long>> readers = new ArrayList<>();
            for (int i = 0; i < READER_COUNT; i++) {
                readers.add(threads.submit(() -> read(done)));
            }
            try {
                writer.run();
            } finally {
                done.set(true);
            }
            for (Future<Long> reader : readers) {
                assertTrue(reader.get() > 0);
            }
        }
        keydir.close();
    }

    private long read(AtomicBoolean done) {
        long count = 0;
        do {
            for (int key = 0; key < STABLE_COUNT; key++) {
                byte[] bytes = {(byte) key};
                long pointer = stripe.find(hash(key), bytes, RECORDS);
                if (pointer < 0 || (byte) pointer != key) {
                    throw new AssertionError("key " + key + " is at " + pointer);
                }
                count++;
            }
        } while (!done.get());
        return count;
    }

    private void insertStableKeys() {
        for (int key = 0; key < STABLE_COUNT; key++) {
            pointers[key] = key | 1L << VERSION_SHIFT;
            stripe.insert(hash(key), pointers[key]);
        }
    }

    private void replace(int key) {
        long from = pointers[key];
        long to = key | ((from >>> VERSION_SHIFT) + 1 & 0xFFFFF) + 1 << VERSION_SHIFT;
        locked(() -> assertTrue(stripe.replace(hash(key), from, to)));
        pointers[key] = to;
    }

    private void locked(Runnable change) {
        stripe.lock();
        try {
            change.run();
        } finally {
            stripe.unlock();
        }
    }

    /// Returns a hash of stripe 0: of a stable key with the first bucket as its home, of another
    /// key with any.
    private static long hash(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        long tag = mixed >>> 44 << 38;
        return key < STABLE_COUNT ? tag : tag | mixed & 0xFFFF_FFFFL;
    }
}
