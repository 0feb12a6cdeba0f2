package io.kvs.cache;

import org.jspecify.annotations.Nullable;

/// Values in the order in which they came. Not safe for use by several threads.
final class ValueQueue {
    private @Nullable CachedValue oldest;
    private @Nullable CachedValue newest;
    private long bytes;
    private int count;

    @Nullable CachedValue oldest() {
        return oldest;
    }

    long bytes() {
        return bytes;
    }

    int count() {
        return count;
    }

    /// Adds a value that is in no queue.
    void add(CachedValue value) {
        CachedValue before = newest;
        value.queue = this;
        value.older = before;
        if (before == null) {
            oldest = value;
        } else {
            before.newer = value;
        }
        newest = value;
        bytes += value.bytes();
        count++;
    }

    /// Removes a value of this queue.
    void remove(CachedValue value) {
        CachedValue before = value.older;
        CachedValue after = value.newer;
        if (before == null) {
            oldest = after;
        } else {
            before.newer = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.older = before;
        }
        value.queue = null;
        value.older = null;
        value.newer = null;
        bytes -= value.bytes();
        count--;
    }
}
