package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Durability;
import io.kvs.KvsOptions;
import io.kvs.Snapshot;
import io.kvs.engine.LogStore;
import io.kvs.format.FileNames;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Streams of values that expire, and of those that a snapshot sees.
final class StreamTest {
    private static final int LONG_BYTES = 200_000;

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private Instant now = Instant.EPOCH;
    private final LogStore store =
            LogStore.open(
                    disk,
                    KvsOptions.defaults().withBlobThresholdBytes(1_000),
                    new StepBackground(),
                    new SplittableRandom(1),
                    () -> now);

    @AfterEach
    void close() {
        store.close();
        disk.discard();
    }

    @Test
    void snapshotStream_afterTheSnapshotIsClosed_isReadToItsEnd() throws IOException {
        byte[] value = value(LONG_BYTES);
        store.set(key("key"), new ByteArrayInputStream(value), Durability.PROCESS);
        InputStream opened;
        try (Snapshot snapshot = store.snapshot()) {
            opened = snapshot.stream(key("key")).orElseThrow();
            assertTrue(snapshot.stream(key("absent")).isEmpty());
        }
        store.remove("key");
        store.compact();
        assertEquals(0, blobs().size());

        try (InputStream in = opened) {
            assertArrayEquals(value, in.readAllBytes());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 5_000})
    void set_streamWithTimeToLive_expires(int length) throws IOException {
        byte[] value = value(length);
        InputStream slow = slow(value, Duration.ofSeconds(60));
        store.set(key("key"), slow, Duration.ofSeconds(10), Durability.PROCESS);

        now = now.plusMillis(9_999);
        assertArrayEquals(value, store.stream(key("key")).orElseThrow().readAllBytes());
        assertEquals(Optional.of(now.plusMillis(1)), store.expiry(key("key")));
        try (Snapshot snapshot = store.snapshot()) {
            now = now.plusMillis(1);
            assertTrue(store.stream(key("key")).isEmpty());
            assertArrayEquals(value, snapshot.stream(key("key")).orElseThrow().readAllBytes());
        }
        try (Snapshot snapshot = store.snapshot()) {
            assertTrue(snapshot.stream(key("key")).isEmpty());
        }
        store.compact();
        assertEquals(0, blobs().size());
    }

    /// Returns a stream whose first bytes take some time.
    private InputStream slow(byte[] value, Duration time) {
        return new ByteArrayInputStream(value) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
                now = pos == 0 ? now.plus(time) : now;
                return super.read(target, offset, length);
            }
        };
    }

    @Test
    void set_streamWithoutTimeLeft_readsNothing() {
        InputStream value = new ByteArrayInputStream(new byte[5_000]);

        assertThrows(
                IllegalArgumentException.class,
                () -> store.set(key("key"), value, Duration.ZERO, Durability.PROCESS));

        assertEquals(5_000, ((ByteArrayInputStream) value).available());
    }

    private List<String> blobs() throws IOException {
        return disk.list().stream().filter(FileNames::isBlob).toList();
    }

    private static byte[] value(int length) {
        byte[] value = new byte[length];
        new SplittableRandom(length).nextBytes(value);
        return value;
    }

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
