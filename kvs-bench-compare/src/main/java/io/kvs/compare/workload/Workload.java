package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.store.Level;
import io.kvs.compare.store.Store;
import java.util.List;

/// Something that users do with a store.
///
/// To add one, write a small class and name it in [Workloads].
public interface Workload {
    /// Returns its name in arguments; the rows it fills are those of its lanes.
    String name();

    /// Returns what the store must hold before.
    Content before();

    /// Returns what the store holds afterwards.
    Content after();

    /// Returns what its writes are to survive.
    default Level level() {
        return Level.PROCESS;
    }

    /// Returns whether it needs an {@link io.kvs.compare.store.OrderedStore}.
    default boolean needsOrder() {
        return false;
    }

    /// Returns what its threads do with an open store.
    List<Lane> lanes(Store store, Entries entries, Scale scale);
}
