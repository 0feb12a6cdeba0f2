package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.CorruptionException;
import io.kvs.Cursor;
import io.kvs.Durability;
import io.kvs.KvsOptions;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.StoreIoException;
import io.kvs.VerifyReport;
import io.kvs.engine.Inspector;
import io.kvs.engine.LogStore;
import io.kvs.format.BlobReference;
import io.kvs.format.FileNames;
import io.kvs.testkit.Crash;
import io.kvs.testkit.FaultKind;
import io.kvs.testkit.SimulatedCrash;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Values that are written and read as streams.
final class BlobTest {
    private static final int THRESHOLD_BYTES = 1000;
    private static final int PIECE = BlobReference.PIECE_VALUE_BYTES;
    private static final KvsOptions OPTIONS =
            KvsOptions.defaults()
                    .withBlobThresholdBytes(THRESHOLD_BYTES)
                    .withSegmentLimitBytes(64 << 10);

    private final SplittableRandom random = new SplittableRandom(1);
    private StepBackground background = new StepBackground();
    private SimulatedDisk disk = new SimulatedDisk(1);
    private LogStore store = open();

    @AfterEach
    void discardDisk() {
        store.close();
        disk.discard();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                1,
                THRESHOLD_BYTES,
                THRESHOLD_BYTES + 1,
                PIECE - 1,
                PIECE,
                PIECE + 1,
                3 * PIECE,
                300_001
            })
    void set_stream_isReadInEveryWay(int length) throws IOException {
        byte[] value = value(length);
        set("key", value);

        assertEquals(length > THRESHOLD_BYTES ? 1 : 0, blobs().size());
        assertValue(value);
        reopen();
        assertValue(value);
        assertEquals(List.of(), damage());
    }

    @Test
    void stream_valueOfASet_isReadAsWell() throws IOException {
        byte[] value = value(10);
        store.set(key("key"), value);

        assertArrayEquals(value, streamed("key"));
        assertTrue(store.stream(key("absent")).isEmpty());
    }

    @Test
    void stream_overwrittenWhileRead_givesTheValueItWasOpenedWith() throws IOException {
        byte[] value = value(3 * PIECE);
        set("key", value);
        try (InputStream in = store.stream(key("key")).orElseThrow()) {
            byte[] start = in.readNBytes(10);
            store.set("key", "changed");
            store.compact();
            assertEquals(0, blobs().size());

            byte[] rest = in.readAllBytes();

            assertEquals(value.length, start.length + rest.length);
            assertEquals(value[value.length - 1], rest[rest.length - 1]);
        }
    }

    @Test
    void compact_blobOverwrittenOrRemoved_deletesIt() throws IOException {
        set("a", value(5_000));
        set("b", value(5_000));
        byte[] kept = value(5_000);
        set("c", kept);
        set("a", value(6_000));
        store.remove("b");

        store.compact();

        assertEquals(2, blobs().size());
        assertArrayEquals(kept, streamed("c"));
        store.compact();
        assertArrayEquals(kept, streamed("c"));
        reopen();
        assertEquals(0, store.stats().reclaimableBytes());
        assertEquals(2, blobs().size());
    }

    @Test
    void background_blobsOverwrittenInTheActiveSegment_givesTheirSpaceBack() throws IOException {
        for (int i = 0; i < 12; i++) {
            set("key", value(200_000));
            background.runPeriod();
        }
        background.runPeriod();

        assertTrue(blobs().size() <= 6, () -> blobs().toString());
    }

    @Test
    void snapshot_ofABlob_keepsItUntilItIsClosed() throws IOException {
        byte[] old = value(5_000);
        set("key", old);
        store.set("other", "1");
        store.compact();
        try (Snapshot snapshot = store.snapshot()) {
            set("key", value(6_000));
            store.compact();
            set("key", value(7_000));
            store.compact();
            store.remove("key");
            store.compact();

            assertArrayEquals(old, snapshot.get(key("key")).orElseThrow());
            try (Cursor cursor = snapshot.scan(Scan.all())) {
                assertTrue(cursor.next());
                assertArrayEquals(old, cursor.value());
            }
            try (InputStream in = snapshot.stream(key("key")).orElseThrow()) {
                assertArrayEquals(old, in.readAllBytes());
            }
            assertEquals(1, blobs().size());
            assertTrue(store.stats().heldBytes() > 5_000);
        }
        assertEquals(0, store.stats().heldBytes());
        assertEquals(0, blobs().size());
    }

    @Test
    void compareAndSet_ofABlob_comparesTheValue() throws IOException {
        byte[] old = value(5_000);
        set("key", old);

        byte[] other = old.clone();
        other[4_999]++;
        assertFalse(store.compareAndSet(key("key"), other, value(3)));
        assertTrue(store.compareAndSet(key("key"), old, value(3)));
    }

    @Test
    void set_theBytesOfAReference_isAValueLikeAnyOther() throws IOException {
        set("key", value(5_000));
        byte[] reference = new BlobReference(2, 5_000).encode();

        store.set(key("key"), reference);

        assertArrayEquals(reference, store.get(key("key")).orElseThrow());
    }

    @Test
    void expire_ofABlob_copiesIt() throws IOException {
        byte[] value = value(PIECE + 5);
        set("key", value);

        assertTrue(store.expire(key("key"), Duration.ofHours(1)));
        store.compact();

        assertTrue(store.expiry(key("key")).isPresent());
        assertArrayEquals(value, streamed("key"));
        assertEquals(1, blobs().size());
    }

    @Test
    void backup_ofBlobs_opensAsAStore() throws IOException {
        byte[] value = value(5_000);
        set("key", value);
        SimulatedDisk target = new SimulatedDisk(2);
        store.backup(target, (_, _) -> {});
        store.remove("key");
        store.compact();
        assertEquals(0, blobs().size());

        try (LogStore copy =
                LogStore.open(target, OPTIONS, new StepBackground(), new SplittableRandom(3))) {
            assertArrayEquals(value, copy.get(key("key")).orElseThrow());
            assertEquals(1, copy.size());
        }
        target.discard();
    }

    @Test
    void set_failingStream_leavesTheValueBeforeAndNoFile() {
        store.set("key", "before");
        InputStream gone = new ByteArrayInputStream(value(100_000));
        InputStream failing =
                new FilterInputStream(gone) {
                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        int count = super.read(target, offset, length);
                        if (count < 0) {
                            throw new IOException("the source is gone");
                        }
                        return count;
                    }
                };

        assertThrows(IOException.class, () -> store.set(key("key"), failing, Durability.PROCESS));

        assertEquals("before", store.get("key").orElseThrow());
        assertTrue(disk.names().stream().noneMatch(name -> name.contains("blob")));
    }

    @Test
    void set_diskFull_leavesTheValueBeforeAndNoFile() throws IOException {
        store.set("key", "before");
        disk.limitCapacity(disk.allocatedBytes() + 100_000);

        assertThrows(StoreIoException.class, () -> set("key", value(500_000)));

        assertEquals("before", store.get("key").orElseThrow());
        assertTrue(disk.names().stream().noneMatch(name -> name.contains("blob")));
    }

    @Test
    void get_everyByteOfABlobFlipped_isAnError() throws IOException {
        set("key", value(2_000));
        String name = blobs().getFirst();
        for (int at = 0; at < disk.bytes(name).length; at++) {
            disk.flipBit(name, 8L * at + at % 8);
            CorruptionException damage =
                    assertThrows(CorruptionException.class, () -> store.get(key("key")));
            assertTrue(damage.file().endsWith(name));
            disk.flipBit(name, 8L * at + at % 8);
        }
        disk.flipBit(name, 8_003);
        assertEquals(1, damage().size());
    }

    @Test
    void get_blobCutOrMissing_isAnError() throws IOException {
        set("key", value(2 * PIECE));
        String name = blobs().getFirst();
        for (int length = 2 * PIECE; length > 0; length -= 10_007) {
            disk.truncate(name, length);
            assertThrows(CorruptionException.class, () -> store.get(key("key")));
        }
        disk.remove(name);
        assertThrows(CorruptionException.class, () -> store.get(key("key")));
        assertThrows(CorruptionException.class, () -> store.stream(key("key")));
        assertEquals(1, damage().size());
    }

    /// The process dies at every call of the disk of a write and of what follows: the value is the
    /// one before or the new one, and no blob is left that belongs to neither.
    @Test
    void set_deathAtEveryCall_givesOldOrNewValueAndKeepsNothingElse() throws IOException {
        byte[] old = value(5_000);
        set("key", old);
        store.set("other", "1");
        store.sync();
        byte[] changed = value(70_000);
        SimulatedDisk start = disk.copy();
        int deaths = 0;
        boolean died = true;
        for (int call = 1; died; call++) {
            for (FaultKind kind :
                    List.of(
                            FaultKind.CRASH_BEFORE,
                            FaultKind.CRASH_WITHIN,
                            FaultKind.CRASH_AFTER)) {
                for (Crash crash :
                        List.of(
                                Crash.kill(),
                                Crash.powerCutLosingAll(),
                                Crash.powerCutKeepingAll())) {
                    died = dieAt(start.copy(), call, kind, crash, old, changed);
                    deaths += died ? 1 : 0;
                }
            }
        }
        assertTrue(deaths > 100, "deaths: " + deaths);
        start.discard();
    }

    private static boolean dieAt(
            SimulatedDisk from, int call, FaultKind kind, Crash crash, byte[] old, byte[] changed)
            throws IOException {
        SimulatedDisk dying = from.crash(Crash.kill());
        boolean died = false;
        LogStore store =
                LogStore.open(dying, OPTIONS, new StepBackground(), new SplittableRandom(1));
        boolean acknowledged = false;
        try {
            dying.failAt(dying.calls() + call, kind);
            store.set(key("key"), new ByteArrayInputStream(changed), Durability.SYNC);
            acknowledged = true;
            store.compact();
            store.close();
        } catch (SimulatedCrash e) {
            died = true;
        }
        SimulatedDisk left = dying.crash(crash);
        try (LogStore opened =
                LogStore.open(left, OPTIONS, new StepBackground(), new SplittableRandom(1))) {
            byte[] found = opened.get(key("key")).orElseThrow();
            String where = "call " + call + ' ' + kind + ' ' + crash;
            if (acknowledged || found.length == changed.length) {
                assertArrayEquals(changed, found, where);
            } else {
                assertArrayEquals(old, found, where);
            }
            opened.compact();
            assertEquals(1, blobs(left).size(), where);
        }
        left.discard();
        return died;
    }

    private void assertValue(byte[] value) throws IOException {
        assertArrayEquals(value, store.get(key("key")).orElseThrow());
        assertArrayEquals(value, streamed("key"));
        assertArrayEquals(value, store.history(key("key")).getFirst().value());
        try (Cursor cursor = store.scan(Scan.all())) {
            assertTrue(cursor.next());
            assertArrayEquals(value, cursor.value());
        }
    }

    private List<CorruptionException> damage() {
        VerifyReport report = new Inspector(disk, new SplittableRandom(1)).verify();
        return report.damage();
    }

    private byte[] streamed(String key) throws IOException {
        try (InputStream in = store.stream(key(key)).orElseThrow()) {
            return in.readAllBytes();
        }
    }

    private void set(String key, byte[] value) throws IOException {
        store.set(key(key), new ByteArrayInputStream(value), Durability.PROCESS);
    }

    private byte[] value(int length) {
        byte[] value = new byte[length];
        random.nextBytes(value);
        return value;
    }

    private List<String> blobs() {
        return blobs(disk);
    }

    private static List<String> blobs(SimulatedDisk disk) {
        List<String> blobs = new ArrayList<>(disk.names());
        blobs.removeIf(name -> !FileNames.isBlob(name));
        return blobs;
    }

    private LogStore open() {
        background = new StepBackground();
        return LogStore.open(disk, OPTIONS, background, new SplittableRandom(1));
    }

    private void reopen() {
        store.close();
        store = open();
    }

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
