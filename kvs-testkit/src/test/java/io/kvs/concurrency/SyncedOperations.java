package io.kvs.concurrency;

import io.kvs.Durability;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsOptions;
import io.kvs.WriteBatch;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/// What Lincheck does to a store whose segments are so small that they are full after a few writes.
@Param(name = "key", gen = IntGen.class, conf = "0:2")
@Param(name = "version", gen = IntGen.class, conf = "1:3")
public class SyncedOperations extends StoreOperations {
    private static final int VALUE_BYTES = 1000;

    public SyncedOperations() {
        super(KvsOptions.defaults().withDurability(Durability.SYNC));
    }

    @Operation
    public int get(@Param(name = "key") int key) {
        Optional<byte[]> value = store.get(bytes(key));
        return value.map(bytes -> (int) bytes[0]).orElse(0);
    }

    @Operation
    public void set(@Param(name = "key") int key, @Param(name = "version") int version) {
        store.set(bytes(key), value(version));
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
    public void setBoth(
            @Param(name = "key") int one,
            @Param(name = "key") int other,
            @Param(name = "version") int version) {
        store.write(
                new WriteBatch().set(bytes(one), value(version)).set(bytes(other), value(version)));
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
        private final Map<Integer, Integer> versions = new HashMap<>();

        public int get(int key) {
            return versions.getOrDefault(key, 0);
        }

        public void set(int key, int version) {
            versions.put(key, version);
        }

        public boolean remove(int key) {
            return versions.remove(key) != null;
        }

        public void setBoth(int one, int other, int version) {
            versions.put(one, version);
            versions.put(other, version);
        }
    }
}
