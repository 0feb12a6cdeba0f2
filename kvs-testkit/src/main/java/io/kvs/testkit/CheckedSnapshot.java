package io.kvs.testkit;

import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.StoreClosedException;
import java.util.List;

/// A snapshot beside the model of its time.
///
/// @param snapshot the snapshot
/// @param model what it may show
record CheckedSnapshot(Snapshot snapshot, ReferenceModel model) {

    /// Checks a scan and the value of every key.
    ///
    /// @param keys all that were ever written, also afterwards
    void check(Scan scan, List<byte[]> keys) {
        new OrderCheck(snapshot, model).checkScan(scan, keys);
        keys.forEach(key -> model.check(snapshot, key));
    }

    /// Checks everything once more, and closes it.
    void close(List<byte[]> keys) {
        new OrderCheck(snapshot, model).checkAll(keys);
        keys.forEach(key -> model.check(snapshot, key));
        snapshot.close();
    }

    /// Checks that it is of no use any more: its store is closed.
    void checkClosed(byte[] key) {
        try {
            snapshot.get(key);
        } catch (StoreClosedException _) {
            snapshot.close();
            return;
        }
        throw new AssertionError("a snapshot outlives its store");
    }
}
