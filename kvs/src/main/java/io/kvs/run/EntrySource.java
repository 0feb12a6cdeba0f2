package io.kvs.run;

import java.io.IOException;
import java.util.Arrays;

/// Entries in ascending unsigned order of keys, those of one key from the newest to the oldest, to
/// be walked over in both directions.
///
/// A source stands between two entries, at first before all. A move steps over one entry, which is
/// then the current one; so a turn gives the same entry once more. Sources are used by one thread
/// at a time.
///
/// Some entries at a time are decoded, in a way of its own for each kind of source; a move among
/// these is the same for all, and costs no call.
public abstract class EntrySource {
    /// The entries around the place, and how many of them lie before it.
    private final Interval interval = new Interval();

    private int at;
    private int current;

    EntrySource() {}

    /// Returns how many segments the entries can lie in.
    public abstract int segments();

    /// Returns the id of the segment with a number from 0 to `segments() - 1`.
    public abstract long segmentId(int number);

    /// Goes before the first entry whose key is not less than `key`; with an empty key, before all.
    public abstract void seek(byte[] key) throws IOException;

    /// Goes behind all entries.
    public abstract void seekEnd() throws IOException;

    /// Puts some of the entries behind those of an interval in their place; returns false, and
    /// leaves them, if there are none.
    abstract boolean decodeNext(Interval interval) throws IOException;

    /// Puts some of the entries before those of an interval in their place; returns false, and
    /// leaves them, if there are none.
    abstract boolean decodePrevious(Interval interval) throws IOException;

    /// Steps over the next entry; returns false, and stays, if there is none.
    public final boolean next() throws IOException {
        if (at == interval.count()) {
            if (!decodeNext(interval)) {
                return false;
            }
            at = 0;
        }
        current = at++;
        return true;
    }

    /// Steps back over the entry before; returns false, and stays, if there is none.
    public final boolean previous() throws IOException {
        if (at == 0) {
            if (!decodePrevious(interval)) {
                return false;
            }
            at = interval.count();
        }
        current = --at;
        return true;
    }

    /// Returns the array in which the key of the current entry stands, from {@link #keyFrom} to
    /// {@link #keyTo}; not to be changed, and valid until the next move.
    public final byte[] keyBytes() {
        return interval.keys();
    }

    /// Returns where the key of the current entry begins.
    public final int keyFrom() {
        return interval.keyFrom(current);
    }

    /// Returns where it ends.
    public final int keyTo() {
        return interval.keyTo(current);
    }

    /// Returns a copy of the key of the current entry.
    public final byte[] key() {
        return Arrays.copyOfRange(keyBytes(), keyFrom(), keyTo());
    }

    /// Returns the number of its segment.
    public final int segmentNumber() {
        return interval.segmentNumber(current);
    }

    /// Returns its offset in the segment.
    public final long offset() {
        return interval.offset(current);
    }

    /// Returns the length of its value in bytes.
    public final int valueLength() {
        return LengthAndKind.valueLength(lengthAndKind());
    }

    /// Returns whether it is a tombstone.
    public final boolean isTombstone() {
        return LengthAndKind.isTombstone(lengthAndKind());
    }

    /// Returns whether it is a value that expires.
    public final boolean isExpiring() {
        return LengthAndKind.isExpiring(lengthAndKind());
    }

    /// Returns how long its value is and what kind of record it is, see {@link LengthAndKind}.
    final long lengthAndKind() {
        return interval.lengthAndKind(current);
    }

    /// Returns the current entry.
    public final RunEntry entry() {
        return entry(key());
    }

    /// Returns the current entry with an array that holds its key.
    final RunEntry entry(byte[] key) {
        return new RunEntry(
                key,
                segmentId(segmentNumber()),
                offset(),
                valueLength(),
                isTombstone(),
                isExpiring());
    }

    /// Lets others use what it holds. It is not to be used afterwards.
    public void release() {}

    /// Returns the interval, to be filled where a seek has led.
    final Interval interval() {
        return interval;
    }

    /// Goes to a place in the interval.
    ///
    /// @param before how many of its entries lie before the place
    final void stand(int before) {
        at = before;
        current = 0;
    }
}
