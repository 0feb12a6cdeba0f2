package io.kvs.cli;

import io.kvs.InvalidKeyException;
import io.kvs.KvStore;
import io.kvs.TimeToLive;
import io.kvs.WriteBatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Stores entries in batches. One that has expired by then removes its key: that is what it says of
/// it.
final class Import {
    private static final int BATCH_ENTRIES_MAX = 500;
    private static final int BATCH_BYTES_MAX = 1 << 20;

    private final KvStore store;
    private final InstantSource clock;

    /// Not stored yet.
    private final List<Entry> added = new ArrayList<>();

    private long stored;
    private long bytes;

    /// Makes one.
    ///
    /// @param clock that of the store
    Import(KvStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /// Adds an entry, and stores the batch if it is full.
    ///
    /// @throws InvalidKeyException the key is empty or too long; the entry was not added
    void add(Entry entry) {
        InvalidKeyException.check(entry.key());
        long size = (long) entry.key().length + entry.value().length;
        if (added.size() == BATCH_ENTRIES_MAX || bytes + size > BATCH_BYTES_MAX) {
            flush();
        }
        if (size > BATCH_BYTES_MAX) {
            write(List.of(entry));
            return;
        }
        added.add(entry);
        bytes += size;
    }

    /// Stores what was added.
    void flush() {
        write(added);
        bytes = 0;
        added.clear();
    }

    /// Stores entries in one batch. Their times to live are counted from now, not from when they
    /// were read: what comes in slowly is not to live longer.
    private void write(List<Entry> entries) {
        Instant now = clock.instant();
        WriteBatch batch = new WriteBatch();
        for (Entry entry : entries) {
            batch.add(operation(entry, now));
        }
        store.write(batch);
        stored += entries.size();
    }

    private static WriteBatch.Operation operation(Entry entry, Instant now) {
        if (entry.expiry() == null) {
            return new WriteBatch.Operation(entry.key(), entry.value());
        }
        Duration left = Duration.between(now, entry.expiry());
        if (!left.isPositive()) {
            return new WriteBatch.Operation(entry.key(), null);
        }
        // The clock of whoever has exported it may have been ahead.
        boolean tooLong = left.compareTo(TimeToLive.MAX) > 0;
        return new WriteBatch.Operation(
                entry.key(), entry.value(), tooLong ? TimeToLive.MAX : left);
    }

    /// Returns how many entries have been stored.
    long count() {
        return stored;
    }
}
