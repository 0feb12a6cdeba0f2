package io.kvs.client;

import io.kvs.OrderedKvsEngine;
import io.kvs.testkit.TransactionContract;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

/// The engine `kvs` behind a server.
final class RemoteKvsTransactionTest extends TransactionContract {
    @TempDir private Path directory;
    private @Nullable Served served;

    @Override
    protected OrderedKvsEngine open() throws IOException {
        release();
        served = Served.open(directory.resolve("data"), "kvs");
        return served.client();
    }

    @Override
    protected void release() {
        if (served != null) {
            served.close();
        }
    }
}
