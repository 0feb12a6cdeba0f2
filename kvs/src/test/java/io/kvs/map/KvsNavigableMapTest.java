package io.kvs.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.OrderedKvsEngine;
import io.kvs.memory.MemoryEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KvsNavigableMapTest {
    private static final long SEED = Long.getLong("kvs.seed", 1);
    private static final int KEYS = 40;

    private final OrderedKvsEngine engine = new MemoryEngine();

    @AfterEach
    void close() {
        engine.close();
    }

    /// Neighbours before and behind the prefix must never be seen.
    private KvsNavigableMap<Integer, String> map() {
        engine.set("o", "before");
        engine.set("p", "before");
        engine.set("q", "behind");
        return new KvsNavigableMap<>(engine, "p/", Codec.INTEGER, Codec.STRING);
    }

    @Test
    void everyOperation_onRandomViews_isThatOfASortedMap() {
        SplittableRandom random = new SplittableRandom(SEED);
        NavigableMap<Integer, String> map = map();
        NavigableMap<Integer, String> model = new ConcurrentSkipListMap<>();
        for (int step = 0; step < 20_000; step++) {
            Function<NavigableMap<Integer, String>, NavigableMap<Integer, String>> view =
                    view(random).andThen(view(random));
            Function<NavigableMap<Integer, String>, @Nullable Object> operation =
                    view.andThen(operation(random));
            String when = "step " + step + ", seed " + SEED;
            assertEquals(outcome(operation, model), outcome(operation, map), when);
        }
        assertEquals(model, map);
    }

    /// Returns the result, or the class of what is thrown instead.
    private static @Nullable Object outcome(
            Function<NavigableMap<Integer, String>, @Nullable Object> operation,
            NavigableMap<Integer, String> map) {
        try {
            return operation.apply(map);
        } catch (IllegalArgumentException | NoSuchElementException e) {
            return e.getClass();
        }
    }

    private static Function<NavigableMap<Integer, String>, NavigableMap<Integer, String>> view(
            SplittableRandom random) {
        int first = key(random);
        int last = key(random);
        boolean firstInclusive = random.nextBoolean();
        boolean lastInclusive = random.nextBoolean();
        return switch (random.nextInt(7)) {
            case 0 -> map -> map.subMap(first, firstInclusive, last, lastInclusive);
            case 1 -> map -> map.headMap(last, lastInclusive);
            case 2 -> map -> map.tailMap(first, firstInclusive);
            case 3 -> NavigableMap::descendingMap;
            default -> map -> map;
        };
    }

    private static Function<NavigableMap<Integer, String>, @Nullable Object> operation(
            SplittableRandom random) {
        int key = key(random);
        String value = "value " + random.nextInt(100);
        return switch (random.nextInt(26)) {
            case 0, 1, 2, 3 -> map -> map.put(key, value);
            case 4 -> map -> map.remove(key);
            case 5 -> map -> map.get(key);
            case 6 -> map -> map.lowerEntry(key);
            case 7 -> map -> map.floorEntry(key);
            case 8 -> map -> map.ceilingEntry(key);
            case 9 -> map -> map.higherEntry(key);
            case 10 -> map -> map.lowerKey(key);
            case 11 -> map -> map.floorKey(key);
            case 12 -> map -> map.ceilingKey(key);
            case 13 -> map -> map.higherKey(key);
            case 14 -> NavigableMap::firstEntry;
            case 15 -> NavigableMap::lastEntry;
            case 16 -> NavigableMap::firstKey;
            case 17 -> NavigableMap::lastKey;
            case 18 -> NavigableMap::pollFirstEntry;
            case 19 -> NavigableMap::pollLastEntry;
            case 20 -> map -> List.copyOf(map.entrySet());
            case 21 -> map -> List.copyOf(map.descendingKeySet());
            case 22 -> map -> List.copyOf(map.reversed().values());
            case 23 -> NavigableMap::size;
            case 24 -> map -> map.computeIfPresent(key, (_, old) -> old + "'");
            default -> map -> keys(map.navigableKeySet(), key);
        };
    }

    private static List<@Nullable Object> keys(NavigableSet<Integer> keys, int key) {
        List<@Nullable Object> results = new ArrayList<>();
        results.add(keys.lower(key));
        results.add(keys.floor(key));
        results.add(keys.ceiling(key));
        results.add(keys.higher(key));
        results.add(keys.contains(key));
        results.add(keys.isEmpty());
        results.add(List.copyOf(keys.descendingSet()));
        results.add(List.copyOf(keys.headSet(key)));
        results.add(List.copyOf(keys.tailSet(key)));
        keys.descendingIterator().forEachRemaining(results::add);
        results.add(keys.pollFirst());
        results.add(keys.pollLast());
        results.add(keys.remove(key));
        return results;
    }

    private static int key(SplittableRandom random) {
        return random.nextInt(KEYS) - KEYS / 2;
    }

    @Test
    void put_outsideOfTheView_isRefused() {
        NavigableMap<Integer, String> view = map().subMap(0, true, 10, false);

        view.put(0, "in");
        assertThrows(IllegalArgumentException.class, () -> view.put(10, "out"));
        assertThrows(IllegalArgumentException.class, () -> view.compute(-1, (_, _) -> "out"));
        assertEquals("{0=in}", map().toString());
    }

    @Test
    void comparator_ofTheMap_isItsOrder() {
        KvsNavigableMap<Integer, String> map = map();
        assertTrue(map.comparator().compare(-1, 1) < 0);
        assertTrue(map.descendingMap().comparator().compare(-1, 1) > 0);
    }

    @Test
    void iterator_changesMeanwhile_goesOn() {
        KvsNavigableMap<Integer, String> map = map();
        for (int i = 0; i < 1_000; i++) {
            map.put(i, "value");
        }
        int count = 0;
        int last = -1;
        for (int key : map.keySet()) {
            assertTrue(key > last);
            last = key;
            map.remove(key);
            map.put(-key - 1, "behind the iterator");
            count++;
        }
        assertEquals(1_000, count);
    }
}
