package io.kvs.contract;

import io.kvs.KvStore;
import io.kvs.OrderedKvsEngine;
import io.kvs.testkit.OrderedKvsEngineContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The order of the store with a write buffer.
final class WriteBufferOrderTest extends OrderedKvsEngineContract {
    @TempDir private Path directory;

    @Override
    protected OrderedKvsEngine open() {
        return KvStore.open(directory, StoreOptions.WRITE_BUFFER);
    }
}
