package io.kvs.client;

import io.kvs.memory.MemoryEngine;
import io.kvs.testkit.ExpiryContract;
import java.io.IOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/// The times to live of the engine `memory` behind a server.
final class RemoteMemoryExpiryTest extends ExpiryContract<KvsClient> {
    private @Nullable Served served;

    @Override
    protected KvsClient open(InstantSource time) throws IOException {
        served = Served.open(new MemoryEngine(time));
        return served.client();
    }

    @Override
    protected KvsClient reopen(KvsClient engine, InstantSource time) throws IOException {
        return engine;
    }

    @AfterEach
    void release() {
        if (served != null) {
            served.close();
        }
    }
}
