package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Durability;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsOptions;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.StoreClosedException;
import io.kvs.StoreIoException;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.testkit.Crash;
import io.kvs.testkit.SimulatedCrash;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Writes that wait in memory.
final class WriteBufferTest {
    private static final int BUFFER_BYTES = 4 << 10;
    private static final KvsOptions OPTIONS =
            KvsOptions.defaults()
                    .withSegmentLimitBytes(64 << 10)
                    .withWriteBuffer(BUFFER_BYTES, Duration.ofSeconds(1));

    private SimulatedDisk disk = new SimulatedDisk(1);
    private StepBackground background = new StepBackground();
    private LogStore store = open();

    private LogStore open() {
        background = new StepBackground();
        return LogStore.open(disk, OPTIONS, background, new SplittableRandom(1));
    }

    @AfterEach
    void closeStore() {
        store.close();
        disk.discard();
    }

    /// Lets the process die, and opens what it has left.
    private void kill() {
        LogStore dead = store;
        disk = disk.crash(Crash.kill());
        assertThrows(SimulatedCrash.class, dead::close);
        store = open();
    }

    private long buffered() {
        return store.stats().writeBuffer().entries();
    }

    @Test
    void set_manyTimes_writesTheLastValueOnce() {
        for (int i = 0; i < 100; i++) {
            store.set("key", "value " + i);
        }
        long before = store.stats().writtenBytes();
        store.flush();

        assertEquals(Optional.of("value 99"), store.get("key"));
        assertEquals(99, store.stats().writeBuffer().absorbedWrites());
        assertEquals(0, before);
        assertTrue(store.stats().writtenBytes() < 300, "more than one record");
    }

    @Test
    void get_ofWhatIsBuffered_isTheValue() {
        store.set("key", "value");

        assertEquals(1, buffered());
        assertEquals(Optional.of("value"), store.get("key"));
        List<Optional<byte[]>> values = store.getAll(List.of(bytes("absent"), bytes("key")));
        assertTrue(values.get(0).isEmpty());
        assertEquals("value", new String(values.get(1).orElseThrow(), StandardCharsets.UTF_8));
        assertEquals(1, buffered());
    }

    @Test
    void remove_ofWhatIsBuffered_makesItAbsent() {
        store.set("key", "value");
        store.remove("key");

        assertEquals(Optional.empty(), store.get("key"));
        assertThrows(KeyNotFoundException.class, () -> store.remove("key"));
        assertEquals(1, buffered());
        store.flush();
        assertEquals(Optional.empty(), store.get("key"));
    }

    @Test
    void remove_ofWhatIsInTheStore_isBuffered() {
        store.set("key", "value");
        store.flush();
        store.remove("key");

        assertEquals(1, buffered());
        assertEquals(Optional.empty(), store.get("key"));
        assertThrows(KeyNotFoundException.class, () -> store.remove("absent"));
        assertEquals(0, store.size());
    }

    @Test
    void everyOtherOperation_somethingBuffered_seesIt() {
        store.set("a", "1");
        assertEquals(1, store.count(Scan.all()));
        store.set("b", "1");
        try (Snapshot snapshot = store.snapshot()) {
            store.set("b", "2");
            assertEquals(Optional.of("1"), snapshot.get("b"));
        }
        assertTrue(store.compareAndSet(bytes("b"), bytes("2"), bytes("3")));
        store.set("c", "1");
        store.transact(transaction -> {
            transaction.set("d", transaction.get("c").orElseThrow());
            return true;
        });
        store.set("d", "2");
        store.write(new WriteBatch().set("e", "1"));
        assertEquals(2, store.history(bytes("d")).size());
        store.set("f", "1");
        assertEquals(6, store.size());
        store.set("g", "1");
        assertTrue(store.expire(bytes("g"), Duration.ofHours(1)));
        assertTrue(store.expiry(bytes("g")).isPresent());
        store.set("g", "2");
        assertTrue(store.expiry(bytes("g")).isEmpty());
    }

    @Test
    void commit_keyThatWasReadIsBufferedMeanwhile_conflicts() {
        store.set("key", "old");
        try (io.kvs.Transaction transaction = store.begin()) {
            transaction.set("copy", transaction.get("key").orElseThrow());
            store.set("key", "new");

            assertThrows(io.kvs.ConflictException.class, transaction::commit);
        }
    }

    @Test
    void set_bufferFull_writesItOut() {
        store.set(bytes("a"), new byte[BUFFER_BYTES - 100]);
        store.set(bytes("b"), new byte[100]);

        assertEquals(1, buffered());
        kill();
        assertEquals(BUFFER_BYTES - 100, store.get(bytes("a")).orElseThrow().length);
        assertEquals(Optional.empty(), store.get(bytes("b")));
    }

    @Test
    void set_largerThanTheBuffer_goesToTheStoreBehindWhatIsBuffered() {
        store.set("key", "small");
        store.set(bytes("key"), new byte[BUFFER_BYTES]);

        assertEquals(0, buffered());
        kill();
        assertEquals(BUFFER_BYTES, store.get(bytes("key")).orElseThrow().length);
    }

    @Test
    void set_oldEnough_isWrittenOut() {
        store.set("key", "value");
        background.run("buffer");

        assertEquals(0, buffered());
        kill();
        assertEquals(Optional.of("value"), store.get("key"));
    }

    @Test
    void kill_somethingBuffered_takesItBackToTheLastFlush() {
        store.set("a", "1");
        store.set("b", "1");
        store.flush();
        store.set("a", "2");
        store.set("c", "2");
        kill();

        assertEquals(Optional.of("1"), store.get("a"));
        assertEquals(Optional.of("1"), store.get("b"));
        assertEquals(Optional.empty(), store.get("c"));
    }

    @Test
    void set_sync_writesOutWhatIsBufferedBefore() {
        store.set("before", "value");
        store.set(bytes("synced"), bytes("value"), Durability.SYNC);
        disk = disk.crash(Crash.powerCutLosingAll());
        assertThrows(SimulatedCrash.class, store::close);
        store = open();

        assertEquals(Optional.of("value"), store.get("before"));
        assertEquals(Optional.of("value"), store.get("synced"));
    }

    @Test
    void close_somethingBuffered_keepsIt() {
        store.set("key", "value");
        store.close();
        LogStore closed = store;
        assertThrows(StoreClosedException.class, () -> closed.get("key"));
        assertThrows(StoreClosedException.class, () -> closed.set("key", "value"));
        store = open();

        assertEquals(Optional.of("value"), store.get("key"));
    }

    @Test
    void flush_valueIsThereAlready_writesNothing() {
        store.set("key", "value");
        store.flush();
        long before = store.stats().writtenBytes();
        store.set("key", "value");
        store.flush();

        assertEquals(before, store.stats().writtenBytes());
        assertEquals(1, store.stats().skippedWrites());
    }

    @Test
    void flush_diskFull_keepsWhatIsBufferedAndTriesAgain() {
        disk.limitCapacity(disk.allocatedBytes());
        store.set("key", "value");

        assertThrows(StoreIoException.class, store::flush);
        assertEquals(Optional.of("value"), store.get("key"));
        assertFalse(store.stats().writeBuffer().bytes() == 0);
        disk.limitCapacity(Long.MAX_VALUE);
        background.run("buffer");
        assertEquals(0, buffered());
        assertEquals(Optional.of("value"), store.get("key"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
