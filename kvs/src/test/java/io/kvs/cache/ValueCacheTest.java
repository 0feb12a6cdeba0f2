package io.kvs.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class ValueCacheTest {
    private static final int BUDGET_BYTES = 256 << 10;
    private static final int VALUE_BYTES = 100;
    private static final int THREAD_COUNT = 4;

    /// As many new values fill the cache twice.
    private static final int PASSING_COUNT = 2_000;

    private final ValueCache cache = new ValueCache(BUDGET_BYTES);

    private static byte[] key(int number) {
        return ("key " + number).getBytes(StandardCharsets.UTF_8);
    }

    private static long hash(int number) {
        return new SplittableRandom(number).nextLong();
    }

    private static CachedValue value(int number, int length) {
        return new CachedValue(
                hash(number), key(number), new byte[length], number, 0, Long.MAX_VALUE);
    }

    /// Looks a value up as a read does, and puts it if it is not there; returns whether it was.
    private boolean read(int number) {
        CachedValue found = cache.find(hash(number), key(number));
        if (found == null) {
            cache.put(value(number, VALUE_BYTES));
            return false;
        }
        cache.hit(found);
        return true;
    }

    @Test
    void find_afterPut_givesTheValueOfTheKeyAlone() {
        CachedValue value = value(1, VALUE_BYTES);
        cache.put(value);

        assertEquals(value, cache.find(hash(1), key(1)));
        assertNull(cache.find(hash(1), key(2)), "another key with the same hash");
        assertNull(cache.find(hash(2), key(2)));
    }

    @Test
    void put_keyThatIsThere_takesItsPlace() {
        cache.put(value(1, VALUE_BYTES));
        CachedValue second = value(1, 2 * VALUE_BYTES);
        cache.put(second);

        assertEquals(second, cache.find(hash(1), key(1)));
        assertEquals(1, cache.stats().entries());
        assertEquals(second.bytes(), cache.stats().bytes());
    }

    @Test
    void remove_twice_isDoneOnce() {
        CachedValue value = value(1, VALUE_BYTES);
        cache.put(value);
        cache.remove(value);
        cache.remove(value);

        assertNull(cache.find(hash(1), key(1)));
        assertEquals(0, cache.stats().entries());
        assertEquals(0, cache.stats().bytes());
    }

    @Test
    void canHold_partOfTheBudget_isTheLimit() {
        assertTrue(cache.canHold(value(1, BUDGET_BYTES / 16)));
        assertFalse(cache.canHold(value(1, BUDGET_BYTES / 8)));
        assertFalse(new ValueCache(1).canHold(value(1, 0)));
    }

    @Test
    void put_randomLengths_staysWithinTheBudget() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            CachedValue value = value(random.nextInt(2_000), random.nextInt(BUDGET_BYTES / 16));
            if (cache.canHold(value)) {
                cache.put(value);
            }
            assertTrue(cache.stats().bytes() <= BUDGET_BYTES);
        }
        assertTrue(cache.stats().bytes() > BUDGET_BYTES / 2);
    }

    @Test
    void read_walkOverManyKeys_displacesNothingThatIsReadOften() {
        int often = 300;
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < often; i++) {
                read(i);
            }
        }
        for (int i = 1_000; i < 100_000; i++) {
            read(i);
        }

        int found = 0;
        for (int i = 0; i < often; i++) {
            found += cache.find(hash(i), key(i)) == null ? 0 : 1;
        }
        assertEquals(often, found);
    }

    @Test
    void read_comesBackSoonAfterItLeft_stays() {
        int number = 1;
        while (number < 2_000) {
            read(number++); // The cache is full.
        }
        read(0);
        while (cache.find(hash(0), key(0)) != null) {
            read(number++);
        }
        read(0);
        for (int i = 0; i < PASSING_COUNT; i++) {
            read(number++);
        }

        assertNotNull(cache.find(hash(0), key(0)), "it is in the main queue");
    }

    /// The same requests to a cache that drops what was used least recently: what a policy has to
    /// beat.
    @Test
    void read_fewKeysOften_hitsMoreThanTheLeastRecentlyUsedWould() {
        SplittableRandom random = new SplittableRandom(1);
        int keys = 10_000;
        int capacity = BUDGET_BYTES / (int) value(keys, VALUE_BYTES).bytes();
        LeastRecentlyUsed other = new LeastRecentlyUsed(capacity);
        int hits = 0;
        int otherHits = 0;
        for (int i = 0; i < 100_000; i++) {
            int number = (int) Math.pow(keys, random.nextDouble()); // Zipf with exponent 1
            if (i % 2 == 0) {
                number = keys + i; // read once
            }
            hits += read(number) ? 1 : 0;
            otherHits += other.read(number) ? 1 : 0;
        }
        assertTrue(hits > otherHits * 1.1, hits + " hits against " + otherHits);
    }

    private static final class LeastRecentlyUsed {
        private final LinkedHashMap<Integer, Boolean> map;

        private LeastRecentlyUsed(int capacity) {
            map =
                    new LinkedHashMap<>(16, 0.75f, true) {
                        private static final long serialVersionUID = 1;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
                            return size() > capacity;
                        }
                    };
        }

        private boolean read(int number) {
            return map.put(number, true) != null;
        }
    }

    @Test
    void everyOperation_byManyThreads_keepsCountAndBound() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREAD_COUNT)) {
            List<Future<?>> results = new ArrayList<>();
            for (int i = 0; i < THREAD_COUNT; i++) {
                int seed = i;
                results.add(threads.submit(() -> readAndRemove(seed)));
            }
            for (Future<?> result : results) {
                result.get();
            }
        }

        int found = 0;
        long bytes = 0;
        for (int i = 0; i < 5_000; i++) {
            CachedValue value = cache.find(hash(i), key(i));
            found += value == null ? 0 : 1;
            bytes += value == null ? 0 : value.bytes();
        }
        assertEquals(cache.stats().entries(), found);
        assertEquals(cache.stats().bytes(), bytes);
        assertTrue(bytes <= BUDGET_BYTES);
    }

    private void readAndRemove(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 100_000; i++) {
            int number = random.nextInt(5_000);
            CachedValue found = cache.find(hash(number), key(number));
            if (found != null && !found.isOf(hash(number), key(number))) {
                throw new AssertionError("the value of another key");
            }
            if (found != null && random.nextInt(4) == 0) {
                cache.remove(found);
            } else {
                read(number);
            }
        }
    }
}
