package io.kvs.rocksdb;

import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;

/// Locks that keep writes of one key apart, so that a look and a change are one step. Several are
/// taken in ascending order.
final class KeyLocks {
    private static final int COUNT = 256;

    private final ReentrantLock[] locks = new ReentrantLock[COUNT];

    KeyLocks() {
        Arrays.setAll(locks, _ -> new ReentrantLock());
    }

    /// Returns the lock of a key.
    ReentrantLock of(byte[] key) {
        return locks[index(key)];
    }

    /// Adds the lock of a key to a selection.
    static void select(byte[] key, BitSet selection) {
        selection.set(index(key));
    }

    static BitSet selectAll() {
        BitSet all = new BitSet(COUNT);
        all.set(0, COUNT);
        return all;
    }

    void lock(BitSet selection) {
        selection.stream().forEach(i -> locks[i].lock());
    }

    void unlock(BitSet selection) {
        selection.stream().forEach(i -> locks[i].unlock());
    }

    private static int index(byte[] key) {
        int hash = Arrays.hashCode(key) * 0x9E3779B9;
        return hash >>> 24;
    }
}
