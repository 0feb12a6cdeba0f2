package io.kvs.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.format.FileNames;
import io.kvs.format.Manifest;
import io.kvs.testkit.SimulatedDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Every single flipped bit and every truncation of every file of a store: no wrong value, no
/// exception but those of the API, no hang.
///
/// By default a sample, with all bits of headers, footers and the manifest; with `-Dkvs.full=.run`
/// all of the files whose names end so, with `-Dkvs.full=true` of all files.
final class DamageTest {
    private static final String FULL = System.getProperty("kvs.full", "");
    private static final long SEED = 1;
    private static final int PERIOD = 61;

    /// One bit in so many of the reserve, which nobody reads.
    private static final int RESERVE_PERIOD = 997;

    private static final int RESERVE_FULL_PERIOD = 37;

    /// Bytes at both ends of a file of which every bit is flipped.
    private static final int END_BYTES = 64;

    private static final int SIZE_MIN_BYTES = 64 << 10;

    @Test
    void open_closedStoreWithFlippedBit_losesNoMoreThanTheRecord() {
        DamagedStore store = new DamagedStore(SEED, true);
        checkKinds(store);
        flipBits(store);
    }

    @Test
    void open_killedStoreWithFlippedBit_losesNoMoreThanTheRecord() {
        DamagedStore store = new DamagedStore(SEED, false);
        checkHasPart(store);
        flipBits(store);
    }

    @Test
    void open_closedStoreWithFileCut_givesNoWrongValue() {
        cutFiles(new DamagedStore(SEED, true));
    }

    @Test
    void open_killedStoreWithFileCut_givesNoWrongValue() {
        cutFiles(new DamagedStore(SEED, false));
    }

    private static void flipBits(DamagedStore store) {
        List<Case> cases = new ArrayList<>();
        store.files()
                .forEach((name, bytes) -> {
                    boolean manifest = name.equals("MANIFEST");
                    for (long bit = 0; bit < 8L * bytes.length; bit++) {
                        long fromEnd = bytes.length - 1 - (bit >> 3);
                        boolean atEnds = (bit >> 3) < END_BYTES || fromEnd < END_BYTES;
                        if (bit % bitPeriod(name) == 0 || manifest || atEnds) {
                            cases.add(new Case(name, bit));
                        }
                    }
                });
        AtomicInteger worst = new AtomicInteger();
        Sweep.forEach(
                0,
                cases.size() - 1,
                index -> {
                    Case flipped = cases.get((int) index);
                    SimulatedDisk disk = store.copy();
                    disk.flipBit(flipped.name, flipped.at);
                    int unreadable = unreadable(store, disk, flipped, false);
                    worst.accumulateAndGet(unreadable, Math::max);
                    if (unreadable > 1) {
                        throw new AssertionError(
                                unreadable + " keys are unreadable after a flip of " + flipped);
                    }
                });
        System.out.println(cases.size() + " flips, at most " + worst + " keys unreadable");
    }

    private static void cutFiles(DamagedStore store) {
        List<Case> cases = new ArrayList<>();
        store.files()
                .forEach((name, bytes) -> {
                    for (int length = 0; length < bytes.length; length++) {
                        boolean atEnds = length < END_BYTES || bytes.length - length < END_BYTES;
                        if (length % (isFull(name) ? 1 : PERIOD) == 0 || atEnds) {
                            cases.add(new Case(name, length));
                        }
                    }
                });
        Sweep.forEach(
                0,
                cases.size() - 1,
                index -> {
                    Case cut = cases.get((int) index);
                    SimulatedDisk disk = store.copy();
                    disk.truncate(cut.name, (int) cut.at);
                    unreadable(store, disk, cut, true);
                });
        System.out.println(cases.size() + " truncations");
    }

    private static int bitPeriod(String name) {
        if (name.equals("RESERVE")) {
            return isFull(name) ? RESERVE_FULL_PERIOD : RESERVE_PERIOD;
        }
        return isFull(name) ? 1 : PERIOD;
    }

    private static boolean isFull(String name) {
        return FULL.equals("true") || !FULL.isEmpty() && name.endsWith(FULL);
    }

    private static int unreadable(
            DamagedStore store, SimulatedDisk disk, Case damage, boolean endMayBeLost) {
        try {
            return store.countUnreadable(disk, endMayBeLost);
        } catch (RuntimeException | Error e) {
            throw new AssertionError("SEED=" + SEED + " STEP=" + damage + ": " + e, e);
        } finally {
            disk.discard();
        }
    }

    private static void checkKinds(DamagedStore store) {
        Map<String, byte[]> files = store.files();
        long size = 0;
        int sorted = 0;
        int runs = 0;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (file.getKey().endsWith(".log")) {
                size += file.getValue().length;
                sorted += file.getValue()[48];
            }
            runs += file.getKey().endsWith(".run") ? 1 : 0;
        }
        assertTrue(size >= SIZE_MIN_BYTES, "the segments have only " + size + " bytes");
        assertTrue(sorted > 0, "no segment is sorted");
        assertTrue(runs > 2, "too few runs");
        for (String name : List.of("LOCK", "MANIFEST", "RESERVE")) {
            assertTrue(files.containsKey(name), name + " is missing");
        }
    }

    /// Checks that a run is among the files that the manifest does not name.
    private static void checkHasPart(DamagedStore store) {
        Manifest manifest =
                Objects.requireNonNull(
                        Manifest.decode(Objects.requireNonNull(store.files().get("MANIFEST"))));
        assertTrue(
                store.files().keySet().stream()
                        .filter(FileNames::isRun)
                        .anyMatch(name -> !manifest.runs().contains(FileNames.id(name))),
                "no run of a part");
    }

    private record Case(String name, long at) {}
}
