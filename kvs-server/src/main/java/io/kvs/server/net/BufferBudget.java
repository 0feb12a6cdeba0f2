package io.kvs.server.net;

import java.util.concurrent.atomic.AtomicLong;

/// How many bytes all connections take, and may take: their buffers, and what their protocols keep.
final class BufferBudget {
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    BufferBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// Notes that one connection takes more or fewer bytes; returns whether that is still in
    /// budget.
    boolean change(long by) {
        return bytes.addAndGet(by) <= bytesMax || by <= 0;
    }

    /// Returns how many bytes are taken.
    long bytes() {
        return bytes.get();
    }
}
