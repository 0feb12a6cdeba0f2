package io.kvs;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What to iterate over: a range of keys, a direction, and how much of it. Immutable.
///
/// ```java
/// Scan.all()                                      // everything, ascending
/// Scan.prefix("user/").reversed().limit(10)       // the last ten users
/// Scan.all().from("a").to("c")                    // "a" up to, not including, "c"
/// ```
///
/// Keys are compared as unsigned bytes. Bounds narrow the range, each further one too: a range that
/// ends before it begins is empty, not an error. Bounds need not be keys that exist, or could.
public final class Scan {
    /// The limit of a scan that has none.
    public static final long UNLIMITED = Long.MAX_VALUE;

    private static final Scan ALL = new Scan(null, null, false, UNLIMITED, false);

    private final byte @Nullable [] from;
    private final byte @Nullable [] to;
    private final boolean reversed;
    private final long limit;
    private final boolean keysOnly;

    private Scan(
            byte @Nullable [] from,
            byte @Nullable [] to,
            boolean reversed,
            long limit,
            boolean keysOnly) {
        this.from = from;
        this.to = to;
        this.reversed = reversed;
        this.limit = limit;
        this.keysOnly = keysOnly;
    }

    /// Returns the scan of all entries in ascending order.
    public static Scan all() {
        return ALL;
    }

    /// Returns the scan of all entries whose keys begin with `prefix`, in ascending order. Every
    /// key begins with the empty prefix.
    public static Scan prefix(byte[] prefix) {
        byte[] after = after(prefix);
        Scan from = ALL.from(prefix);
        return after == null ? from : from.to(after);
    }

    /// Returns the scan of all entries whose keys begin with a text; see {@link #prefix(byte[])}.
    public static Scan prefix(String prefix) {
        return prefix(Utf8.encode(prefix));
    }

    /// Returns the smallest key that is larger than every key with this prefix, or null if there is
    /// none: the prefix without its trailing 0xFF bytes, the last byte one larger.
    private static byte @Nullable [] after(byte[] prefix) {
        int length = prefix.length;
        while (length > 0 && prefix[length - 1] == (byte) 0xFF) {
            length--;
        }
        if (length == 0) {
            return null;
        }
        byte[] after = Arrays.copyOf(prefix, length);
        after[length - 1]++;
        return after;
    }

    /// Narrows to keys that are `first` or larger; every key is larger than the empty array.
    public Scan from(byte[] first) {
        if (from == null ? first.length == 0 : Arrays.compareUnsigned(first, from) <= 0) {
            return this;
        }
        return new Scan(first.clone(), to, reversed, limit, keysOnly);
    }

    /// Narrows to keys that are a text or larger; see {@link #from(byte[])}.
    public Scan from(String first) {
        return from(Utf8.encode(first));
    }

    /// Narrows to keys that are smaller than `end`.
    public Scan to(byte[] end) {
        if (to != null && Arrays.compareUnsigned(end, to) >= 0) {
            return this;
        }
        return new Scan(from, end.clone(), reversed, limit, keysOnly);
    }

    /// Narrows to keys that are smaller than a text; see {@link #to(byte[])}.
    public Scan to(String end) {
        return to(Utf8.encode(end));
    }

    /// Turns the direction round: from descending to ascending too. The range stays.
    public Scan reversed() {
        return new Scan(from, to, !reversed, limit, keysOnly);
    }

    /// Ends the scan after `entries` entries, the first ones in its direction. Replaces an earlier
    /// limit.
    ///
    /// @throws IllegalArgumentException the limit is negative
    public Scan limit(long entries) {
        if (entries < 0) {
            throw new IllegalArgumentException("the limit is negative: " + entries);
        }
        return new Scan(from, to, reversed, entries, keysOnly);
    }

    /// Leaves out the values: an engine need not read them.
    public Scan keysOnly() {
        return keysOnly ? this : new Scan(from, to, reversed, limit, true);
    }

    /// Returns the smallest key of the range, or null if it has no lower bound.
    public byte @Nullable [] from() {
        return from == null ? null : from.clone();
    }

    /// Returns the first key behind the range, or null if it has no upper bound.
    public byte @Nullable [] to() {
        return to == null ? null : to.clone();
    }

    /// Returns whether the order is descending.
    public boolean isReversed() {
        return reversed;
    }

    /// Returns after how many entries the scan ends; {@link #UNLIMITED} if it has no limit.
    public long limit() {
        return limit;
    }

    /// Returns whether values are left out.
    public boolean isKeysOnly() {
        return keysOnly;
    }

    /// Returns whether `key` is within the range.
    public boolean contains(byte[] key) {
        return (from == null || Arrays.compareUnsigned(from, key) <= 0)
                && (to == null || Arrays.compareUnsigned(key, to) < 0);
    }
}
