package io.kvs.contract;

import io.kvs.KvStore;
import io.kvs.OrderedKvsEngine;
import io.kvs.testkit.TransactionContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The transactions of the store with a write buffer.
final class WriteBufferTransactionTest extends TransactionContract {
    @TempDir private Path directory;

    @Override
    protected OrderedKvsEngine open() {
        return KvStore.open(directory, StoreOptions.WRITE_BUFFER);
    }
}
