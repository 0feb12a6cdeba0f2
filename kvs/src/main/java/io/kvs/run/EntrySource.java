package io.kvs.run;

import java.io.IOException;
import java.util.Arrays;

/// Entries in ascending unsigned order of keys, those of one key from the newest to the oldest, to
/// be walked over in both directions.
///
/// A source stands between two entries, at first before all. A move steps over one entry, which is
/// then the current one; so a turn gives the same entry once more. Sources are used by one thread
/// at a time.
public interface EntrySource {

    /// Returns how many segments the entries can lie in.
    int segments();

    /// Returns the id of the segment with a number from 0 to `segments() - 1`.
    long segmentId(int number);

    /// Goes before the first entry whose key is not less than `key`; with an empty key, before all.
    void seek(byte[] key) throws IOException;

    /// Goes behind all entries.
    void seekEnd() throws IOException;

    /// Steps over the next entry; returns false, and stays, if there is none.
    boolean next() throws IOException;

    /// Steps back over the entry before; returns false, and stays, if there is none.
    boolean previous() throws IOException;

    /// Returns the array in which the key of the current entry stands, from {@link #keyFrom} to
    /// {@link #keyTo}; not to be changed, and valid until the next move.
    byte[] keyBytes();

    /// Returns where the key of the current entry begins.
    int keyFrom();

    /// Returns where it ends.
    int keyTo();

    /// Lets others use what it holds. It is not to be used afterwards.
    default void release() {}

    /// Returns a copy of the key of the current entry.
    default byte[] key() {
        return Arrays.copyOfRange(keyBytes(), keyFrom(), keyTo());
    }

    /// Returns the number of its segment.
    int segmentNumber();

    /// Returns its offset in the segment.
    long offset();

    /// Returns the length of its value in bytes.
    int valueLength();

    /// Returns whether it is a tombstone.
    boolean isTombstone();

    /// Returns whether it is a value that expires.
    boolean isExpiring();

    /// Returns the current entry.
    default RunEntry entry() {
        return entry(key());
    }

    /// Returns the current entry with an array that holds its key.
    default RunEntry entry(byte[] key) {
        return new RunEntry(
                key,
                segmentId(segmentNumber()),
                offset(),
                valueLength(),
                isTombstone(),
                isExpiring());
    }
}
