package io.kvs.server.redis;

import org.jspecify.annotations.Nullable;

/// Keys in the order of their bytes, as they are when it is made. For one thread; close it.
public interface KeyIterator extends AutoCloseable {

    /// Returns the next key, or null at the end.
    byte @Nullable [] next();

    @Override
    void close();
}
