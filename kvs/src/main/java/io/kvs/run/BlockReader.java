package io.kvs.run;

import io.kvs.format.LittleEndian;
import java.util.Arrays;

/// Walks over the entries of a block, or searches it: a view of bytes on the heap that can be set
/// upon one block after the other.
///
/// It stands at an entry, or before the first one. Nothing is copied and no key put together until
/// somebody asks for it.
final class BlockReader {
    /// Enough for most blocks: one is closed by the entry that fills it.
    private static final int BUFFER_BYTES = BlockWriter.FULL_BYTES + 512;

    /// Enough for the only block of a small run.
    private static final int SMALL_BUFFER_BYTES = 1 << 10;

    private static final byte[] NOTHING = {};

    private byte[] buffer = NOTHING;
    private byte[] bytes = NOTHING;
    private int from;

    /// Where the entries end and the places of the restarts begin.
    private int end;

    private int restarts;

    /// Where the entry behind the current one begins.
    private int next;

    private int ordinal = -1;
    private int shared;
    private int unshared;
    private long first;
    private long second;
    private long third;
    private boolean exact;

    /// Returns an array of at least `length` bytes for a block to be read into.
    byte[] buffer(int length) {
        if (buffer.length < length) {
            boolean small = length <= SMALL_BUFFER_BYTES;
            buffer = new byte[small ? SMALL_BUFFER_BYTES : Math.max(length, BUFFER_BYTES)];
        }
        return buffer;
    }

    /// Goes before the first entry of the block at `[from, to)`; returns false if these bytes
    /// cannot be a block.
    boolean open(byte[] bytes, int from, int to) {
        int countAt = to - Integer.BYTES;
        if (countAt < from) {
            return false;
        }
        int count = LittleEndian.getInt(bytes, countAt);
        if (count < 0 || count > (countAt - from) / Integer.BYTES) {
            return false;
        }
        this.bytes = bytes;
        this.from = from;
        this.end = countAt - Integer.BYTES * count;
        this.restarts = count;
        rewind();
        return true;
    }

    /// Forgets the block.
    void clear() {
        bytes = NOTHING;
        from = 0;
        end = 0;
        restarts = 0;
        rewind();
    }

    /// Returns how large the array is that it keeps for the next block.
    int bufferBytes() {
        return buffer.length;
    }

    /// Goes before the first entry.
    void rewind() {
        next = from;
        ordinal = -1;
    }

    /// Goes to the next entry; returns false, and stays, if there is none.
    boolean next() {
        if (next >= end) {
            return false;
        }
        shared = (int) varint();
        unshared = (int) varint();
        first = varint();
        second = varint();
        third = varint();
        next += unshared;
        ordinal++;
        return true;
    }

    /// Goes to the entry before; returns false, and stays, if there is none.
    boolean previous() {
        if (ordinal <= 0) {
            return false;
        }
        int wanted = ordinal - 1;
        restart(wanted / BlockWriter.RESTART_INTERVAL);
        while (ordinal < wanted) {
            next();
        }
        return true;
    }

    /// Goes to the last entry; returns false if the block is empty.
    boolean last() {
        if (restarts == 0) {
            return false;
        }
        restart(restarts - 1);
        while (next < end) {
            next();
        }
        return true;
    }

    /// Goes to the first entry whose key is not less than `key`; returns false, and stands at the
    /// last entry, if there is none.
    boolean seek(byte[] key) {
        if (restarts == 0) {
            return false;
        }
        restart(intervalOf(key));
        return scan(key);
    }

    /// Returns how many intervals there are; each goes from a restart to the next.
    int intervals() {
        return restarts;
    }

    /// Returns the number of the last interval that begins with a lesser key than `key`, or 0.
    int intervalOf(byte[] key) {
        int low = 0;
        int high = restarts;
        while (low < high) {
            int middle = low + high >>> 1;
            restart(middle);
            if (compareAfter(matching(key), key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Math.max(0, low - 1);
    }

    /// Decodes an interval; stands at its last entry then.
    void decode(int number, Interval target) {
        target.clear();
        restart(number);
        do {
            target.add(shared, bytes, next - unshared, unshared, (int) first, second, third);
        } while (target.count() < BlockWriter.RESTART_INTERVAL && next());
    }

    /// Returns whether {@link #seek} has found the key itself.
    boolean isExact() {
        return exact;
    }

    /// Returns whether the current entry, next to one of which that is known, has this key.
    boolean hasKey(byte[] key) {
        return shared + unshared == key.length
                && Arrays.equals(bytes, next - unshared, next, key, shared, key.length);
    }

    /// Returns the number of the current entry in the block, from 0; -1 before the first.
    int ordinal() {
        return ordinal;
    }

    /// Returns the first number of the current entry.
    long first() {
        return first;
    }

    /// Returns its second number.
    long second() {
        return second;
    }

    /// Returns its third number.
    long third() {
        return third;
    }

    /// Walks on from a restart to the first key that is not less.
    ///
    /// `matched` is how many bytes the key before, which is less, has in common with `key`: an
    /// entry that shares more with it is less too, and one that shares less is greater.
    private boolean scan(byte[] key) {
        int matched = 0;
        do {
            if (ordinal % BlockWriter.RESTART_INTERVAL == 0) {
                matched = 0;
            }
            if (shared < matched) {
                exact = false;
                return true;
            }
            if (shared == matched) {
                matched += matching(key);
                int order = compareAfter(matched, key);
                if (order >= 0) {
                    exact = order == 0;
                    return true;
                }
            }
        } while (next());
        return false;
    }

    /// Returns how many bytes behind the shared part, which is equal, are those of `key`.
    private int matching(byte[] key) {
        int mismatch = Arrays.mismatch(bytes, next - unshared, next, key, shared, key.length);
        return mismatch < 0 ? unshared : mismatch;
    }

    /// Compares the current key with `key`, of which the first `matched` bytes are equal and no
    /// more.
    private int compareAfter(int matched, byte[] key) {
        int length = shared + unshared;
        if (matched == length || matched == key.length) {
            return length - key.length;
        }
        return Byte.compareUnsigned(bytes[next - length + matched], key[matched]);
    }

    private void restart(int number) {
        next = from + LittleEndian.getInt(bytes, end + Integer.BYTES * number);
        ordinal = number * BlockWriter.RESTART_INTERVAL - 1;
        next();
    }

    private long varint() {
        byte first = bytes[next++];
        return first >= 0 ? first : varint(first & 0x7F);
    }

    /// Reads the rest of a number that takes more than one byte.
    private long varint(long first) {
        long value = first;
        int shift = 7;
        while (bytes[next] < 0) {
            value |= (long) (bytes[next++] & 0x7F) << shift;
            shift += 7;
        }
        return value | (long) bytes[next++] << shift;
    }
}
