package io.kvs;

import org.jspecify.annotations.Nullable;

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
public interface KvsEngine extends KvsReader, AutoCloseable {

    /// Stores `value` under `key`, replacing any earlier value, at the engine's default durability.
    ///
    /// @throws InvalidKeyException the key is empty or too long; nothing was written
    /// @throws EntryTooLargeException the entry exceeds the engine's limit; nothing was written
    /// @throws StoreIoException the write failed, for example on a full disk; nothing was written
    /// @throws StoreFailedException an earlier write or sync failed; close and reopen
    void set(byte[] key, byte[] value);

    /// Removes `key` and its value, at the engine's default durability.
    ///
    /// @throws KeyNotFoundException the key is not in the store; nothing was written
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws StoreIoException the write failed; nothing was removed
    /// @throws StoreFailedException an earlier write or sync failed; close and reopen
    void remove(byte[] key);

    /// Changes the value of `key` if it is `expected`, at the engine's default durability. Look and
    /// change are one step: no other write to the key comes between.
    ///
    /// @param expected the value that the key must have, or null if it must be absent
    /// @param value the new value, or null to remove the key
    /// @return whether it was the expected one; if not, nothing was written
    /// @throws InvalidKeyException the key is empty or too long; nothing was written
    /// @throws EntryTooLargeException the entry exceeds the engine's limit; nothing was written
    /// @throws CorruptionException the present record is damaged; nothing was written
    /// @throws StoreIoException the write failed; nothing was written
    /// @throws StoreFailedException an earlier write or sync failed; close and reopen
    boolean compareAndSet(byte[] key, byte @Nullable [] expected, byte @Nullable [] value);

    /// Stores `value` under `key` if the key is absent; returns whether it was. See {@link
    /// #compareAndSet(byte[], byte[], byte[])}.
    default boolean setIfAbsent(byte[] key, byte[] value) {
        return compareAndSet(key, null, value);
    }

    /// Replaces the value of `key` by what `change` makes of it, as one step; returns the new
    /// value. `change` takes and returns null for an absent key. It is called again if another
    /// thread was faster, so it must have no effects of its own. See {@link #compareAndSet(byte[],
    /// byte[], byte[])}.
    default byte @Nullable [] update(byte[] key, Change change) {
        while (true) {
            byte[] old = get(key).orElse(null);
            byte[] changed = change.apply(old == null ? null : old.clone());
            if (compareAndSet(key, old, changed)) {
                return changed;
            }
        }
    }

    /// Adds `delta` to the number under `key`, as one step; returns the sum. Numbers are stored as
    /// decimal text; an absent key counts as 0.
    ///
    /// @throws SerializationException the value is not a decimal number of 64 bits
    /// @throws ArithmeticException the sum has more than 64 bits; nothing was written
    default long add(byte[] key, long delta) {
        byte[] sum = update(key, old -> Counter.add(old, delta));
        return Counter.decode(sum);
    }

    /// What {@link #update} does to a value.
    @FunctionalInterface
    interface Change {
        /// Returns the new value, or null to remove the key.
        ///
        /// @param value the present value, or null if the key is absent; may be changed
        byte @Nullable [] apply(byte @Nullable [] value);
    }

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

    /// Gives back the space of overwritten and removed entries, and makes scans as fast as they can
    /// be; returns when done. What is overwritten meanwhile may be left for the next time.
    ///
    /// @throws CompactionFailedException it could not be done; nothing is lost, the store stays
    ///   usable
    void compact();

    /// Returns the number of keys in the store, also of those whose value has expired and not been
    /// dropped; see {@link ExpiringKvsEngine}.
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

    /// Stores text under a text key if the key is absent; returns whether it was. See {@link
    /// #setIfAbsent(byte[], byte[])}.
    default boolean setIfAbsent(String key, String value) {
        return setIfAbsent(Utf8.encode(key), Utf8.encode(value));
    }

    /// Adds to the number under a text key; see {@link #add(byte[], long)}.
    default long add(String key, long delta) {
        return add(Utf8.encode(key), delta);
    }

    /// Removes a text key; see {@link #remove(byte[])}.
    default void remove(String key) {
        remove(Utf8.encode(key));
    }
}
