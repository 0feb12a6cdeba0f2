package io.kvs.testkit;

import io.kvs.Cursor;
import io.kvs.OrderedReader;
import io.kvs.Scan;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads through an ordered reader and compares that with what a model allows.
final class OrderCheck {
    private static final byte[] UNREAD = {};

    private final OrderedReader reader;
    private final ReferenceModel model;

    /// What was scanned last, and the key at which the limit of the scan was reached, if it was.
    private final NavigableMap<byte[], byte[]> found = ReferenceModel.newState();

    private byte @Nullable [] limitKey;

    OrderCheck(OrderedReader reader, ReferenceModel model) {
        this.reader = reader;
        this.model = model;
    }

    /// Checks everything in both directions.
    ///
    /// @param keys every key that there may be
    /// @throws AssertionError the model does not allow it
    void checkAll(List<byte[]> keys) {
        checkScan(Scan.all(), keys);
        checkScan(Scan.all().reversed(), keys);
    }

    /// Checks what a scan returns, and that it leaves out none of some keys.
    ///
    /// @param keys every key that there may be
    /// @throws AssertionError the model does not allow it
    void checkScan(Scan scan, List<byte[]> keys) {
        read(scan);
        int known = 0;
        for (byte[] key : keys) {
            byte[] value = found.get(key);
            known += value == null ? 0 : 1;
            if (covers(scan, key) && !allows(scan, key, value)) {
                throw new AssertionError(
                        "a scan has for " + Bytes.show(key) + ": " + Bytes.show(value));
            }
        }
        if (known < found.size()) {
            throw new AssertionError("a scan has keys that nobody has written");
        }
    }

    /// Returns whether the scan that was checked last tells of a key whether it is there.
    boolean covers(Scan scan, byte[] key) {
        byte[] last = limitKey;
        if (!scan.contains(key) || scan.limit() == 0) {
            return false;
        }
        int order = last == null ? 0 : Arrays.compareUnsigned(key, last);
        return scan.isReversed() ? order >= 0 : order <= 0;
    }

    private void read(Scan scan) {
        found.clear();
        limitKey = null;
        byte @Nullable [] previous = null;
        try (Cursor cursor = reader.scan(scan)) {
            while (cursor.next()) {
                byte[] key = cursor.key();
                int order = previous == null ? 0 : Arrays.compareUnsigned(previous, key);
                boolean inOrder = scan.isReversed() ? order > 0 : order < 0;
                if (!scan.contains(key) || previous != null && !inOrder) {
                    throw new AssertionError(
                            "a scan has " + Bytes.show(key) + " behind " + Bytes.show(previous));
                }
                found.put(key, scan.isKeysOnly() ? UNREAD : cursor.value());
                previous = key;
            }
        }
        if (found.size() > scan.limit()) {
            throw new AssertionError("a scan has " + found.size() + " entries: " + scan.limit());
        }
        limitKey = found.size() == scan.limit() ? previous : null;
    }

    private boolean allows(Scan scan, byte[] key, byte @Nullable [] value) {
        return scan.isKeysOnly() && value != null
                ? model.allowsAny(key)
                : model.allows(key, Optional.ofNullable(value));
    }
}
