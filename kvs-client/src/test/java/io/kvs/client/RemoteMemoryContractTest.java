package io.kvs.client;

import io.kvs.KvsEngine;
import io.kvs.testkit.KvsEngineContract;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/// The engine `memory` behind a server.
final class RemoteMemoryContractTest extends KvsEngineContract {
    @TempDir private Path directory;
    private @Nullable Served served;

    @Override
    protected KvsEngine open() throws IOException {
        release();
        served = Served.open(directory.resolve("data"), "memory");
        return served.client();
    }

    @Override
    protected boolean isDurable() {
        return false;
    }

    @Override
    protected void release() {
        if (served != null) {
            served.close();
        }
    }
}
