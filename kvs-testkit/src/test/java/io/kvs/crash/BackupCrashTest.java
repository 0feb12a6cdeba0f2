package io.kvs.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.CorruptionException;
import io.kvs.Cursor;
import io.kvs.Durability;
import io.kvs.KvsException;
import io.kvs.KvsOptions;
import io.kvs.Scan;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.io.Disk;
import io.kvs.testkit.Crash;
import io.kvs.testkit.FaultKind;
import io.kvs.testkit.SimulatedCrash;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The process dies, or the disk fails, at every call of a backup.
final class BackupCrashTest {
    private static final long SEED = 5;
    private static final String TARGET = "backup";
    private static final KvsOptions OPTIONS =
            KvsOptions.defaults()
                    .withSegmentLimitBytes(8 << 10)
                    .withCompactionThresholdBytes(4 << 10);

    @ParameterizedTest
    @EnumSource(
            value = FaultKind.class,
            names = {"CRASH_BEFORE", "CRASH_WITHIN"})
    void backup_crashAtAnyCall_leavesSourceAndAWholeCopyOrNone(FaultKind kind) {
        int whole = 0;
        int none = 0;
        for (long call = 1; call <= new Scene().countCalls(); call++) {
            for (Crash crash : crashes(call)) {
                Scene scene = new Scene(whole + none);
                scene.disk.failAt(scene.disk.calls() + call, kind);
                assertThrows(SimulatedCrash.class, scene::backup);
                if (scene.checkAfter(crash, "STEP=" + call + ' ' + crash)) {
                    whole++;
                } else {
                    none++;
                }
            }
        }
        assertTrue(whole > 0 && none > 0, whole + " whole, " + none + " none");
    }

    @Test
    void backup_returned_survivesEveryCrash() {
        for (Crash crash : crashes(0)) {
            Scene scene = new Scene();
            scene.backup();
            assertTrue(scene.checkAfter(crash, crash.toString()));
        }
    }

    @Test
    void backup_anyCallFails_saysSoAndLeavesNothing() throws IOException {
        long calls = new Scene().countCalls();
        for (long call = 1; call <= calls; call++) {
            Scene scene = new Scene();
            scene.disk.failAt(scene.disk.calls() + call, FaultKind.ONCE);
            // What fails last is the release of the lock: then the copy is complete.
            if (failsToBackUp(scene) && call < calls) {
                List<String> left = scene.disk.directory(TARGET).list();
                assertTrue(left.isEmpty() || left.equals(List.of("LOCK")), call + ": " + left);
                scene.backup();
            }
            scene.store.set(bytes("more"), bytes("value"));
            scene.model.put("more", "value");
            assertEquals(scene.model, content(scene.store));
        }
    }

    private static boolean failsToBackUp(Scene scene) {
        try {
            scene.backup();
            return false; // The call was one that may fail: a link, for instance, that is a copy.
        } catch (KvsException e) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4 << 10, 12 << 10})
    void backup_ontoFullDisk_saysSoAndLeavesNothing(int freeBytes) throws IOException {
        Scene scene = new Scene();
        SimulatedDisk other = new SimulatedDisk(SEED);
        other.limitCapacity(freeBytes);

        KvsException failure =
                assertThrows(KvsException.class, () -> scene.store.backup(other, (_, _) -> {}));

        assertTrue(failure.getMessage().contains("No space left"), failure.getMessage());
        assertTrue(List.of(List.of(), List.of("LOCK")).contains(other.list()), other::toString);
        assertEquals(scene.model, content(scene.store));
    }

    private static List<Crash> crashes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return List.of(
                Crash.kill(),
                Crash.powerCutLosingAll(),
                Crash.powerCutKeepingAll(),
                Crash.powerCut(random),
                Crash.powerCut(random).withAnyDirectoryOrder(),
                Crash.powerCut(random).withAnyDirectoryOrder(),
                Crash.powerCut(random).withAnyDirectoryOrder());
    }

    /// A store with sealed segments, runs, and writes at its end that were not synced.
    private static final class Scene {
        private final SimulatedDisk disk;
        private final StepBackground background = new StepBackground();
        private final LogStore store;
        private final TreeMap<String, String> model = new TreeMap<>();
        private final TreeMap<String, String> synced;

        Scene() {
            this(SEED);
        }

        /// Makes it, always the same calls.
        ///
        /// @param seed where the choices of the disk come from
        Scene(long seed) {
            disk = new SimulatedDisk(seed);
            disk.useByOneThread();
            store = LogStore.open(disk, OPTIONS, background, new SplittableRandom(SEED));
            SplittableRandom random = new SplittableRandom(SEED);
            for (int i = 0; i < 90; i++) {
                write(random, i);
                if (i % 30 == 29) {
                    background.runPeriod();
                }
            }
            store.sync();
            synced = new TreeMap<>(model);
            write(random, 1000);
            write(random, 1001);
        }

        private void write(SplittableRandom random, int number) {
            String key = "key" + random.nextInt(60);
            if (random.nextInt(4) == 0 && model.containsKey(key)) {
                model.remove(key);
                store.remove(bytes(key), Durability.PROCESS);
            } else {
                String value = number + "v".repeat(random.nextInt(600));
                model.put(key, value);
                model.put("other " + key, value);
                store.write(
                        new WriteBatch()
                                .set(bytes(key), bytes(value))
                                .set(bytes("other " + key), bytes(value)));
            }
        }

        long countCalls() {
            long before = disk.calls();
            backup();
            return disk.calls() - before;
        }

        void backup() {
            store.backup(disk.directory(TARGET), (_, _) -> {});
        }

        /// Lets the machine crash and looks at both directories; returns whether there is a copy.
        boolean checkAfter(Crash crash, String where) {
            SimulatedDisk left = disk.crash(crash);
            try {
                boolean whole = check(left, crash);
                left.discard();
                return whole;
            } catch (IOException | RuntimeException | AssertionError e) {
                throw new AssertionError(where + ": " + e, e);
            }
        }

        private boolean check(SimulatedDisk left, Crash crash) throws IOException {
            Map<String, String> source = open(left);
            if (crash.kind() == Crash.Kind.KILL) {
                assertEquals(model, source);
            } else {
                Map<String, String> kept = new TreeMap<>(synced);
                kept.keySet().removeIf(key -> !synced.get(key).equals(model.get(key)));
                kept.forEach((key, value) -> assertEquals(value, source.get(key)));
            }
            Disk target = left.directory(TARGET);
            List<String> names = target.list();
            if (names.contains("MANIFEST")) {
                try {
                    assertEquals(model, open(target));
                    return true;
                } catch (CorruptionException e) {
                    throw new AssertionError("a copy with a manifest does not open", e);
                }
            }
            if (names.stream().anyMatch(name -> name.endsWith(".log") || name.endsWith(".run"))) {
                KvsException refused = assertThrows(CorruptionException.class, () -> open(target));
                assertTrue(refused.getMessage().contains("a backup that was not finished"));
            }
            return false;
        }

        private static Map<String, String> open(Disk disk) {
            try (LogStore opened =
                    LogStore.open(
                            disk, OPTIONS, new StepBackground(), new SplittableRandom(SEED))) {
                return content(opened);
            }
        }
    }

    private static Map<String, String> content(LogStore store) {
        Map<String, String> content = new TreeMap<>();
        try (Cursor cursor = store.scan(Scan.all())) {
            while (cursor.next()) {
                content.put(text(cursor.key()), text(cursor.value()));
            }
        }
        for (String key : content.keySet()) {
            assertEquals(content.get(key), store.get(bytes(key)).map(v -> text(v)).orElse(null));
        }
        return content;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
