package io.kvs.client;

import io.kvs.EngineOptions;
import io.kvs.rocksdb.RocksDbEngine;
import io.kvs.testkit.ExpiryContract;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// The times to live of the engine `rocksdb` behind a server.
final class RemoteRocksDbExpiryTest extends ExpiryContract<KvsClient> {
    @TempDir private Path directory;
    private @Nullable Served served;

    @Override
    protected KvsClient open(InstantSource time) throws IOException {
        served = Served.open(RocksDbEngine.open(directory, EngineOptions.defaults(), time));
        return served.client();
    }

    @Override
    protected KvsClient reopen(KvsClient engine, InstantSource time) throws IOException {
        release();
        return open(time);
    }

    @AfterEach
    void release() {
        if (served != null) {
            served.close();
        }
    }
}
