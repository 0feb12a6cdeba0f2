package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.WrongValueException;
import io.kvs.compare.store.Store;

/// A read that insists on its result: the value must be there, and some are checked byte for byte.
final class Reading {
    private static final int CHECKED_EVERY = 64;

    private final Store store;
    private final Entries entries;
    private long untilCheck = CHECKED_EVERY;

    /// Prepares reading by one thread.
    Reading(Store store, Entries entries) {
        this.store = store;
        this.entries = entries;
    }

    /// Reads the value of an index that is in the store.
    void read(long index) {
        byte[] value = value(index);
        if (--untilCheck == 0) {
            untilCheck = CHECKED_EVERY;
            long _ = entries.version(index, value);
        }
    }

    /// Reads the value of an index that is in the store, checks it, and returns the version that it
    /// was made with.
    long version(long index) {
        return entries.version(index, value(index));
    }

    private byte[] value(long index) {
        byte[] value = store.get(entries.key(index));
        if (value == null) {
            throw new WrongValueException(index, "nothing");
        }
        return value;
    }
}
