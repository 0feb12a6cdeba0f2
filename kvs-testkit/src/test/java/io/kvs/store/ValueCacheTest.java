package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvsOptions;
import io.kvs.Snapshot;
import io.kvs.StoreStats.CacheStats;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The cache of values in front of reads that were slow.
final class ValueCacheTest {
    private static final KvsOptions OPTIONS =
            KvsOptions.defaults()
                    .withAutomaticCompaction(false)
                    .withSegmentLimitBytes(64 << 10)
                    .withBlobThresholdBytes(1 << 10)
                    .withValueCacheBytes(256 << 10);
    private static final int ROUNDS = 1_000;
    private static final int KEY_COUNT = 80;
    private static final int SOME_GETS = 4;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private Instant now = Instant.EPOCH;
    private LogStore store = open(OPTIONS);

    private LogStore open(KvsOptions options) {
        return LogStore.open(
                disk, options, new StepBackground(), new SplittableRandom(1), () -> now);
    }

    @BeforeEach
    void storeOne() {
        store.set("key", "one");
    }

    @AfterEach
    void close() {
        store.close();
        disk.discard();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Gets a key so often that one of the reads was slow; returns the last value.
    private Optional<String> getSome(String key) {
        Optional<String> value = Optional.empty();
        for (int i = 0; i < SOME_GETS; i++) {
            value = store.get(key);
        }
        return value;
    }

    private long hits() {
        return store.stats().valueCache().hits();
    }

    @Test
    void get_afterSlowRead_isAnsweredFromTheCache() {
        getSome("key");
        long before = hits();

        assertEquals(Optional.of("one"), store.get("key"));

        assertEquals(before + 1, hits());
        assertEquals(1, store.stats().valueCache().entries());
    }

    @Test
    void get_afterFastRead_isNot() {
        disk.setReadNanos(0);
        getSome("key");

        assertEquals(new CacheStats(0, SOME_GETS, 0, 0), store.stats().valueCache());
    }

    @Test
    void get_withoutCache_countsNothing() {
        store.close();
        store = open(OPTIONS.withValueCacheBytes(0));
        getSome("key");

        assertEquals(CacheStats.NONE, store.stats().valueCache());
    }

    @Test
    void get_changedResult_leavesTheCacheAsItWas() {
        byte[] key = bytes("key");
        for (int i = 0; i < SOME_GETS; i++) {
            store.get(key).orElseThrow()[0] = 'x';
        }
        key[0] = 'x';
        long before = hits();

        assertEquals(Optional.of("one"), store.get("key"));
        assertEquals(before + 1, hits());
    }

    @Test
    void get_afterOverwrite_isTheNewValue() {
        getSome("key");
        store.set("key", "two");

        assertEquals(Optional.of("two"), getSome("key"));
        assertEquals(1, store.stats().valueCache().entries());
    }

    @Test
    void get_afterRemoveByBatch_isEmpty() {
        getSome("key");
        store.write(new WriteBatch().remove("key"));

        assertEquals(Optional.empty(), getSome("key"));
        assertEquals(0, store.stats().valueCache().entries());
    }

    @Test
    void get_afterCompareAndSet_isTheNewValue() {
        getSome("key");
        assertTrue(store.compareAndSet(bytes("key"), bytes("one"), bytes("two")));
        assertFalse(store.compareAndSet(bytes("key"), bytes("one"), bytes("three")));

        assertEquals(Optional.of("two"), getSome("key"));
    }

    @Test
    void get_afterExpiry_isEmpty() {
        store.set("key", "one", Duration.ofSeconds(1));
        getSome("key");
        now = now.plusSeconds(1);

        assertEquals(Optional.empty(), getSome("key"));
        assertEquals(0, store.stats().valueCache().entries());
    }

    @Test
    void get_afterCompaction_isStillRight() {
        getSome("key");
        store.set("other", "x");
        store.compact();

        assertEquals(Optional.of("one"), getSome("key"));
        long before = hits();
        store.get("key");
        assertEquals(before + 1, hits());
    }

    /// Compaction writes the records again and again at the same offsets, and the numbers of
    /// segments are used in turn: now and then a key has the pointer that it had when it was last
    /// read, to another record.
    @Test
    void get_segmentNumberIsUsedAgain_isTheNewValue() {
        SplittableRandom random = new SplittableRandom(1);
        store.remove("key");
        for (int round = 0; round < ROUNDS; round++) {
            String value = "value %04d".formatted(round);
            setAll(value);
            store.compact();

            assertEquals(Optional.of(value), store.get(key(random.nextInt(KEY_COUNT))));
        }
    }

    private static String key(int number) {
        return "key %04d".formatted(number);
    }

    private void setAll(String value) {
        for (int i = 0; i < KEY_COUNT; i++) {
            store.set(key(i), value);
        }
    }

    @Test
    void get_keyOnlyInRuns_isAnsweredFromTheCache() {
        store.close();
        store = open(OPTIONS.withIndexBudgetBytes(0));
        setAll("value");
        store.compact();
        getSome(key(1));
        long before = hits();

        assertEquals(Optional.of("value"), store.get(key(1)));

        assertEquals(before + 1, hits());
    }

    @Test
    void get_blob_isAnsweredFromTheCache() throws IOException {
        byte[] key = {1};
        byte[] value = new byte[2 << 10];
        value[value.length - 1] = 1;
        store.set(key, new ByteArrayInputStream(value), store.durability());
        for (int i = 0; i < SOME_GETS; i++) {
            store.get(key);
        }
        long before = hits();

        assertArrayEquals(value, store.get(key).orElseThrow());

        assertEquals(before + 1, hits());
    }

    @Test
    void getAll_mixOfCachedAndOtherKeys_givesEachItsValue() {
        setAll("value");
        getSome(key(1));
        long before = hits();
        List<byte[]> keys = List.of(bytes(key(0)), bytes(key(1)), bytes("absent"));

        List<String> values =
                store.getAll(keys).stream()
                        .map(value -> value.map(v -> new String(v, StandardCharsets.UTF_8)))
                        .map(value -> value.orElse("-"))
                        .toList();

        assertEquals(List.of("value", "value", "-"), values);
        assertEquals(before + 1, hits());
    }

    @Test
    void snapshot_afterCachedOverwrite_seesTheOldValue() {
        try (Snapshot snapshot = store.snapshot()) {
            store.set("key", "two");
            getSome("key");

            assertEquals(Optional.of("one"), snapshot.get("key"));
        }
    }

    @Test
    void get_moreValuesThanFit_keepsTheBound() {
        store.close();
        store = open(OPTIONS.withValueCacheBytes(16 << 10));
        setAll("x".repeat(300));
        for (int i = 0; i < KEY_COUNT; i++) {
            getSome(key(i));
        }

        CacheStats stats = store.stats().valueCache();
        assertTrue(stats.bytes() > 8 << 10 && stats.bytes() <= 16 << 10, stats.toString());
        assertTrue(stats.entries() < KEY_COUNT, stats.toString());
    }
}
