package io.kvs.tree;

import io.kvs.Scan;
import org.jspecify.annotations.Nullable;

/// A sorted map from keys, as unsigned bytes, to values that never changes: a change makes a new
/// tree, which shares all but the path to the change with the old one.
///
/// So a tree is its own snapshot, and any number of threads may read it. Look-ups and changes are
/// O(log n). It is an AVL tree: balanced without randomness, and flat [1]. Keys are not copied.
///
/// [1] Adelson-Velsky and Landis, An algorithm for the organization of information, 1962
///
/// @param <V> the values
public final class Tree<V> {
    private final @Nullable Node<V> root;
    private final long size;

    private Tree(@Nullable Node<V> root, long size) {
        this.root = root;
        this.size = size;
    }

    /// Returns the tree without keys.
    public static <V> Tree<V> empty() {
        return new Tree<>(null, 0);
    }

    /// Returns the value of `key`, or null if it is absent.
    public @Nullable V get(byte[] key) {
        Node<V> node = Node.find(root, key);
        return node == null ? null : node.value();
    }

    /// Returns a tree in which `key` has `value`. Neither array may be changed afterwards.
    public Tree<V> with(byte[] key, V value) {
        boolean added = Node.find(root, key) == null;
        return new Tree<>(Node.with(root, key, value), added ? size + 1 : size);
    }

    /// Returns a tree in which `key` is absent.
    public Tree<V> without(byte[] key) {
        return Node.find(root, key) == null ? this : new Tree<>(Node.without(root, key), size - 1);
    }

    /// Returns how many keys there are.
    public long size() {
        return size;
    }

    /// Begins to walk through the range of `scan` in its direction; its limit is not heeded.
    public Walk<V> walk(Scan scan) {
        return new Walk<>(root, scan);
    }
}
