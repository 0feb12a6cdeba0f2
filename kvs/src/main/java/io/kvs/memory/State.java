package io.kvs.memory;

import io.kvs.InvalidKeyException;
import io.kvs.Scan;
import io.kvs.TimeToLive;
import io.kvs.WriteBatch;
import io.kvs.transaction.Versioned;
import io.kvs.tree.Tree;
import io.kvs.tree.Walk;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What an engine holds at a moment. Arrays in it are never changed.
///
/// @param tree the values, those that have expired among them
/// @param sequence how many writes there have been; the last one's version
record State(Tree<Versioned> tree, long sequence) {
    static final State EMPTY = new State(Tree.empty(), 0);

    /// Returns what is stored under `key`, or null if it is absent or has expired.
    @Nullable Versioned find(byte[] key, long nowMillis) {
        InvalidKeyException.check(key);
        Versioned found = tree.get(key);
        return found == null || found.isExpired(nowMillis) ? null : found;
    }

    /// Goes on to the next value that has not expired; returns whether there is one.
    static boolean nextLive(Walk<Versioned> walk, long nowMillis) {
        boolean found = walk.next();
        while (found && walk.value().isExpired(nowMillis)) {
            found = walk.next();
        }
        return found;
    }

    State with(byte[] key, byte[] value, long expiryMillis) {
        Versioned stored = new Versioned(value, sequence + 1, expiryMillis);
        return new State(tree.with(key, stored), sequence + 1);
    }

    State without(byte[] key) {
        return new State(tree.without(key), sequence + 1);
    }

    /// Applies a batch; times to live begin at `nowMillis`.
    State with(WriteBatch batch, long nowMillis) {
        State state = this;
        for (WriteBatch.Operation operation : batch.operations()) {
            byte[] value = operation.value();
            Duration timeToLive = operation.timeToLive();
            if (value == null) {
                state = state.without(operation.key());
            } else if (timeToLive == null) {
                state = state.with(operation.key(), value, Versioned.NEVER);
            } else {
                long expiryMillis = TimeToLive.expiryMillis(timeToLive, nowMillis);
                state = state.with(operation.key(), value, expiryMillis);
            }
        }
        return state;
    }

    /// Returns the same without what has expired. That is no write.
    State withoutExpired(long nowMillis) {
        Tree<Versioned> left = tree;
        Walk<Versioned> walk = tree.walk(Scan.all());
        while (walk.next()) {
            if (walk.value().isExpired(nowMillis)) {
                left = left.without(walk.key());
            }
        }
        return new State(left, sequence);
    }
}
