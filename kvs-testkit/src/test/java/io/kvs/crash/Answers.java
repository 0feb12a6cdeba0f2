package io.kvs.crash;

import io.kvs.CorruptionException;
import io.kvs.Cursor;
import io.kvs.Scan;
import io.kvs.engine.LogStore;
import io.kvs.testkit.ReferenceModel;
import java.util.Arrays;
import java.util.Collection;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/// What a damaged store answers: each read may fail with the error for damage, but those that do
/// not must agree.
final class Answers {
    private final LogStore store;
    private final int keyCount;

    /// What gets say, without the keys that are not readable; an empty array stands for an absent
    /// key.
    private final NavigableMap<byte[], byte[]> values = ReferenceModel.newState();

    /// Asks for every key.
    Answers(LogStore store, Collection<byte[]> keys) {
        this.store = store;
        this.keyCount = keys.size();
        for (byte[] key : keys) {
            try {
                byte[] found = store.find(key);
                values.put(key, found == null ? new byte[0] : found);
            } catch (CorruptionException e) {
                // It says so.
            }
        }
    }

    /// Returns the value of a key, an empty array if it is absent, or null if it is not readable.
    byte @Nullable [] value(byte[] key) {
        return values.get(key);
    }

    /// Returns how many keys were not readable.
    int unreadable() {
        return keyCount - values.size();
    }

    /// Compares with scans in both directions, and with how many keys there are said to be.
    void checkScansAndSize() {
        checkScan(Scan.all());
        checkScan(Scan.all().reversed());
        checkSize();
    }

    /// Compares with answers that were given earlier.
    void checkSameAs(Answers earlier) {
        values.forEach((key, value) -> {
            byte[] before = earlier.value(key);
            if (before != null && !Arrays.equals(before, value)) {
                throw new AssertionError("key " + Arrays.toString(key) + " has changed");
            }
        });
    }

    private void checkScan(Scan scan) {
        NavigableMap<byte[], byte[]> left = ReferenceModel.newState();
        left.putAll(values);
        left.values().removeIf(value -> value.length == 0);
        try (Cursor cursor = store.scan(scan)) {
            while (cursor.next()) {
                byte[] key = cursor.key();
                left.remove(key);
                compare(key, scanned(cursor));
            }
        } catch (CorruptionException e) {
            return;
        }
        if (!left.isEmpty()) {
            throw new AssertionError(
                    (scan.isReversed() ? "a backward" : "a forward")
                            + " scan leaves out "
                            + Arrays.toString(left.firstKey()));
        }
    }

    private static byte @Nullable [] scanned(Cursor cursor) {
        try {
            return cursor.value();
        } catch (CorruptionException e) {
            return null;
        }
    }

    private void compare(byte[] key, byte @Nullable [] scanned) {
        byte[] found = values.get(key);
        if (found != null && scanned != null && !Arrays.equals(found, scanned)) {
            throw new AssertionError(
                    "a scan has another value than a get of " + Arrays.toString(key));
        }
    }

    private void checkSize() {
        long present = values.values().stream().filter(value -> value.length > 0).count();
        long size;
        try {
            size = store.size();
        } catch (CorruptionException e) {
            return;
        }
        if (size < present || size > present + unreadable()) {
            throw new AssertionError(
                    "it says it has " + size + " keys, but " + present + " were found");
        }
    }
}
