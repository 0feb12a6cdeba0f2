package io.kvs.run;

/// Puts a block of a run together: keys in order, each with three numbers (FORMAT.md, "Run file").
///
/// A key is stored without what it shares with the key before. Every sixteenth key, a restart, is
/// stored in full, and the block ends with the places of these, for a binary search.
final class BlockWriter {
    static final int RESTART_INTERVAL = 16;
    static final int FULL_BYTES = 4096;

    private final Bytes bytes = new Bytes(FULL_BYTES / 8);
    private final Bytes restarts = new Bytes(32);
    private int entries;
    private byte[] lastKey = {};

    /// Adds an entry; its key must not sort before the one added last.
    void add(byte[] key, long first, long second, long third) {
        int shared = 0;
        if (entries % RESTART_INTERVAL == 0) {
            restarts.putInt(bytes.length());
        } else {
            shared = shared(lastKey, key);
        }
        bytes.putVarint(shared);
        bytes.putVarint(key.length - shared);
        bytes.putVarint(first);
        bytes.putVarint(second);
        bytes.putVarint(third);
        bytes.put(key, shared, key.length - shared);
        lastKey = key;
        entries++;
    }

    /// Returns how many entries there are.
    int entries() {
        return entries;
    }

    /// Returns the key added last.
    byte[] lastKey() {
        return lastKey;
    }

    /// Returns whether the block has reached the size at which it is closed.
    boolean isFull() {
        return bytes.length() >= FULL_BYTES;
    }

    /// Ends the block; returns its content, without checksum.
    Bytes end() {
        int count = restarts.length() / Integer.BYTES;
        bytes.put(restarts.array(), 0, restarts.length());
        bytes.putInt(count);
        return bytes;
    }

    /// Begins the next block.
    void clear() {
        bytes.clear();
        restarts.clear();
        entries = 0;
    }

    /// Returns how many bytes two keys begin with in common.
    static int shared(byte[] one, byte[] other) {
        int limit = Math.min(one.length, other.length);
        int shared = 0;
        while (shared < limit && one[shared] == other[shared]) {
            shared++;
        }
        return shared;
    }
}
