package io.kvs.cli.oneshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KeyNotFoundException;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.oneshot.NotSimpleException;
import io.kvs.oneshot.OneShot;
import io.kvs.testkit.Crash;
import io.kvs.testkit.SimulatedCrash;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Single operations and whole stores take turns on one directory; the stores are closed or killed.
class OneShotMixTest {
    private static final int ROUNDS = 600;

    private final Map<String, String> model = new HashMap<>();
    private int simple;
    private int notSimple;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyOperation_afterAnyOther_agreesWithAMap(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SimulatedDisk disk = new SimulatedDisk(seed);
        Stores.open(disk).close();
        for (int round = 0; round < ROUNDS; round++) {
            String where = "seed " + seed + ", round " + round;
            if (random.nextInt(12) == 0) {
                disk = useWholeStore(disk, random, where);
            } else {
                useOnce(disk, random, where);
            }
        }
        try (LogStore store = Stores.open(disk)) {
            compare(store, "seed " + seed + ", at the end");
        }
        disk.discard();
        assertTrue(simple > ROUNDS / 2, simple + " simple ones, " + notSimple + " others");
    }

    private SimulatedDisk useWholeStore(SimulatedDisk disk, SplittableRandom random, String where) {
        StepBackground background = new StepBackground();
        LogStore store = Stores.open(disk, background);
        compare(store, where);
        for (int i = random.nextInt(40); i > 0; i--) {
            String key = key(random);
            String value = value(random);
            switch (random.nextInt(8)) {
                case 0 -> {
                    store.write(new WriteBatch().set(key, value).set("batch", value));
                    model.put(key, value);
                    model.put("batch", value);
                }
                case 1 -> {
                    store.write(new WriteBatch().remove(key));
                    model.remove(key);
                }
                case 2 -> background.runOne(random);
                default -> {
                    store.set(key, value);
                    model.put(key, value);
                }
            }
        }
        if (random.nextInt(20) == 0) {
            store.compact();
        }
        if (random.nextInt(3) > 0) {
            store.close();
            return disk;
        }
        SimulatedDisk left = disk.crash(Crash.kill());
        try {
            store.close();
        } catch (RuntimeException | SimulatedCrash _) {
            // It only has to give its memory back.
        }
        return left;
    }

    private void useOnce(SimulatedDisk disk, SplittableRandom random, String where) {
        String key = key(random);
        String value = random.nextInt(5) == 0 ? model.getOrDefault(key, "") : value(random);
        boolean sync = random.nextBoolean();
        int choice = random.nextInt(4);
        try {
            OneShot shot = new OneShot(disk);
            if (choice == 0) {
                shot.remove(Stores.bytes(key), sync);
                assertTrue(model.remove(key) != null, where);
            } else if (choice == 1) {
                assertEquals(model.get(key), Stores.get(disk, key), where);
            } else {
                shot.set(Stores.bytes(key), Stores.bytes(value), sync);
                model.put(key, value);
            }
            simple++;
        } catch (KeyNotFoundException e) {
            assertTrue(!model.containsKey(key), where);
            simple++;
        } catch (NotSimpleException e) {
            notSimple++;
            try (LogStore store = Stores.open(disk)) {
                store.set(key, value);
                model.put(key, value);
            }
        }
    }

    private void compare(LogStore store, String where) {
        assertEquals(model.size(), store.size(), where);
        model.forEach((key, value) -> assertEquals(Optional.of(value), store.get(key), where));
    }

    private static String key(SplittableRandom random) {
        return "key" + random.nextInt(50);
    }

    private static String value(SplittableRandom random) {
        return "v".repeat(random.nextInt(60)) + random.nextInt();
    }
}
