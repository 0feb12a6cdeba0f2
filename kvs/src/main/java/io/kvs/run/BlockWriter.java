package io.kvs.run;

/// Puts a block of a run together: keys in order, each with three numbers (FORMAT.md, "Run file").
///
/// A key is stored without what it shares with the key before. Every sixteenth key, a restart, is
/// stored in full, and the block ends with the places of these, for a binary search.
final class BlockWriter {
    static final int RESTART_INTERVAL = 16;
    static final int FULL_BYTES = 4096;

    private final Bytes content = new Bytes(FULL_BYTES / 8);
    private final Bytes restarts = new Bytes(32);
    private int entries;
    private final KeyBuffer last = new KeyBuffer();

    /// Adds an entry; its key must not sort before the one added last.
    void add(byte[] key, long first, long second, long third) {
        add(key, 0, key.length, first, second, third);
    }

    /// Adds an entry with the key that stands in `[from, to)`.
    void add(byte[] bytes, int from, int to, long first, long second, long third) {
        int shared = 0;
        if (entries % RESTART_INTERVAL == 0) {
            restarts.putInt(content.length());
        } else {
            shared = last.shared(bytes, from, to);
        }
        int unshared = to - from - shared;
        content.putVarint(shared);
        content.putVarint(unshared);
        content.putVarint(first);
        content.putVarint(second);
        content.putVarint(third);
        content.put(bytes, from + shared, unshared);
        last.set(bytes, from, to);
        entries++;
    }

    /// Returns how many entries there are.
    int entries() {
        return entries;
    }

    /// Returns the key added last.
    byte[] lastKey() {
        return last.copy();
    }

    /// Returns whether the block has reached the size at which it is closed.
    boolean isFull() {
        return content.length() >= FULL_BYTES;
    }

    /// Ends the block; returns its content, without checksum.
    Bytes end() {
        int count = restarts.length() / Integer.BYTES;
        content.put(restarts.array(), 0, restarts.length());
        content.putInt(count);
        return content;
    }

    /// Begins the next block.
    void clear() {
        content.clear();
        restarts.clear();
        entries = 0;
    }
}
