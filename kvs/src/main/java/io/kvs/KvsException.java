package io.kvs;

import org.jspecify.annotations.Nullable;

/// What can go wrong in a store; each case is defined by what the caller can do about it.
///
/// Wrong use of the API (a null, a negative size) is an `IllegalArgumentException` instead.
public abstract sealed class KvsException extends RuntimeException
        permits ChangesGoneException,
                CompactionFailedException,
                ConflictException,
                CorruptionException,
                EntryTooLargeException,
                InvalidKeyException,
                KeyNotFoundException,
                RemoteException,
                SerializationException,
                StoreClosedException,
                StoreFailedException,
                StoreIoException,
                StoreLockedException,
                UnsupportedFormatException {
    private static final long serialVersionUID = 1L;

    KvsException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
