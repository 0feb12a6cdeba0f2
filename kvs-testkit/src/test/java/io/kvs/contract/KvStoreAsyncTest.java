package io.kvs.contract;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kvs.KvStore;
import io.kvs.OrderedKvsEngine;
import io.kvs.StoreClosedException;
import io.kvs.async.AsyncKvStore;
import io.kvs.testkit.AsyncContract;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The asynchronous view of a store whose operations wait for no sync.
final class KvStoreAsyncTest extends AsyncContract {
    @TempDir private Path directory;

    @Override
    protected OrderedKvsEngine open() {
        return KvStore.open(directory, StoreOptions.SMALL_SEGMENTS);
    }

    @Test
    void everyOperation_storeClosed_failsWithTheExceptionOfTheStore() {
        KvStore closed = KvStore.open(directory.resolve("closed"));
        closed.close();
        try (AsyncKvStore<KvStore> async = AsyncKvStore.over(closed)) {
            assertClosed(async.set("key", "value"));
            assertClosed(async.get("key"));
            assertClosed(async.sync());
            assertClosed(async.compact());
        }
    }

    private static void assertClosed(CompletableFuture<?> future) {
        CompletionException problem = assertThrows(CompletionException.class, future::join);
        assertInstanceOf(StoreClosedException.class, problem.getCause());
    }
}
