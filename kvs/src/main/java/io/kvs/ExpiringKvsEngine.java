package io.kvs;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An engine whose entries can have a time to live.
///
/// Such an entry expires: from then on its key is absent for every read and for {@link
/// #compareAndSet}; {@link #remove} says that the key is not there, and drops what is. When that is
/// depends on nothing but the clock of the engine, which the operating system may put forward or
/// back, at the time of the read; for a snapshot, a cursor or a transaction at the time at which it
/// was opened. Which of two values is the newer one never depends on the clock, and the time of
/// expiry is stored, so that a time to live goes on while the engine is closed.
///
/// Every write without a time to live, {@link #update} and {@link #add} among them, stores a value
/// that does not expire. An expired value takes space, and its key counts in {@link #size()}, until
/// it is overwritten or removed or {@linkplain #compact() compaction}, which comes by itself, drops
/// it. {@link OrderedReader#count} counts what has not expired.
///
/// A time to live is positive and at most {@link TimeToLive#MAX}, and is kept to the millisecond.
public interface ExpiringKvsEngine extends KvsEngine {

    /// Stores `value` under `key` for a time; see {@link #set(byte[], byte[])}.
    ///
    /// @throws IllegalArgumentException the time to live is outside its limits
    void set(byte[] key, byte[] value, Duration timeToLive);

    /// Stores `value` under `key` for a time if the present value is `expected`, as one step; see
    /// {@link #compareAndSet(byte[], byte[], byte[])}.
    ///
    /// @param expected the value that must be there, or null: the key must be absent
    /// @throws IllegalArgumentException the time to live is outside its limits
    boolean compareAndSet(
            byte[] key, byte @Nullable [] expected, byte[] value, Duration timeToLive);

    /// Returns when the value of `key` expires, or empty if there is none, or it does not.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws CorruptionException the record is damaged
    Optional<Instant> expiry(byte[] key);

    /// Gives the value of `key` a time to live from now on, in place of an earlier one, as one
    /// step; returns false, and writes nothing, if the key is absent.
    ///
    /// @throws IllegalArgumentException the time to live is outside its limits
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws CorruptionException the present record is damaged; nothing was written
    /// @throws StoreIoException the write failed; nothing was written
    /// @throws StoreFailedException an earlier write or sync failed; close and reopen
    boolean expire(byte[] key, Duration timeToLive);

    /// Takes the time to live of the value of `key` away, as one step; returns false, and writes
    /// nothing, if the key is absent or its value does not expire.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws CorruptionException the present record is damaged; nothing was written
    /// @throws StoreIoException the write failed; nothing was written
    /// @throws StoreFailedException an earlier write or sync failed; close and reopen
    boolean persist(byte[] key);

    /// Stores `value` under `key` for a time if the key is absent, as one step; returns whether it
    /// was. That is a lease: it ends by itself if nobody removes the key.
    ///
    /// @throws IllegalArgumentException the time to live is outside its limits
    default boolean setIfAbsent(byte[] key, byte[] value, Duration timeToLive) {
        return compareAndSet(key, null, value, timeToLive);
    }

    /// Stores text under a text key for a time if it is absent; see {@link #setIfAbsent(byte[],
    /// byte[], Duration)}.
    default boolean setIfAbsent(String key, String value, Duration timeToLive) {
        return setIfAbsent(Utf8.encode(key), Utf8.encode(value), timeToLive);
    }

    /// Stores text under a text key for a time; see {@link #set(byte[], byte[], Duration)}.
    default void set(String key, String value, Duration timeToLive) {
        set(Utf8.encode(key), Utf8.encode(value), timeToLive);
    }

    /// Returns when the value of a text key expires; see {@link #expiry(byte[])}.
    default Optional<Instant> expiry(String key) {
        return expiry(Utf8.encode(key));
    }

    /// Gives the value of a text key a time to live; see {@link #expire(byte[], Duration)}.
    default boolean expire(String key, Duration timeToLive) {
        return expire(Utf8.encode(key), timeToLive);
    }

    /// Takes the time to live of the value of a text key away; see {@link #persist(byte[])}.
    default boolean persist(String key) {
        return persist(Utf8.encode(key));
    }
}
