package io.kvs.contract;

import io.kvs.KvStore;
import io.kvs.KvsEngine;
import io.kvs.testkit.KvsEngineContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The store with a write buffer.
final class WriteBufferContractTest extends KvsEngineContract {
    @TempDir private Path directory;

    @Override
    protected KvsEngine open() {
        return KvStore.open(directory, StoreOptions.WRITE_BUFFER);
    }
}
