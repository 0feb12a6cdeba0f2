package io.kvs.cli;

import io.kvs.InvalidKeyException;
import io.kvs.KvStore;
import io.kvs.WriteBatch;

/// Stores entries in batches.
final class Import {
    private static final int BATCH_ENTRIES_MAX = 500;
    private static final int BATCH_BYTES_MAX = 1 << 20;

    private final KvStore store;
    private final WriteBatch batch = new WriteBatch();
    private long stored;
    private int added;
    private long bytes;

    Import(KvStore store) {
        this.store = store;
    }

    /// Adds an entry, and stores the batch if it is full.
    ///
    /// @throws InvalidKeyException the key is empty or too long; the entry was not added
    void add(Entry entry) {
        InvalidKeyException.check(entry.key());
        long size = (long) entry.key().length + entry.value().length;
        if (added == BATCH_ENTRIES_MAX || bytes + size > BATCH_BYTES_MAX) {
            flush();
        }
        if (size > BATCH_BYTES_MAX) {
            store.set(entry.key(), entry.value());
            stored++;
            return;
        }
        batch.set(entry.key(), entry.value());
        added++;
        bytes += size;
    }

    /// Stores what was added.
    void flush() {
        store.write(batch);
        stored += added;
        added = 0;
        bytes = 0;
        batch.clear();
    }

    /// Returns how many entries have been stored.
    long count() {
        return stored;
    }
}
