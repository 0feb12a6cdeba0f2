package io.kvs.server.rpc;

import java.util.List;
import java.util.function.Supplier;

/// Through which the clients of our own protocol write, so that those of another one see each of
/// their writes as one step, and are told of it.
@FunctionalInterface
public interface WriteGate {
    /// For a server where nobody else writes.
    WriteGate ALONE =
            new WriteGate() {
                @Override
                public <T> T write(List<byte[]> keys, boolean expiring, Supplier<T> work) {
                    return work.get();
                }
            };

    /// Does `work` while nobody else writes any of its keys; returns what it returns.
    ///
    /// @param keys all keys that `work` may write
    /// @param expiring whether one of them may have a time to live afterwards
    <T> T write(List<byte[]> keys, boolean expiring, Supplier<T> work);
}
