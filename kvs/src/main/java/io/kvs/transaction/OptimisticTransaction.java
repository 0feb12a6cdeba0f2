package io.kvs.transaction;

import io.kvs.Cursor;
import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.Scan;
import io.kvs.TimeToLive;
import io.kvs.Transaction;
import io.kvs.WriteBatch;
import io.kvs.WriteBatch.Operation;
import io.kvs.tree.Tree;
import io.kvs.tree.Walk;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A transaction on any engine: it reads from a snapshot, keeps its writes to itself, and remembers
/// what it has read; the engine checks that at the end [1].
///
/// What was not read again from the snapshot but from the transaction's own writes depends on
/// nobody else, so it is not remembered. A transaction without writes is serialised at its
/// snapshot, and needs no check. One with writes is serialised at its commit, where all that it has
/// read is what it would read then.
///
/// [1] Kung and Robinson, On Optimistic Methods for Concurrency Control, 1981
public final class OptimisticTransaction implements Transaction {
    private final VersionedSnapshot snapshot;
    private final TransactionBackend backend;
    private final ReadSet reads = new ReadSet();
    private final Set<TransactionCursor> cursors = new HashSet<>();

    /// Never changes in place, so an open cursor goes on over what it was opened on.
    private Tree<Operation> writes = Tree.empty();

    private boolean ended;

    /// Begins one that reads from `snapshot`, which it closes at its end.
    public OptimisticTransaction(VersionedSnapshot snapshot, TransactionBackend backend) {
        this.snapshot = snapshot;
        this.backend = backend;
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        checkUse(key);
        Operation write = writes.get(key);
        byte[] value = write == null ? read(key) : write.value();
        return write == null || value == null
                ? Optional.ofNullable(value)
                : Optional.of(value.clone());
    }

    @Override
    public Cursor scan(Scan scan) {
        check();
        Walk<Operation> own = writes.walk(scan);
        Cursor stored = snapshot.scan(scan.limit(Scan.UNLIMITED));
        TransactionCursor cursor = new TransactionCursor(scan, stored, own, reads, this::remember);
        cursors.add(cursor);
        return cursor;
    }

    @Override
    public void set(byte[] key, byte[] value) {
        checkUse(key);
        write(new Operation(key.clone(), value.clone()));
    }

    @Override
    public void set(byte[] key, byte[] value, Duration timeToLive) {
        checkUse(key);
        TimeToLive.check(timeToLive);
        write(new Operation(key.clone(), value.clone(), timeToLive));
    }

    @Override
    public void remove(byte[] key) {
        checkUse(key);
        Operation write = writes.get(key);
        byte[] value = write == null ? read(key) : write.value();
        if (value == null) {
            throw new KeyNotFoundException();
        }
        write(new Operation(key.clone(), null));
    }

    @Override
    public void commit() {
        check();
        try {
            closeCursors();
            if (writes.size() > 0) {
                backend.commit(snapshot, reads, batch());
            }
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            closeCursors();
            snapshot.close();
        }
    }

    private byte @Nullable [] read(byte[] key) {
        Versioned found = snapshot.find(key);
        reads.add(key.clone(), found == null ? KeyRead.ABSENT : found.version());
        if (found == null) {
            return null;
        }
        reads.addExpiry(found.expiryMillis());
        return found.value();
    }

    private void write(Operation operation) {
        writes = writes.with(operation.key(), operation);
    }

    private WriteBatch batch() {
        WriteBatch batch = new WriteBatch();
        Walk<Operation> walk = writes.walk(Scan.all());
        while (walk.next()) {
            batch.add(walk.value());
        }
        return batch;
    }

    /// Takes over what a cursor has gone through, when it is closed.
    private void remember(TransactionCursor cursor) {
        cursors.remove(cursor);
        KeyInterval interval = cursor.interval();
        if (interval != null) {
            reads.add(interval);
        }
    }

    private void closeCursors() {
        List.copyOf(cursors).forEach(TransactionCursor::close);
    }

    private void checkUse(byte[] key) {
        check();
        InvalidKeyException.check(key);
    }

    private void check() {
        if (ended) {
            throw new IllegalStateException("the transaction has ended");
        }
    }
}
