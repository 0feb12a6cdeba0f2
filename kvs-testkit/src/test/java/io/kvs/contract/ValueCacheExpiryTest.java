package io.kvs.contract;

import io.kvs.engine.LogStore;
import io.kvs.io.RealDisk;
import io.kvs.io.ThreadBackground;
import io.kvs.testkit.ExpiryContract;
import io.kvs.testkit.SlowDisk;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;

/// The times to live of the log-structured engine with a cache of values that keeps whatever is
/// read.
final class ValueCacheExpiryTest extends ExpiryContract<LogStore> {
    @TempDir private Path directory;

    @Override
    protected LogStore open(InstantSource time) {
        return LogStore.open(
                new SlowDisk(new RealDisk(directory)),
                StoreOptions.VALUE_CACHE,
                new ThreadBackground(),
                new SplittableRandom(1),
                time);
    }

    @Override
    protected LogStore reopen(LogStore engine, InstantSource time) {
        engine.close();
        return open(time);
    }
}
