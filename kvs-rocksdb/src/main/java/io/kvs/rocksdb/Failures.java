package io.kvs.rocksdb;

import io.kvs.CorruptionException;
import io.kvs.KvsException;
import io.kvs.StoreFailedException;
import io.kvs.StoreIoException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// What RocksDB complains about, in our words; remembers the first write or sync that failed, after
/// which there are no more writes.
final class Failures {
    private final String directory;
    private volatile @Nullable RocksDBException first;

    Failures(String directory) {
        this.directory = directory;
    }

    /// Does nothing unless a write or sync has failed.
    ///
    /// @throws StoreFailedException one has
    void check() {
        RocksDBException cause = first;
        if (cause != null) {
            throw failed(cause);
        }
    }

    /// Makes the error for a write or a sync that failed: it is uncertain what is stored.
    KvsException ofWriting(RocksDBException e) {
        if (first == null) {
            first = e;
        }
        return failed(e);
    }

    /// Makes the error for anything else that failed.
    KvsException ofReading(RocksDBException e) {
        Status status = e.getStatus();
        if (status != null && status.getCode() == Status.Code.Corruption) {
            return new CorruptionException(directory, 0, String.valueOf(e.getMessage()));
        }
        return new StoreIoException("cannot read " + directory + ": " + e.getMessage(), e);
    }

    private StoreFailedException failed(RocksDBException cause) {
        return new StoreFailedException(
                "a write or sync failed in " + directory + ": " + cause.getMessage(), cause);
    }
}
