package io.kvs.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.InvalidKeyException;
import io.kvs.KvsEngine;
import io.kvs.OrderedKvsEngine;
import io.kvs.memory.MemoryEngine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KvsMapTest {
    private static final long SEED = Long.getLong("kvs.seed", 1);

    private final OrderedKvsEngine engine = new MemoryEngine();

    @AfterEach
    void close() {
        engine.close();
    }

    private KvsMap<String, Long> map(String prefix) {
        return new KvsMap<>(engine, prefix, Codec.STRING, Codec.LONG);
    }

    @Test
    void everyOperation_atRandom_isThatOfAConcurrentMap() {
        SplittableRandom random = new SplittableRandom(SEED);
        ConcurrentMap<String, Long> map = map("p/");
        ConcurrentMap<String, Long> model = new ConcurrentHashMap<>();
        for (int step = 0; step < 20_000; step++) {
            Function<ConcurrentMap<String, Long>, @Nullable Object> operation = operation(random);
            assertEquals(operation.apply(model), operation.apply(map), "step " + step);
        }
        assertEquals(model, map);
        assertEquals(model.hashCode(), map.hashCode());
        assertEquals(model.keySet(), map.keySet());
    }

    private static Function<ConcurrentMap<String, Long>, @Nullable Object> operation(
            SplittableRandom random) {
        String key = "key " + random.nextInt(30);
        Long value = random.nextLong(3);
        Long other = random.nextLong(3);
        return switch (random.nextInt(20)) {
            case 0 -> map -> map.get(key);
            case 1 -> map -> map.containsKey(key);
            case 2 -> map -> map.put(key, value);
            case 3 -> map -> map.putIfAbsent(key, value);
            case 4 -> map -> map.remove(key);
            case 5 -> map -> map.remove(key, value);
            case 6 -> map -> map.replace(key, value);
            case 7 -> map -> map.replace(key, value, other);
            case 8 -> map -> map.compute(key, (_, old) -> old == null ? value : changed(old));
            case 9 -> map -> map.computeIfAbsent(key, _ -> value);
            case 10 -> map -> map.computeIfAbsent(key, _ -> null);
            case 11 -> map -> map.computeIfPresent(key, (_, old) -> changed(old));
            case 12 -> map -> map.merge(key, value, (old, added) -> changed(old + added));
            case 13 -> map -> map.getOrDefault(key, -1L);
            case 14 -> Map::size;
            case 15 -> Map::isEmpty;
            case 16 -> map -> map.containsValue(value);
            case 17 -> map -> map.entrySet().contains(Map.entry(key, value));
            case 18 -> map -> map.entrySet().remove(Map.entry(key, value));
            default -> map -> map.keySet().remove(key);
        };
    }

    private static @Nullable Long changed(long old) {
        return old > 5 ? null : old + 2;
    }

    @Test
    void allKeys_severalMaps_areKeptApart() {
        ConcurrentMap<String, Long> first = map("a/");
        ConcurrentMap<String, Long> second = map("b/");
        first.put("", 0L);
        first.put("x", 1L);
        second.put("x", 2L);

        first.replaceAll((_, value) -> value + 10);
        assertEquals(Map.of("", 10L, "x", 11L), first);
        assertEquals(Map.of("x", 2L), second);
        assertEquals(2, first.size());
        assertEquals(3, map("").size());
        first.clear();
        assertTrue(first.isEmpty());
        assertEquals(Map.of("x", 2L), second);
    }

    @Test
    void iterator_manyAndLargeEntries_returnsEachOnce() {
        KvsMap<Integer, byte[]> map = new KvsMap<>(engine, Codec.INTEGER, Codec.BYTES);
        for (int i = 0; i < 1_000; i++) {
            map.put(i, new byte[i % 100 == 0 ? 300_000 : 10]);
        }

        List<Integer> keys = new ArrayList<>();
        map.forEach((key, _) -> keys.add(key));
        assertEquals(List.copyOf(map.keySet()), keys);
        for (int i = 0; i < 1_000; i++) {
            assertEquals(i, keys.get(i));
        }
    }

    @Test
    void iterator_removal_removesTheLastOne() {
        ConcurrentMap<String, Long> map = map("p");
        for (int i = 0; i < 500; i++) {
            map.put("key " + i, (long) i);
        }
        map.values().removeIf(value -> value % 3 != 0);

        assertEquals(167, map.size());
        assertTrue(map.values().stream().allMatch(value -> value % 3 == 0));
        Iterator<String> keys = map.keySet().iterator();
        assertThrows(IllegalStateException.class, keys::remove);
        keys.next();
        keys.remove();
        assertThrows(IllegalStateException.class, keys::remove);
        assertThrows(NoSuchElementException.class, () -> map("none").keySet().iterator().next());
    }

    @Test
    void everyOperation_engineWithoutOrder_isThereIfItNeedsNone() {
        try (KvsEngine unordered = new UnorderedEngine()) {
            KvsMap<String, Long> all = new KvsMap<>(unordered, Codec.STRING, Codec.LONG);
            KvsMap<String, Long> part = new KvsMap<>(unordered, "p", Codec.STRING, Codec.LONG);
            assertTrue(all.isEmpty());
            assertNull(part.put("a", 1L)); // the key "pa"
            assertEquals(3L, part.merge("a", 2L, Long::sum));
            assertEquals(3L, all.get("pa"));
            assertEquals(1, all.size());
            assertFalse(all.isEmpty());
            assertThrows(UnsupportedOperationException.class, part::size);
            assertThrows(UnsupportedOperationException.class, () -> all.keySet().iterator());
            assertThrows(UnsupportedOperationException.class, all::clear);
        }
    }

    @Test
    void isEmpty_everythingExpired_isTrueThoughTheSizeCountsIt() {
        Instant[] now = {Instant.EPOCH};
        try (MemoryEngine expiring = new MemoryEngine(() -> now[0])) {
            KvsMap<String, String> all = new KvsMap<>(expiring, Codec.STRING, Codec.STRING);
            KvsMap<String, String> part = new KvsMap<>(expiring, "k", Codec.STRING, Codec.STRING);
            expiring.set("key", "value", Duration.ofSeconds(1));
            assertFalse(all.isEmpty());
            now[0] = now[0].plusSeconds(1);
            assertTrue(all.isEmpty());
            assertTrue(part.isEmpty());
            assertEquals(1, all.size());
            assertEquals(0, part.size());
            assertFalse(all.keySet().iterator().hasNext());
            assertNull(all.putIfAbsent("key", "other"));
        }
    }

    @Test
    void everyOperation_nullOrEmpty_isRefused() {
        KvsMap<String, Long> map = map("");
        assertThrows(InvalidKeyException.class, () -> map.put("", 1L));
        Object number = 1;
        assertThrows(ClassCastException.class, () -> map.get(number));
        assertFalse(map.remove("a", null));
        Map<@Nullable String, @Nullable Long> nullable = new HashMap<>();
        nullable.put("a", null);
        assertThrows(NullPointerException.class, () -> putAll(map, nullable));
        nullable.clear();
        nullable.put(null, 1L);
        assertThrows(NullPointerException.class, () -> putAll(map, nullable));
        assertTrue(map.isEmpty());
    }

    @SuppressWarnings("NullAway") // what a caller without a null checker may do
    private static void putAll(
            Map<String, Long> map, Map<@Nullable String, @Nullable Long> nullable) {
        nullable.forEach(map::put);
    }

    @Test
    void everyChange_severalThreads_losesNone() throws Exception {
        ConcurrentMap<String, Long> map = map("p");
        int turns = 1_000;
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                running.add(
                        executor.submit(() -> {
                            for (int turn = 0; turn < turns; turn++) {
                                map.merge("merged", 1L, Long::sum);
                                map.compute("computed", (_, old) -> old == null ? 1 : old + 1);
                                addOne(map);
                            }
                        }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }
        assertEquals(Map.of("merged", 4_000L, "computed", 4_000L, "replaced", 4_000L), map);
    }

    private static void addOne(ConcurrentMap<String, Long> map) {
        while (true) {
            Long old = map.putIfAbsent("replaced", 1L);
            if (old == null || map.replace("replaced", old, old + 1)) {
                return;
            }
        }
    }
}
