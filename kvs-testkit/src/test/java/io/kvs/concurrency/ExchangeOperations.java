package io.kvs.concurrency;

import io.kvs.KeyNotFoundException;
import io.kvs.KvsOptions;
import java.util.HashMap;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;

/// What Lincheck does with compare-and-set; a version of 0 stands for an absent key.
@Param(name = "key", gen = IntGen.class, conf = "0:0")
@Param(name = "version", gen = IntGen.class, conf = "0:2")
public class ExchangeOperations extends StoreOperations {
    private static final int VALUE_BYTES = 700;

    public ExchangeOperations() {
        super(KvsOptions.defaults());
    }

    @Operation
    public int get(@Param(name = "key") int key) {
        return store.get(bytes(key)).map(value -> (int) value[0]).orElse(0);
    }

    @Operation
    public boolean compareAndSet(
            @Param(name = "key") int key,
            @Param(name = "version") int expected,
            @Param(name = "version") int version) {
        return store.compareAndSet(bytes(key), value(expected), value(version));
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

    private static byte[] bytes(int key) {
        return new byte[] {(byte) key};
    }

    private static byte @Nullable [] value(int version) {
        byte[] value = new byte[VALUE_BYTES];
        value[0] = (byte) version;
        return version == 0 ? null : value;
    }

    /// What the operations mean one after the other.
    public static class Model {
        private final Map<Integer, Integer> versions = new HashMap<>();

        public int get(int key) {
            return versions.getOrDefault(key, 0);
        }

        public boolean compareAndSet(int key, int expected, int version) {
            boolean equal = get(key) == expected;
            if (equal) {
                versions.put(key, version);
            }
            return equal;
        }

        public boolean remove(int key) {
            Integer removed = versions.put(key, 0);
            return removed != null && removed != 0;
        }
    }
}
