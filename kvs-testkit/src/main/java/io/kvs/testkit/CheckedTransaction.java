package io.kvs.testkit;

import io.kvs.OrderedKvsEngine;
import io.kvs.Transaction;
import io.kvs.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A transaction beside the model of its beginning.
final class CheckedTransaction implements AutoCloseable {
    private final Operation.Transact operation;
    private final Transaction transaction;
    private final List<byte[]> readKeys = new ArrayList<>();
    private final OrderCheck reads;

    /// Begins it, and reads.
    ///
    /// @param model what the engine may hold now; not changed
    CheckedTransaction(
            OrderedKvsEngine engine, ReferenceModel model, Operation.Transact operation) {
        ReferenceModel before = model.copy();
        this.operation = operation;
        this.transaction = engine.begin();
        this.reads = new OrderCheck(transaction, before);
        for (byte[] key : operation.reads()) {
            before.check(transaction, key);
            readKeys.add(key);
        }
        reads.checkScan(operation.scan(), before.keys());
    }

    /// Writes what is to be written, but for removals of keys that are not there; returns what it
    /// has written.
    List<WriteBatch.Operation> write() {
        List<WriteBatch.Operation> written = new ArrayList<>();
        for (WriteBatch.Operation change : operation.changes()) {
            byte[] key = change.key();
            byte[] value = change.value();
            Duration timeToLive = change.timeToLive();
            if (value != null && timeToLive != null) {
                transaction.set(key, value, timeToLive);
            } else if (value != null) {
                transaction.set(key, value);
            } else if (isPresent(key)) {
                transaction.remove(key);
            } else {
                continue;
            }
            written.add(change);
        }
        for (WriteBatch.Operation change : written) {
            if (!Arrays.equals(transaction.get(change.key()).orElse(null), change.value())) {
                throw new AssertionError("a transaction does not see its own " + change);
            }
        }
        return written;
    }

    /// Returns whether it depends on what has changed meanwhile.
    ///
    /// @param changed the keys whose values are others now
    boolean hasRead(List<byte[]> changed) {
        return changed.stream().anyMatch(this::hasRead);
    }

    private boolean hasRead(byte[] changed) {
        return reads.covers(operation.scan(), changed)
                || readKeys.stream().anyMatch(key -> Arrays.equals(key, changed));
    }

    void commit() {
        transaction.commit();
    }

    @Override
    public void close() {
        transaction.close();
    }

    private boolean isPresent(byte[] key) {
        readKeys.add(key);
        return transaction.get(key).isPresent();
    }
}
