package io.kvs.concurrency;

import io.kvs.KeyNotFoundException;
import io.kvs.KvsOptions;
import java.time.Duration;
import java.util.List;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;

/// What Lincheck does to a store with a write buffer that holds two or three values; a version of 0
/// stands for an absent key.
@Param(name = "key", gen = IntGen.class, conf = "0:1")
@Param(name = "version", gen = IntGen.class, conf = "0:2")
public class BufferedOperations extends StoreOperations {
    private static final int VALUE_BYTES = 300;
    private static final int BUFFER_BYTES = 1_000;

    public BufferedOperations() {
        super(KvsOptions.defaults().withWriteBuffer(BUFFER_BYTES, Duration.ofMinutes(1)));
    }

    @Operation
    public int get(@Param(name = "key") int key) {
        return version(store.get(bytes(key)).orElse(null));
    }

    /// Reads both keys at one moment.
    @Operation
    public List<Integer> snapshot() {
        try (io.kvs.Snapshot snapshot = store.snapshot()) {
            return List.of(
                    version(snapshot.get(bytes(0)).orElse(null)),
                    version(snapshot.get(bytes(1)).orElse(null)));
        }
    }

    @Operation
    public void set(@Param(name = "key") int key, @Param(name = "version") int version) {
        store.set(bytes(key), value(version + 1));
    }

    @Operation
    public boolean remove(@Param(name = "key") int key) {
        try {
            store.remove(bytes(key));
            return true;
        } catch (KeyNotFoundException e) {
            return false;
        }
    }

    @Operation
    public boolean compareAndSet(
            @Param(name = "key") int key,
            @Param(name = "version") int expected,
            @Param(name = "version") int version) {
        byte[] present = expected == 0 ? null : value(expected);
        byte[] next = version == 0 ? null : value(version);
        return store.compareAndSet(bytes(key), present, next);
    }

    @Operation
    public void flush() {
        store.flush();
    }

    private static int version(byte @Nullable [] value) {
        return value == null ? 0 : value[0];
    }

    private static byte[] bytes(int key) {
        return new byte[] {(byte) key};
    }

    private static byte[] value(int version) {
        byte[] value = new byte[VALUE_BYTES];
        value[0] = (byte) version;
        return value;
    }

    /// What the operations mean one after the other.
    public static class Model {
        private final int[] versions = new int[2];

        public int get(int key) {
            return versions[key];
        }

        public List<Integer> snapshot() {
            return List.of(versions[0], versions[1]);
        }

        public void set(int key, int version) {
            versions[key] = version + 1;
        }

        public boolean remove(int key) {
            boolean present = versions[key] != 0;
            versions[key] = 0;
            return present;
        }

        public boolean compareAndSet(int key, int expected, int version) {
            boolean equal = versions[key] == expected;
            versions[key] = equal ? version : versions[key];
            return equal;
        }

        public void flush() {}
    }
}
