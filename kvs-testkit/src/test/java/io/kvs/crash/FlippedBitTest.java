package io.kvs.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.CorruptionException;
import io.kvs.Durability;
import io.kvs.KvsOptions;
import io.kvs.RecoveryReport;
import io.kvs.WriteBatch;
import io.kvs.engine.Inspector;
import io.kvs.engine.LogStore;
import io.kvs.format.SegmentHeader;
import io.kvs.testkit.Crash;
import io.kvs.testkit.ReferenceModel;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// One flipped bit in the tail of a store that was killed: in a header or a key it is put right,
/// once; in a value it costs that key alone.
final class FlippedBitTest {
    private static final long SEED = 1;
    private static final int LARGE_VALUE_BYTES = 2_000;

    /// Makes the records end in the last sector of the file, where no zero sector is left behind.
    private static final int TO_THE_LAST_SECTOR_BYTES = 1_400;

    private static final KvsOptions OPTIONS =
            KvsOptions.defaults().withSegmentLimitBytes(4096).withAutomaticCompaction(false);

    /// What is there at the end; an empty array stands for a key that was removed.
    private final NavigableMap<byte[], byte[]> expected = ReferenceModel.newState();

    /// Bits of all headers and keys.
    private int mendableBits;

    @Test
    void open_killedStore_losesNoMoreThanADamagedValue() {
        SimulatedDisk left = filledAndCrashed(Crash.kill());
        AtomicInteger mended = new AtomicInteger();
        forEachFlip(
                left,
                (disk, where) -> {
                    RecoveryReport report = checkAll(disk, where);
                    mended.addAndGet(isMended(report) ? 1 : 0);
                    if (isMended(report) || says(report, "the end mark is damaged")) {
                        assertEquals(1, report.damage().size(), where);
                        assertEquals(0, report.cutBytes(), where);
                        assertEquals(List.of(), checkAll(disk, where).damage(), "again, " + where);
                        Inspector inspector = new Inspector(disk, new SplittableRandom(SEED));
                        assertEquals(List.of(), inspector.verify().damage(), where);
                    }
                });
        assertEquals(mendableBits, mended.get());
    }

    @Test
    void open_afterAPowerCut_mendsHeadersAndKeysToo() {
        SimulatedDisk left = filledAndCrashed(Crash.powerCutKeepingAll());
        AtomicInteger mended = new AtomicInteger();
        forEachFlip(
                left,
                (disk, where) -> {
                    try (LogStore store = open(disk)) {
                        if (isMended(store.recovery())) {
                            mended.incrementAndGet();
                            assertEquals(0, unreadable(store, where), where);
                        }
                    }
                });
        assertEquals(mendableBits, mended.get());
    }

    @Test
    void open_valuesOfZeros_areNotTakenForALostCache() {
        SimulatedDisk disk = new SimulatedDisk(SEED);
        LogStore store = open(disk);
        set(store, "before", 'b', 20);
        set(store, "zeros", '\0', LARGE_VALUE_BYTES);
        store.write(
                new WriteBatch()
                        .set(bytes("zeros in a batch"), new byte[LARGE_VALUE_BYTES])
                        .set("behind them", "batched"));
        expected.put(bytes("zeros in a batch"), new byte[LARGE_VALUE_BYTES]);
        expected.put(bytes("behind them"), bytes("batched"));
        byte[] singleBit = new byte[LARGE_VALUE_BYTES];
        singleBit[LARGE_VALUE_BYTES / 2] = 1;
        store.set(bytes("single bit"), singleBit);
        expected.put(bytes("single bit"), singleBit);
        set(store, "after", 'a', 20);

        forEachFlip(disk.crash(Crash.kill()), this::checkAll);
    }

    @Test
    void open_segmentNeverUsed_isNotMissed() {
        SimulatedDisk disk = new SimulatedDisk(SEED);
        StepBackground background = new StepBackground();
        LogStore store = LogStore.open(disk, OPTIONS, background, new SplittableRandom(SEED));
        set(store, "key", 'v', 10);
        background.runPeriod();
        SimulatedDisk left = disk.crash(Crash.kill());
        String unused = segments(left).getLast();
        assertEquals(0, left.bytes(unused)[0]);
        for (int bit = 0; bit < 8 * SegmentHeader.BYTES; bit++) {
            SimulatedDisk flipped = left.copy();
            flipped.flipBit(unused, bit);
            assertEquals(List.of(), checkAll(flipped, "bit " + bit).damage());
        }
    }

