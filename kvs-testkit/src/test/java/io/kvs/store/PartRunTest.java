package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvsOptions;
import io.kvs.engine.LogStore;
import io.kvs.format.FileNames;
import io.kvs.format.Manifest;
import io.kvs.run.Covered;
import io.kvs.run.Run;
import io.kvs.testkit.Crash;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The runs of parts of segments that are not sealed: unsynced, and of use after a kill only.
final class PartRunTest {
    private static final int SEGMENT_BYTES = 8 << 10;
    private static final int PART_BYTES = SEGMENT_BYTES / 4;

    private StepBackground background = new StepBackground();
    private SimulatedDisk disk = new SimulatedDisk(1);
    private LogStore store = open();

    @Test
    void open_afterKill_replaysOnlyWhatNoPartLists() {
        set("a", "1", 2 * PART_BYTES);
        background.run("listing");
        set("b", "1", 100);

        crash(Crash.kill());

        long replayed = store.recovery().replayedBytes();
        assertTrue(replayed < PART_BYTES, () -> "replayed " + replayed);
        assertEquals(1, runs().size());
        assertValue("a", "1", 2 * PART_BYTES);
        assertValue("b", "1", 100);
    }

    @Test
    void open_afterPowerCut_dropsTheRunsOfParts() {
        set("a", "1", 2 * PART_BYTES);
        store.sync();
        background.run("listing");
        set("a", "2", PART_BYTES);
        background.run("listing");
        assertEquals(2, runs().size());
        List<String> parts = runs();

        crash(Crash.powerCutKeepingAll());

        assertTrue(runs().stream().noneMatch(parts::contains), () -> runs().toString());
        assertValue("a", "2", PART_BYTES);
    }

    /// A run of a part of the second segment was used although the run of the first one was gone:
    /// the old value went into the keydir, which is believed before the runs.
    @Test
    void open_runOfOlderSegmentLost_findsTheNewestValue() {
        set("a", "old", 100);
        set("b", "1", SEGMENT_BYTES / 2);
        set("c", "1", SEGMENT_BYTES / 2);
        set("a", "new", 100);
        background.run("listing");
        List<String> parts = runs();
        assertEquals(2, parts.size());

        SimulatedDisk left = disk.crash(Crash.kill());
        left.remove(parts.getFirst());
        reopen(left);

        assertValue("a", "new", 100);
        assertEquals(3, store.size());
    }

    /// The run of a part that was made anew was named by the manifest: after a power cut it listed
    /// records that had never reached the device.
    @Test
    void repair_runOfPart_isAsLittleSyncedAsThePart() {
        set("a", "1", 100);
        store.sync();
        set("a", "2", 100);
        set("b", "1", PART_BYTES);
        background.run("listing");
        SimulatedDisk killed = disk.crash(Crash.kill());
        killed.flipBit(runs(killed).getFirst(), 40);
        reopen(killed);
        assertValue("a", "2", 100);

        crash(Crash.powerCutLosingAll());

        assertValue("a", "1", 100);
        assertNull(store.find(bytes("b")));
        assertEquals(1, store.size());
    }

    /// The run that a store had got when it was closed listed the start of a segment; the segment
    /// was then sealed without a run of its own, on a disk that was full or failed. The next
    /// opening made a run of the whole segment beside the first one, and the merging of runs, which
    /// must not list anything twice, failed for ever.
    @Test
    void open_sealedSegmentListedInPart_listsTheRestAlone() throws IOException {
        set("a", "1", 100);
        store.close();
        reopen(disk);
        byte[] start = disk.bytes(runs().getFirst());
        String name = runs().getFirst();
        set("b", "1", SEGMENT_BYTES / 2);
        set("c", "1", SEGMENT_BYTES / 2);
        background.run("housekeeping");
        SimulatedDisk left = disk.crash(Crash.kill());
        Manifest manifest = Objects.requireNonNull(Manifest.decode(left.bytes("MANIFEST")));
        Manifest listedInPart =
                new Manifest(
                        manifest.storeId(),
                        manifest.nextFileId(),
                        manifest.tailSequence(),
                        manifest.dictionary(),
                        manifest.segments(),
                        List.of(FileNames.id(name)));
        runs(left).forEach(left::remove);
        left.put(name, start);
        left.put("MANIFEST", listedInPart.encode());

        reopen(left);

        List<Covered> covered = new ArrayList<>();
        for (String run : runs()) {
            try (Run opened = Run.open(disk, manifest.storeId(), FileNames.id(run))) {
                covered.addAll(opened.covered());
            }
        }
        assertEquals(2, covered.size());
        assertEquals(covered.getFirst().to(), covered.getLast().from());
        assertValue("a", "1", 100);
        assertValue("b", "1", SEGMENT_BYTES / 2);
        assertEquals(3, store.size());
    }

    private void crash(Crash crash) {
        reopen(disk.crash(crash));
    }

    private void reopen(SimulatedDisk left) {
        disk = left;
        store = open();
    }

    private LogStore open() {
        KvsOptions options =
                KvsOptions.defaults()
                        .withSegmentLimitBytes(SEGMENT_BYTES)
                        .withAutomaticCompaction(false);
        background = new StepBackground();
        return LogStore.open(disk, options, background, new SplittableRandom(1));
    }

    private List<String> runs() {
        return runs(disk);
    }

    private static List<String> runs(SimulatedDisk disk) {
        return disk.names().stream().filter(FileNames::isRun).sorted().toList();
    }

    private void set(String key, String value, int length) {
        store.set(bytes(key), padded(value, length));
    }

    private void assertValue(String key, String value, int length) {
        assertArrayEquals(padded(value, length), store.find(bytes(key)));
    }

    private static byte[] padded(String value, int length) {
        return Arrays.copyOf(bytes(value), length);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
