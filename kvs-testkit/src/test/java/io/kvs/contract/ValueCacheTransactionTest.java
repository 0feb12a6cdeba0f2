package io.kvs.contract;

import io.kvs.OrderedKvsEngine;
import io.kvs.engine.LogStore;
import io.kvs.io.RealDisk;
import io.kvs.io.ThreadBackground;
import io.kvs.testkit.SlowDisk;
import io.kvs.testkit.TransactionContract;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;

/// The transactions of the log-structured engine with a cache of values that keeps whatever is
/// read.
final class ValueCacheTransactionTest extends TransactionContract {
    @TempDir private Path directory;

    @Override
    protected OrderedKvsEngine open() {
        return LogStore.open(
                new SlowDisk(new RealDisk(directory)),
                StoreOptions.VALUE_CACHE,
                new ThreadBackground(),
                new SplittableRandom(1));
    }
}
