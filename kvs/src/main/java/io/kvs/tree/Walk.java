package io.kvs.tree;

import io.kvs.Scan;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// A way through a part of a tree in order; at first before the first key. For one thread.
///
/// @param <V> the values
public final class Walk<V> {
    private final byte @Nullable [] from;
    private final byte @Nullable [] to;
    private final boolean reversed;

    /// The nodes whose own turn and far side are still to come, the nearest last.
    private final Deque<Node<V>> ahead = new ArrayDeque<>();

    private @Nullable Node<V> present;

    Walk(@Nullable Node<V> root, Scan scan) {
        from = scan.from();
        to = scan.to();
        reversed = scan.isReversed();
        descend(root);
    }

    /// Goes to the next key. Returns whether there is one.
    public boolean next() {
        Node<V> next = ahead.pollLast();
        if (next == null || !(reversed ? isAtOrAfterFrom(next) : isBeforeTo(next))) {
            ahead.clear();
            present = null;
            return false;
        }
        present = next;
        descend(reversed ? next.left() : next.right());
        return true;
    }

    /// Returns whether the walk stands at a key.
    public boolean isAtKey() {
        return present != null;
    }

    /// Returns the present key; not to be changed.
    ///
    /// @throws IllegalStateException the walk does not stand at a key
    public byte[] key() {
        return present().key();
    }

    /// Returns the value of the present key.
    ///
    /// @throws IllegalStateException the walk does not stand at a key
    public V value() {
        return present().value();
    }

    private Node<V> present() {
        if (present == null) {
            throw new IllegalStateException("there is no present key");
        }
        return present;
    }

    /// Puts what is within the near bound ahead, down to the node that comes first.
    private void descend(@Nullable Node<V> root) {
        Node<V> node = root;
        while (node != null) {
            if (reversed ? isBeforeTo(node) : isAtOrAfterFrom(node)) {
                ahead.addLast(node);
                node = reversed ? node.right() : node.left();
            } else {
                node = reversed ? node.left() : node.right();
            }
        }
    }

    private boolean isAtOrAfterFrom(Node<V> node) {
        return from == null || Arrays.compareUnsigned(from, node.key()) <= 0;
    }

    private boolean isBeforeTo(Node<V> node) {
        return to == null || Arrays.compareUnsigned(node.key(), to) < 0;
    }
}
