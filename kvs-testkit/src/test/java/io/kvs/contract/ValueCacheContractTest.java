package io.kvs.contract;

import io.kvs.KvsEngine;
import io.kvs.engine.LogStore;
import io.kvs.io.RealDisk;
import io.kvs.io.ThreadBackground;
import io.kvs.testkit.KvsEngineContract;
import io.kvs.testkit.SlowDisk;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;

/// The log-structured engine with a cache of values that keeps whatever is read.
final class ValueCacheContractTest extends KvsEngineContract {
    @TempDir private Path directory;

    @Override
    protected KvsEngine open() {
        return LogStore.open(
                new SlowDisk(new RealDisk(directory)),
                StoreOptions.VALUE_CACHE,
                new ThreadBackground(),
                new SplittableRandom(1));
    }
}
