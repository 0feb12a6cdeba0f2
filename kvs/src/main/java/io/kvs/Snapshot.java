package io.kvs;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;

/// An engine at a point in time: every read, whenever it is made, sees the same state.
///
/// Any number of threads may use one snapshot. It costs nothing to open; as long as it is open,
/// what was overwritten or removed since keeps its space. Once its engine is closed it throws
/// {@link StoreClosedException}.
///
/// Use after closing is an `IllegalStateException`, of the cursors that were opened from it too.
public interface Snapshot extends OrderedReader, AutoCloseable {

    /// Returns the number of the last change that the snapshot sees. Later snapshots of the same
    /// engine have the same number or a larger one.
    long sequence();

    /// Opens the value of `key`, to be read as a stream from its start to its end; empty if the key
    /// is absent. Values that are larger than memory can be read so, where the engine has such; it
    /// can be read on after the snapshot was closed.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    default Optional<InputStream> stream(byte[] key) {
        return get(key).map(ByteArrayInputStream::new);
    }

    /// Releases the point in time. Closing twice does nothing.
    @Override
    void close();
}
