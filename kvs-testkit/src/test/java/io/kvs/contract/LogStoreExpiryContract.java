package io.kvs.contract;

import io.kvs.KvsOptions;
import io.kvs.engine.LogStore;
import io.kvs.io.Disk;
import io.kvs.io.RealDisk;
import io.kvs.io.ThreadBackground;
import io.kvs.testkit.ExpiryContract;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;

/// The times to live of the log-structured engine on a real disk: a subclass says with which
/// options.
abstract class LogStoreExpiryContract extends ExpiryContract<LogStore> {
    @TempDir private Path directory;
    private final KvsOptions options;

    LogStoreExpiryContract(KvsOptions options) {
        this.options = options;
    }

    /// Returns the disk to be used in place of a real one.
    Disk disk(Disk real) {
        return real;
    }

    @Override
    protected LogStore open(InstantSource time) {
        return LogStore.open(
                disk(new RealDisk(directory)),
                options,
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
