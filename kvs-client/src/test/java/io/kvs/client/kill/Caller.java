package io.kvs.client.kill;

import io.kvs.testkit.history.History;

/// Makes calls through a connection of its own.
sealed interface Caller extends History.Caller, AutoCloseable permits KvsCaller, RedisCaller {
    @Override
    void close();
}
