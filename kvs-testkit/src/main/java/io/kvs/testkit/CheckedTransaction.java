package io.kvs.testkit;

import io.kvs.OrderedKvsEngine;
import io.kvs.Transaction;
import io.kvs.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
            if (value != null) {
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

    /// Returns whether it depends on what somebody has changed meanwhile.
    ///
    /// @param changed the key whose value is another one now, or null
    boolean hasRead(byte @Nullable [] changed) {
        return changed != null
                && (reads.covers(operation.scan(), changed)
                        || readKeys.stream().anyMatch(key -> Arrays.equals(key, changed)));
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
