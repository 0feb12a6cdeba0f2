package io.kvs.memory;

import io.kvs.InvalidKeyException;
import io.kvs.WriteBatch;
import io.kvs.transaction.Versioned;
import io.kvs.tree.Tree;
import org.jspecify.annotations.Nullable;

/// What an engine holds at a moment. Arrays in it are never changed.
///
/// @param tree the values
/// @param sequence how many writes there have been; the last one's version
record State(Tree<Versioned> tree, long sequence) {
    static final State EMPTY = new State(Tree.empty(), 0);

    /// Returns a copy of the value of `key`, or null if it is absent.
    @Nullable Versioned find(byte[] key) {
        InvalidKeyException.check(key);
        Versioned found = tree.get(key);
        return found == null ? null : new Versioned(found.value().clone(), found.version());
    }

    State with(byte[] key, byte[] value) {
        return new State(tree.with(key, new Versioned(value, sequence + 1)), sequence + 1);
    }

    State without(byte[] key) {
        return new State(tree.without(key), sequence + 1);
    }

    State with(WriteBatch batch) {
        State state = this;
        for (WriteBatch.Operation operation : batch.operations()) {
            state =
                    operation.value() == null
                            ? state.without(operation.key())
                            : state.with(operation.key(), operation.value());
        }
        return state;
    }
}
