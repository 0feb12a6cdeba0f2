package io.kvs.contract;

import io.kvs.Durability;
import io.kvs.KvStore;
import io.kvs.OrderedKvsEngine;
import io.kvs.testkit.AsyncContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The asynchronous view of a store whose writes wait for a sync.
final class KvStoreSyncAsyncTest extends AsyncContract {
    @TempDir private Path directory;

    @Override
    protected OrderedKvsEngine open() {
        return KvStore.open(directory, StoreOptions.SMALL_SEGMENTS.withDurability(Durability.SYNC));
    }
}
