package io.kvs.tree;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A key with its value, and the smaller and the larger keys. The heights of the two sides differ
/// by at most one.
///
/// @param key the key
/// @param value its value
/// @param left the smaller keys
/// @param right the larger keys
/// @param height the number of nodes on the longest way down
record Node<V>(byte[] key, V value, @Nullable Node<V> left, @Nullable Node<V> right, int height) {

    static <V> @Nullable Node<V> find(@Nullable Node<V> root, byte[] key) {
        Node<V> node = root;
        while (node != null) {
            int order = Arrays.compareUnsigned(key, node.key);
            if (order == 0) {
                return node;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    static <V> Node<V> with(@Nullable Node<V> node, byte[] key, V value) {
        if (node == null) {
            return new Node<>(key, value, null, null, 1);
        }
        int order = Arrays.compareUnsigned(key, node.key);
        if (order == 0) {
            return new Node<>(node.key, value, node.left, node.right, node.height);
        }
        return order < 0
                ? node.balanced(with(node.left, key, value), node.right)
                : node.balanced(node.left, with(node.right, key, value));
    }

    static <V> @Nullable Node<V> without(@Nullable Node<V> node, byte[] key) {
        if (node == null) {
            return null;
        }
        int order = Arrays.compareUnsigned(key, node.key);
        if (order < 0) {
            return node.balanced(without(node.left, key), node.right);
        }
        if (order > 0) {
            return node.balanced(node.left, without(node.right, key));
        }
        if (node.left == null || node.right == null) {
            return node.left == null ? node.right : node.left;
        }
        Node<V> next = smallest(node.right);
        return next.balanced(node.left, without(node.right, next.key));
    }

    private static <V> Node<V> smallest(Node<V> root) {
        Node<V> node = root;
        while (node.left != null) {
            node = node.left;
        }
        return node;
    }

    /// Returns this entry over two sides whose heights differ by at most two.
    private Node<V> balanced(@Nullable Node<V> smaller, @Nullable Node<V> larger) {
        int lean = height(larger) - height(smaller);
        if (lean > 1 && larger != null) {
            Node<V> inner = larger.left;
            return inner != null && inner.height > height(larger.right)
                    ? inner.over(over(smaller, inner.left), larger.over(inner.right, larger.right))
                    : larger.over(over(smaller, inner), larger.right);
        }
        if (lean < -1 && smaller != null) {
            Node<V> inner = smaller.right;
            return inner != null && inner.height > height(smaller.left)
                    ? inner.over(smaller.over(smaller.left, inner.left), over(inner.right, larger))
                    : smaller.over(smaller.left, over(inner, larger));
        }
        return over(smaller, larger);
    }

    private Node<V> over(@Nullable Node<V> smaller, @Nullable Node<V> larger) {
        int taller = Math.max(height(smaller), height(larger));
        return new Node<>(key, value, smaller, larger, taller + 1);
    }

    private static int height(@Nullable Node<?> node) {
        return node == null ? 0 : node.height;
    }
}
