package io.kvs.rocksdb;

import io.kvs.EngineOptions;
import io.kvs.testkit.ExpiryContract;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;

/// The engine's times to live.
final class RocksDbExpiryTest extends ExpiryContract<RocksDbEngine> {
    @TempDir private Path directory;

    @Override
    protected RocksDbEngine open(InstantSource time) {
        return RocksDbEngine.open(directory, EngineOptions.defaults(), time);
    }

    @Override
    protected RocksDbEngine reopen(RocksDbEngine engine, InstantSource time) {
        engine.close();
        return open(time);
    }
}
