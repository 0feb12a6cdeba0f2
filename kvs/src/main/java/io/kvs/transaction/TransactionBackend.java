package io.kvs.transaction;

import io.kvs.WriteBatch;

/// What an engine does at the end of a transaction.
@FunctionalInterface
public interface TransactionBackend {

    /// Checks that nothing that was read has changed, and applies `writes`, as one step: no other
    /// write comes between the check of a key or an interval and the writes.
    ///
    /// @param snapshot what was read from; still open, and closed by the transaction afterwards
    /// @param reads what was read
    /// @param writes at least one operation, one a key, in the order of keys
    /// @throws io.kvs.ConflictException something has changed; nothing was written
    void commit(VersionedSnapshot snapshot, ReadSet reads, WriteBatch writes);
}
