package io.kvs;

import java.util.Optional;

/// A storage engine: a map from keys to values that outlives the process.
///
/// Everything above it (command line, server, asynchronous view) works with any engine. Keys are 1
/// to 65 536 bytes and are compared as unsigned bytes; values are 0 bytes to what the engine
/// documents as its limit. Byte arrays that are passed in are copied before the call returns;
/// arrays that are handed out belong to the caller.
///
/// Thread safety: every method may be called from any number of threads at once. A call that starts
/// after another one has returned sees its effect.
///
/// The `String` forms encode as UTF-8. A string that has no UTF-8 form (an unpaired surrogate), or
/// a stored value that is not UTF-8 when a string is asked for, raises {@link
/// SerializationException}.
public interface KvsEngine extends AutoCloseable {

    /// Stores `value` under `key`, replacing any earlier value, at the engine's default durability.
    ///
    /// @throws InvalidKeyException the key is empty or too long; nothing was written
    /// @throws EntryTooLargeException the entry exceeds the engine's limit; nothing was written
    /// @throws StoreIoException the write failed, for example on a full disk; nothing was written
    /// @throws StoreFailedException an earlier write or sync failed; close and reopen
    void set(byte[] key, byte[] value);

    /// Returns a copy of the value last stored under `key`, or empty if there is none.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws CorruptionException the record is damaged; the message names file and offset
    Optional<byte[]> get(byte[] key);

    /// Removes `key` and its value, at the engine's default durability.
    ///
    /// @throws KeyNotFoundException the key is not in the store; nothing was written
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws StoreIoException the write failed; nothing was removed
    /// @throws StoreFailedException an earlier write or sync failed; close and reopen
    void remove(byte[] key);

    /// Applies all operations of `batch`, or none of them, also across a crash.
    ///
    /// A removal in a batch states an outcome: removing a key that is absent is not an error here.
    ///
    /// @throws EntryTooLargeException the batch exceeds the engine's limit; nothing was written
    /// @throws StoreIoException the write failed; nothing was written
    /// @throws StoreFailedException an earlier write or sync failed; close and reopen
    void write(WriteBatch batch);

    /// Returns when every write acknowledged before this call is on stable storage.
    ///
    /// @throws StoreFailedException the sync failed, now or earlier; close and reopen
    void sync();

    /// Gives back the space of overwritten and removed entries; returns when done.
    ///
    /// @throws CompactionFailedException it could not be done; nothing is lost, the store stays
    ///   usable
    void compact();

    /// Returns the number of keys in the store.
    long size();

    /// Syncs everything acknowledged, then releases all resources. Closing twice does nothing.
    ///
    /// @throws StoreFailedException the last sync failed; what is not on stable storage may be lost
    @Override
    void close();

    /// Stores text under a text key; see {@link #set(byte[], byte[])}.
    default void set(String key, String value) {
        set(Utf8.encode(key), Utf8.encode(value));
    }

    /// Returns the text stored under a text key; see {@link #get(byte[])}.
    ///
    /// @throws SerializationException the stored value is not UTF-8
    default Optional<String> get(String key) {
        return get(Utf8.encode(key)).map(Utf8::decode);
    }

    /// Removes a text key; see {@link #remove(byte[])}.
    default void remove(String key) {
        remove(Utf8.encode(key));
    }
}
