package io.kvs.contract;

import io.kvs.KvStore;
import io.kvs.OrderedKvsEngine;
import io.kvs.testkit.OrderedKvsEngineContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The store, as an ordered engine, on a real disk with default options.
final class KvStoreOrderTest extends OrderedKvsEngineContract {
    @TempDir private Path directory;

    @Override
    protected OrderedKvsEngine open() {
        return KvStore.open(directory);
    }
}
