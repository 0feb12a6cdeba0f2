package io.kvs.cli.oneshot;

import static io.kvs.cli.oneshot.Stores.bytes;
import static io.kvs.cli.oneshot.Stores.get;
import static io.kvs.cli.oneshot.Stores.open;
import static io.kvs.cli.oneshot.Stores.remove;
import static io.kvs.cli.oneshot.Stores.set;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.StoreFailedException;
import io.kvs.StoreIoException;
import io.kvs.StoreLockedException;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.format.FileNames;
import io.kvs.format.SegmentHeader;
import io.kvs.oneshot.NotSimpleException;
import io.kvs.oneshot.OneShot;
import io.kvs.testkit.Crash;
import io.kvs.testkit.FaultKind;
import io.kvs.testkit.SimulatedCrash;
import io.kvs.testkit.SimulatedDisk;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OneShotTest {
    private static final String SEGMENT = FileNames.segment(1);

    private SimulatedDisk disk = new SimulatedDisk(1);

    @BeforeEach
    void makeClosedStore() {
        try (LogStore store = open(disk)) {
            store.set("a", "1");
            store.set("b", "2");
            store.set("gone", "3");
            store.remove("gone");
        }
    }

    @AfterEach
    void nothingIsLeftOpen() {
        assertEquals(List.of(), disk.openHandles());
        disk.discard();
    }

    @Test
    void get_ofClosedStore_findsWhatIsThere() throws NotSimpleException {
        assertEquals("1", get(disk, "a"));
        assertEquals("2", get(disk, "b"));
        assertNull(get(disk, "gone"));
        assertNull(get(disk, "never"));
    }

    @Test
    void get_changesNoFile() throws NotSimpleException {
        byte[] before = disk.bytes(SEGMENT);
        get(disk, "a");
        assertArrayEquals(before, disk.bytes(SEGMENT));
    }

    @Test
    void set_isSeenByGetAndByTheWholeStore() throws NotSimpleException {
        set(disk, "a", "new");
        set(disk, "c", "");
        assertEquals("new", get(disk, "a"));
        assertEquals("", get(disk, "c"));
        try (LogStore store = open(disk)) {
            assertEquals(Optional.of("new"), store.get("a"));
            assertEquals(Optional.of(""), store.get("c"));
            assertEquals(Optional.of("2"), store.get("b"));
            assertEquals(3, store.size());
            assertEquals(List.of(), store.recovery().damage());
            assertEquals(0, store.recovery().cutBytes());
        }
    }

    @Test
    void set_survivesPowerCut() throws NotSimpleException {
        set(disk, "a", "new");
        remove(disk, "b");
        disk = disk.crash(Crash.powerCutLosingAll());
        try (LogStore store = open(disk)) {
            assertEquals(Optional.of("new"), store.get("a"));
            assertEquals(Optional.empty(), store.get("b"));
        }
    }

    @Test
    void append_isByteForByteThatOfTheWholeStore() throws NotSimpleException {
        SimulatedDisk other = disk.copy();
        String value = "x".repeat(5000);
        for (int i = 0; i < 9; i++) {
            set(disk, "key" + i, "value".repeat(i));
        }
        set(disk, "large", value);
        remove(disk, "a");
        try (LogStore store = open(other)) {
            for (int i = 0; i < 9; i++) {
                store.set("key" + i, "value".repeat(i));
            }
            store.set("large", value);
            store.remove("a");
        }
        assertArrayEquals(records(other), records(disk));
        other.discard();
    }

    @Test
    void set_ofTheValueThatIsThere_writesNothing() throws NotSimpleException {
        set(disk, "b", "3");
        byte[] before = disk.bytes(SEGMENT);
        set(disk, "a", "1");
        set(disk, "b", "3");
        assertArrayEquals(before, disk.bytes(SEGMENT));
    }

    /// A sync that failed may have left pages of the tail that a later sync passes over.
    @Test
    void syncedWrite_behindAnUnsyncedTail_isNotSimple() throws NotSimpleException {
        new OneShot(disk).set(bytes("a"), bytes("new"), false);
        assertThrows(NotSimpleException.class, () -> set(disk, "a", "new"));
        assertThrows(NotSimpleException.class, () -> set(disk, "b", "new"));
        assertThrows(NotSimpleException.class, () -> remove(disk, "a"));
        new OneShot(disk).set(bytes("b"), bytes("new"), false);
        assertEquals("new", get(disk, "b"));
        open(disk).close();
        set(disk, "c", "new");
    }

    @Test
    void remove_ofAbsentKey_isNotFound() throws NotSimpleException {
        assertThrows(KeyNotFoundException.class, () -> remove(disk, "never"));
        assertThrows(KeyNotFoundException.class, () -> remove(disk, "gone"));
        remove(disk, "a");
        assertThrows(KeyNotFoundException.class, () -> remove(disk, "a"));
        assertNull(get(disk, "a"));
    }

    @Test
    void anyOperation_withEmptyKey_isInvalid() {
        assertThrows(InvalidKeyException.class, () -> get(disk, ""));
        assertThrows(InvalidKeyException.class, () -> set(disk, "", "1"));
        assertThrows(InvalidKeyException.class, () -> remove(disk, ""));
    }

    @Test
    void anyOperation_besideAnOwner_isRefusedAndNamesIt() {
        try (LogStore _ = open(disk)) {
            StoreLockedException e = assertThrows(StoreLockedException.class, () -> get(disk, "a"));
            assertTrue(e.getMessage().contains("process"), e.getMessage());
        }
    }

    @Test
    void get_ofBatchedEntriesInTheTail_findsThem() throws NotSimpleException {
        LogStore store = open(disk);
        store.write(new WriteBatch().set("a", "batched").set("c", "3").remove("b"));
        kill(store);
        assertEquals("batched", get(disk, "a"));
        assertEquals("3", get(disk, "c"));
        assertNull(get(disk, "b"));
        new OneShot(disk).set(bytes("b"), bytes("back"), false);
        assertEquals("back", get(disk, "b"));
    }

    @Test
    void get_overManySegmentsAndCompaction_findsTheNewest() throws NotSimpleException {
        try (LogStore store = open(disk)) {
            for (int i = 0; i < 3000; i++) {
                store.set("key" + i % 100, "value" + i);
                if (i == 2000) {
                    store.compact();
                }
            }
        }
        long segments = disk.names().stream().filter(FileNames::isSegment).count();
        assertTrue(segments > 2, disk.names().toString());
        for (int i = 0; i < 100; i++) {
            assertEquals("value" + (2900 + i), get(disk, "key" + i));
        }
        assertNull(get(disk, "key100"));
    }

    @Test
    void anyOperation_withoutStore_isNotSimpleAndMakesNoFile() {
        SimulatedDisk empty = new SimulatedDisk(2);
        assertThrows(NotSimpleException.class, () -> get(empty, "a"));
        assertThrows(NotSimpleException.class, () -> set(empty, "a", "1"));
        assertThrows(NotSimpleException.class, () -> remove(empty, "a"));
        assertEquals(List.of(), empty.names());
        empty.discard();
    }

    @Test
    void set_ofLargeValue_isNotSimple() {
        assertThrows(NotSimpleException.class, () -> set(disk, "a", "x".repeat(65537)));
    }

    @Test
    void set_inFullSegment_isNotSimple() throws NotSimpleException {
        int count = 0;
        try {
            while (count < 1000) {
                set(disk, "key" + count, "x".repeat(90));
                count++;
            }
        } catch (NotSimpleException e) {
            assertEquals("the segment is full", e.getMessage());
        }
        // 8 KiB less a sixteenth, in records of about 110 bytes
        assertTrue(count > 60 && count < 75, "count " + count);
        remove(disk, "key0");
        assertNull(get(disk, "key0"));
    }

    @Test
    void anyOperation_withLongTail_isNotSimple() {
        SimulatedDisk large = new SimulatedDisk(3);
        try (LogStore store = io.kvs.cli.oneshot.Stores.open(large)) {
            store.set("a", "1");
        }
        large.put(
                SEGMENT,
                Arrays.copyOf(large.bytes(SEGMENT), large.bytes(SEGMENT).length + 300_000));
        assertThrows(NotSimpleException.class, () -> get(large, "a"));
        large.discard();
    }

    @Test
    void get_withDamagedRun_isRightOrNotSimple() throws IOException {
        String run = run(disk);
        int refused = 0;
        for (int bit = 0; bit < 8 * disk.bytes(run).length; bit += 7) {
            SimulatedDisk damaged = disk.copy();
            damaged.flipBit(run, bit);
            try {
                assertEquals("1", get(damaged, "a"), "bit " + bit);
                assertEquals(null, get(damaged, "gone"), "bit " + bit);
            } catch (NotSimpleException _) {
                refused++;
            }
            damaged.discard();
        }
        assertTrue(refused > 0, "no bit of the run matters");
    }

    private static String run(SimulatedDisk disk) throws IOException {
        return disk.list().stream().filter(FileNames::isRun).findFirst().orElseThrow();
    }

    @Test
    void get_withAnyBitOfTheTailFlipped_isNeverAWrongAnswer() throws NotSimpleException {
        set(disk, "a", "new value");
        remove(disk, "b");
        int start = 8 * SegmentHeader.BYTES;
        for (int bit = start; bit < 8 * disk.bytes(SEGMENT).length; bit++) {
            SimulatedDisk damaged = disk.copy();
            damaged.flipBit(SEGMENT, bit);
            try {
                assertEquals("new value", get(damaged, "a"), "bit " + bit);
                assertNull(get(damaged, "b"), "bit " + bit);
            } catch (NotSimpleException e) {
                // The whole store will tell what is wrong.
            }
            damaged.discard();
        }
    }

    @Test
    void anyOperation_behindZerosWithSomethingBehind_isNotSimple() {
        byte[] bytes = disk.bytes(SEGMENT);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 64);
        longer[bytes.length + 40] = 1;
        disk.put(SEGMENT, longer);
        assertThrows(NotSimpleException.class, () -> get(disk, "a"));
        assertThrows(NotSimpleException.class, () -> set(disk, "a", "x"));
        assertArrayEquals(longer, disk.bytes(SEGMENT));
    }

    @Test
    void anyOperation_withZerosBehindTheRecords_goesOn() throws NotSimpleException {
        byte[] bytes = disk.bytes(SEGMENT);
        disk.put(SEGMENT, Arrays.copyOf(bytes, bytes.length + 640));
        set(disk, "a", "new");
        assertEquals("new", get(disk, "a"));
        assertEquals(bytes.length + 640, disk.bytes(SEGMENT).length);
        try (LogStore store = open(disk)) {
            assertEquals(Optional.of("new"), store.get("a"));
        }
    }

    @Test
    void anyOperation_onLeftoversOfAKilledStore_isRightOrNotSimple() throws NotSimpleException {
        LogStore store = open(disk);
        store.set("a", "of the killed one");
        store.remove("b");
        kill(store);
        assertEquals("of the killed one", get(disk, "a"));
        assertNull(get(disk, "b"));
        new OneShot(disk).set(bytes("b"), bytes("again"), false);
        try (LogStore again = open(disk)) {
            assertEquals(Optional.of("of the killed one"), again.get("a"));
            assertEquals(Optional.of("again"), again.get("b"));
            assertEquals(0, again.recovery().cutBytes());
        }
    }

    @Test
    void set_afterRestartOfTheSystem_isNotSimple() throws NotSimpleException {
        disk = disk.crash(Crash.powerCutLosingAll());
        assertEquals("1", get(disk, "a"));
        assertThrows(NotSimpleException.class, () -> set(disk, "a", "x"));
    }

    @Test
    void get_withTailOfBeforeTheRestart_isNotSimple() throws NotSimpleException {
        set(disk, "a", "x");
        disk = disk.crash(Crash.powerCutLosingAll());
        assertThrows(NotSimpleException.class, () -> get(disk, "a"));
    }

    @Test
    void set_onFullDisk_failsAndLosesNothing() throws NotSimpleException {
        disk.limitCapacity(disk.allocatedBytes());
        assertThrows(StoreIoException.class, () -> set(disk, "a", "x".repeat(5000)));
        disk.limitCapacity(Long.MAX_VALUE);
        assertEquals("1", get(disk, "a"));
        set(disk, "a", "x");
        try (LogStore store = open(disk)) {
            assertEquals(Optional.of("x"), store.get("a"));
            assertEquals(0, store.recovery().cutBytes());
        }
    }

    @Test
    void set_withAnyCallFailing_losesNothingOlder() throws NotSimpleException {
        for (FaultKind kind : new FaultKind[] {FaultKind.ONCE, FaultKind.FOREVER}) {
            boolean failed = true;
            for (int call = 1; failed; call++) {
                failed = failsAt(call, kind);
            }
        }
    }

    /// Lets a call of a set fail; returns whether there was such a call.
    private boolean failsAt(int call, FaultKind kind) throws NotSimpleException {
        SimulatedDisk faulty = disk.copy(call);
        String where = kind + " at call " + call;
        boolean failed = false;
        WordDisk words = new WordDisk(faulty);
        faulty.failAt(faulty.calls() + call, kind);
        try {
            set(words, "a", "new");
        } catch (NotSimpleException e) {
            failed = true;
            faulty.failAt(Long.MAX_VALUE, FaultKind.ONCE);
            assertEquals("1", get(faulty, "a"), where);
        } catch (StoreIoException | StoreFailedException e) {
            failed = true;
        }
        faulty.failAt(Long.MAX_VALUE, FaultKind.ONCE);
        words.mend(faulty);
        assertEquals(List.of(), faulty.openHandles(), where);
        try (LogStore store = open(faulty)) {
            Optional<String> value = store.get("a");
            assertTrue(value.equals(Optional.of("new")) || failed, where);
            assertTrue(value.equals(Optional.of("new")) || value.equals(Optional.of("1")), where);
            assertEquals(Optional.of("2"), store.get("b"), where);
            assertEquals(List.of(), store.recovery().damage(), where);
        }
        faulty.discard();
        return failed;
    }

    /// Goes on with what the store leaves when its process is killed.
    private void kill(LogStore store) {
        disk = disk.crash(Crash.kill());
        // It can only give its memory back.
        assertThrows(SimulatedCrash.class, store::close);
    }

    private static byte[] records(SimulatedDisk disk) {
        byte[] bytes = disk.bytes(SEGMENT);
        return Arrays.copyOfRange(bytes, SegmentHeader.BYTES, bytes.length);
    }
}
