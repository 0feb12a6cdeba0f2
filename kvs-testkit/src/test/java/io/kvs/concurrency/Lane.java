package io.kvs.concurrency;

import io.kvs.KeyNotFoundException;
import io.kvs.KvsEngine;
import io.kvs.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/// What one thread of a stress test does: random operations on keys of its own, each checked
/// against a model, and on keys that it shares with the other lanes, of which only the form can be
/// checked.
final class Lane {
    static final int SHARED_KEY_COUNT = 16;
    private static final int OWN_KEY_COUNT = 200;
    private static final int BATCH_SIZE_MAX = 8;

    private final int number;
    private final KvsEngine engine;
    private final SplittableRandom random;
    private final Map<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    private long operationCount;

    Lane(int number, KvsEngine engine, SplittableRandom random) {
        this.number = number;
        this.engine = engine;
        this.random = random;
    }

    /// Returns what this lane's own keys hold now.
    Map<byte[], byte[]> model() {
        return model;
    }

    /// Runs operations as long as `goOn` says so; returns how many.
    long run(BooleanSupplier goOn) {
        while (goOn.getAsBoolean()) {
            step();
            operationCount++;
        }
        return operationCount;
    }

    private void step() {
        int choice = random.nextInt(100);
        if (choice < 30) {
            set(ownKey());
        } else if (choice < 55) {
            check(ownKey());
        } else if (choice < 68) {
            remove(ownKey());
        } else if (choice < 80) {
            batch();
        } else if (choice < 86) {
            engine.set(sharedKey(), Values.random(random));
        } else if (choice < 98) {
            checkForm(sharedKey());
        } else {
            removeShared(sharedKey());
        }
    }

    private void set(byte[] key) {
        byte[] value = Values.random(random);
        engine.set(key, value);
        model.put(key, value);
        if (random.nextBoolean()) {
            check(key);
        }
    }

    private void check(byte[] key) {
        Optional<byte[]> found = engine.get(key);
        byte[] expected = model.get(key);
        if (!Arrays.equals(found.orElse(null), expected)) {
            throw new AssertionError(
                    text(key)
                            + " should be "
                            + describe(expected)
                            + " but is "
                            + describe(found.orElse(null))
                            + " after "
                            + operationCount
                            + " operations");
        }
    }

    private void remove(byte[] key) {
        boolean expected = model.remove(key) != null;
        boolean removed = tryRemove(key);
        if (removed != expected) {
            throw new AssertionError(
                    "remove of " + text(key) + (removed ? " found a key" : " found no key"));
        }
    }

    private void batch() {
        WriteBatch batch = new WriteBatch();
        int size = 1 + random.nextInt(BATCH_SIZE_MAX);
        for (int i = 0; i < size; i++) {
            byte[] key = ownKey();
            if (random.nextInt(3) == 0) {
                batch.remove(key);
                model.remove(key);
            } else {
                byte[] value = Values.random(random);
                batch.set(key, value);
                model.put(key, value);
            }
        }
        batch.set(sharedKey(), Values.random(random));
        engine.write(batch);
    }

    private void checkForm(byte[] key) {
        engine.get(key)
                .ifPresent(value -> {
                    if (!Values.isWellFormed(value)) {
                        throw new AssertionError(text(key) + " holds what nobody wrote");
                    }
                });
    }

    private void removeShared(byte[] key) {
        boolean _ = tryRemove(key);
    }

    private boolean tryRemove(byte[] key) {
        try {
            engine.remove(key);
            return true;
        } catch (KeyNotFoundException _) {
            return false;
        }
    }

    private byte[] ownKey() {
        return bytes("lane " + number + " key " + random.nextInt(OWN_KEY_COUNT));
    }

    private byte[] sharedKey() {
        return sharedKey(random.nextInt(SHARED_KEY_COUNT));
    }

    static byte[] sharedKey(int index) {
        return bytes("shared key " + index);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }

    private static String describe(byte[] value) {
        return value == null ? "absent" : value.length + " bytes, hash " + Arrays.hashCode(value);
    }
}
