package io.kvs.concurrency;

import io.kvs.Cursor;
import io.kvs.KvsOptions;
import io.kvs.OrderedReader;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.WriteBatch;
import java.util.Arrays;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/// What Lincheck does to a store of three keys that are read all at once, as the digits of a
/// number.
@Param(name = "key", gen = IntGen.class, conf = "0:2")
@Param(name = "version", gen = IntGen.class, conf = "1:3")
public class SnapshotOperations extends StoreOperations {
    private static final int VALUE_BYTES = 700;
    private static final int KEY_COUNT = 3;

    public SnapshotOperations() {
        super(KvsOptions.defaults());
    }

    @Operation
    public void set(@Param(name = "key") int key, @Param(name = "version") int version) {
        store.set(bytes(key), value(version));
    }

    @Operation
    public void setAll(@Param(name = "version") int version) {
        WriteBatch batch = new WriteBatch();
        for (int key = 0; key < KEY_COUNT; key++) {
            batch.set(bytes(key), value(version));
        }
        store.write(batch);
    }

    @Operation
    public int getAllOfSnapshot() {
        try (Snapshot snapshot = store.snapshot()) {
            int digits = 0;
            for (int key = 0; key < KEY_COUNT; key++) {
                int version = snapshot.get(bytes(key)).map(value -> (int) value[0]).orElse(0);
                digits = 10 * digits + version;
            }
            return digits;
        }
    }

    @Operation
    public int scanSnapshot() {
        try (Snapshot snapshot = store.snapshot()) {
            return scan(snapshot);
        }
    }

    @Operation
    public int scan() {
        return scan(store);
    }

    private static int scan(OrderedReader reader) {
        int[] versions = new int[KEY_COUNT];
        try (Cursor cursor = reader.scan(Scan.all().reversed())) {
            while (cursor.next()) {
                versions[cursor.key()[0]] = cursor.value()[0];
            }
        }
        return number(versions);
    }

    private static int number(int[] versions) {
        int digits = 0;
        for (int version : versions) {
            digits = 10 * digits + version;
        }
        return digits;
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
        private final int[] versions = new int[KEY_COUNT];

        public void set(int key, int version) {
            versions[key] = version;
        }

        public void setAll(int version) {
            Arrays.fill(versions, version);
        }

        public int getAllOfSnapshot() {
            return number(versions);
        }

        public int scanSnapshot() {
            return number(versions);
        }

        public int scan() {
            return number(versions);
        }
    }
}
