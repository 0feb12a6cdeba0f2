package io.kvs.crash;

import io.kvs.KvsException;
import io.kvs.KvsOptions;
import io.kvs.WriteBatch;
import io.kvs.WriteBatch.Operation;
import io.kvs.engine.LogStore;
import io.kvs.testkit.Crash;
import io.kvs.testkit.ReferenceModel;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// A store of at least 64 KiB with all kinds of files, of which any number of copies can be made,
/// damaged and opened.
final class DamagedStore {
    private static final int SEGMENT_LIMIT_BYTES = 16 << 10;
    private static final int KEY_COUNT = 16;
    private static final int REMOVED_COUNT = 3;
    private static final int LARGE_VALUE_BYTES = 6_000;
    private static final int SMALL_VALUE_BYTES = 600;

    private final long seed;
    private final KvsOptions options =
            KvsOptions.defaults()
                    .withSegmentLimitBytes(SEGMENT_LIMIT_BYTES)
                    .withAutomaticCompaction(false);

    /// Every key that was ever written; an empty array stands for one that was removed.
    private final NavigableMap<byte[], byte[]> expected = ReferenceModel.newState();

    /// Earlier values of the keys that were written since the last sync, newest last: what an
    /// opening that cuts the end of the log off, and reports that, may give.
    private final NavigableMap<byte[], List<byte[]>> unsynced =
            new TreeMap<>(Arrays::compareUnsigned);

    private final TreeMap<String, byte[]> files = new TreeMap<>();

    /// Makes a store that was closed, or killed.
    DamagedStore(long seed, boolean closed) {
        this.seed = seed;
        SimulatedDisk disk = new SimulatedDisk(seed);
        StepBackground background = new StepBackground();
        LogStore store = LogStore.open(disk, options, background, new SplittableRandom(seed));
        SplittableRandom random = new SplittableRandom(seed);
        fill(store, background, random, LARGE_VALUE_BYTES);
        store.compact();
        fill(store, background, random, SMALL_VALUE_BYTES);
        int removed = 0;
        for (Map.Entry<byte[], byte[]> entry : expected.entrySet()) {
            if (removed++ < REMOVED_COUNT) {
                store.remove(entry.getKey());
                entry.setValue(new byte[0]);
            }
        }
        fill(store, background, random, LARGE_VALUE_BYTES);
        SimulatedDisk left = disk;
        if (closed) {
            store.close();
        } else {
            background.run("listing");
            left = disk.crash(Crash.kill());
        }
        for (String name : left.names()) {
            files.put(name, left.bytes(name));
        }
    }

    /// Returns the files and what is in them; not to be changed.
    Map<String, byte[]> files() {
        return files;
    }

    /// Returns a copy on a disk of its own.
    SimulatedDisk copy() {
        SimulatedDisk disk = new SimulatedDisk(seed);
        files.forEach(disk::put);
        return disk;
    }

    /// Opens a damaged copy and asks for every key, before the keydir is filled and afterwards.
    ///
    /// @param endMayBeLost whether values may be missing that were not synced, if that is reported
    /// @return how many keys gave an error, all of them if it did not open
    /// @throws AssertionError a value is wrong
    int countUnreadable(SimulatedDisk damaged, boolean endMayBeLost) {
        LogStore store;
        try {
            store =
                    LogStore.open(
                            damaged, options, new StepBackground(), new SplittableRandom(seed));
        } catch (KvsException e) {
            return expected.size();
        }
        Answers first = new Answers(store, expected.keySet());
        check(store, first, endMayBeLost);
        first.checkScansAndSize(); // This fills the keydir.
        Answers second = new Answers(store, expected.keySet());
        check(store, second, endMayBeLost);
        second.checkSameAs(first);
        second.checkScansAndSize();
        try {
            store.close();
        } catch (KvsException e) {
            // It says so.
        }
        return Math.max(first.unreadable(), second.unreadable());
    }

    private void check(LogStore store, Answers answers, boolean endMayBeLost) {
        expected.forEach((key, value) -> {
            List<byte[]> allowed = new ArrayList<>(List.of(value));
            if (endMayBeLost && store.recovery().cutBytes() > 0) {
                allowed.addAll(unsynced.getOrDefault(key, List.of()));
            }
            byte[] found = answers.value(key);
            if (found != null && allowed.stream().noneMatch(one -> Arrays.equals(one, found))) {
                throw new AssertionError("key " + Arrays.toString(key) + " is wrong");
            }
        });
    }

    /// Writes keys old and new, some in batches; half a segment of them is synced.
    private void fill(
            LogStore store, StepBackground background, SplittableRandom random, int lengthMax) {
        for (int i = 0; i < KEY_COUNT; i++) {
            WriteBatch batch = new WriteBatch();
            int count = i % 4 == 3 ? 2 : 1;
            for (int j = 0; j < count; j++) {
                byte[] key = {(byte) random.nextInt(KEY_COUNT), 'k', 'e', 'y'};
                byte[] value = new byte[1 + random.nextInt(lengthMax / count)];
                random.nextBytes(value);
                batch.set(key, value);
                byte[] before = expected.put(key, value);
                unsynced.computeIfAbsent(key, _ -> new ArrayList<>())
                        .add(before == null ? new byte[0] : before);
            }
            if (count > 1) {
                store.write(batch);
            } else {
                Operation only = batch.operations().getFirst();
                store.set(only.key(), Objects.requireNonNull(only.value()));
            }
            if (i % 8 == 0) {
                background.runPeriod();
                unsynced.clear();
            }
        }
    }
}
