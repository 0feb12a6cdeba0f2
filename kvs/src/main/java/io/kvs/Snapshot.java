package io.kvs;

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

    /// Releases the point in time. Closing twice does nothing.
    @Override
    void close();
}