    @Test
    void verify_flippedBitInASegmentHeader_isReportedAndChangesNothing() {
        SimulatedDisk disk = filledAndCrashed(Crash.kill());
        String name = segments(disk).getFirst();
        disk.flipBit(name, 8 * 24);
        byte[] before = disk.bytes(name);

        List<CorruptionException> damage =
                new Inspector(disk, new SplittableRandom(SEED)).verify().damage();

        assertEquals(1, damage.size());
        assertEquals(24, damage.getFirst().offset());
        assertTrue(Arrays.equals(before, disk.bytes(name)));
    }

    @Test
    void open_headerOfAnotherSegment_isNotMended() {
        SimulatedDisk disk = filledAndCrashed(Crash.kill());
        byte[] other = disk.bytes(segments(disk).get(1));
        other[9] ^= 1;
        disk.put(segments(disk).getFirst(), other);

        assertThrows(CorruptionException.class, () -> open(disk));
    }

    private SimulatedDisk filledAndCrashed(Crash crash) {
        SimulatedDisk disk = new SimulatedDisk(SEED);
        LogStore store = open(disk);
        set(store, "a", 'a', 20);
        set(store, "removed", 'r', 30);
        set(store, "k", 'k', LARGE_VALUE_BYTES);
        store.sync();
        write(store, "inner 1", "inner 2");
        set(store, "to the next segment", 't', LARGE_VALUE_BYTES);
        set(store, "key of a value without bytes", 'e', 0);
        store.remove(bytes("removed"));
        expected.put(bytes("removed"), new byte[0]);
        mendableBits += 8 * (8 + "removed".length());
        write(store, "inner 3", "inner 2");
        store.set(bytes("synced"), bytes("value"), Durability.SYNC);
        expected.put(bytes("synced"), bytes("value"));
        mendableBits += 8 * (8 + "synced".length());
        set(store, "a", 'b', TO_THE_LAST_SECTOR_BYTES);
        SimulatedDisk left = disk.crash(crash);
        for (String name : segments(left)) {
            byte[] bytes = left.bytes(name);
            mendableBits += bytes[0] == 0 ? 0 : 8 * SegmentHeader.SYNCED_OFFSET;
        }
        return left;
    }

    private void set(LogStore store, String key, char value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        store.set(bytes(key), bytes);
        expected.put(bytes(key), bytes);
        mendableBits += 8 * (8 + key.length());
    }

    private void write(LogStore store, String first, String second) {
        store.write(new WriteBatch().set(first, "batched").set(second, "batched"));
        expected.put(bytes(first), bytes("batched"));
        expected.put(bytes(second), bytes("batched"));
        mendableBits += 8 * (8 + 8 + first.length() + 8 + second.length());
    }

    /// Flips every bit of the segments; of words that repeat the one before only a sample.
    private static void forEachFlip(SimulatedDisk left, Check check) {
        for (String name : segments(left)) {
            byte[] bytes = left.bytes(name);
            Sweep.forEach(
                    0,
                    8L * bytes.length - 1,
                    bit -> {
                        if (bit % 97 == 0 || !isRepeated(bytes, (int) (bit >>> 6) << 3)) {
                            SimulatedDisk disk = left.copy();
                            disk.flipBit(name, bit);
                            check.run(disk, name + " bit " + bit);
                            disk.discard();
                        }
                    });
        }
    }

    private static boolean isRepeated(byte[] bytes, int word) {
        return word >= SegmentHeader.BYTES
                && Arrays.equals(bytes, word, word + 8, bytes, word - 8, word);
    }

    private RecoveryReport checkAll(SimulatedDisk disk, String where) {
        try (LogStore store = open(disk)) {
            RecoveryReport report = store.recovery();
            boolean harmless = !says(report, "mismatch");
            assertTrue(unreadable(store, where) <= (harmless ? 0 : 1), () -> where + ": " + report);
            return report;
        }
    }

    private int unreadable(LogStore store, String where) {
        int unreadable = 0;
        for (Map.Entry<byte[], byte[]> entry : expected.entrySet()) {
            try {
                byte[] found = store.find(entry.getKey());
                assertTrue(
                        Arrays.equals(found == null ? new byte[0] : found, entry.getValue()),
                        () -> new String(entry.getKey(), StandardCharsets.UTF_8) + ", " + where);
            } catch (CorruptionException e) {
                unreadable++;
            }
        }
        return unreadable;
    }

    private static boolean isMended(RecoveryReport report) {
        return says(report, "put right");
    }

    private static boolean says(RecoveryReport report, String text) {
        return report.damage().stream()
                .anyMatch(damage -> String.valueOf(damage.getMessage()).contains(text));
    }

    private static List<String> segments(SimulatedDisk disk) {
        return disk.names().stream().filter(name -> name.endsWith(".log")).toList();
    }

    private static LogStore open(SimulatedDisk disk) {
        return LogStore.open(disk, OPTIONS, new StepBackground(), new SplittableRandom(SEED));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private interface Check {
        void run(SimulatedDisk disk, String where);
    }
}
