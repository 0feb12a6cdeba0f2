package io.kvs.server.redis;

import io.kvs.WriteBatch;
import org.jspecify.annotations.Nullable;

/// The data as a command sees it: the engine, or, within a transaction, the engine with the
/// transaction's own writes in front of it.
///
/// Times are in milliseconds since 1970, UTC. Arrays that are passed in are copied; arrays that are
/// handed out belong to the caller.
public interface Keyspace {
    /// The time of expiry of a value that does not expire.
    long NEVER = -1;

    /// The time of expiry of a key that is absent.
    long ABSENT = -2;

    /// Returns the value of `key`, or null if there is none.
    byte @Nullable [] get(byte[] key);

    /// Stores a value that does not expire.
    void set(byte[] key, byte[] value);

    /// Stores a value that expires at a time; one in the past removes the key.
    ///
    /// @throws CommandException the engine has no time to live
    void set(byte[] key, byte[] value, long expiryMillis) throws CommandException;

    /// Removes `key`; returns whether it was there.
    boolean delete(byte[] key);

    /// Returns when the value of `key` expires, {@link #NEVER}, or {@link #ABSENT}.
    long expiryMillis(byte[] key);

    /// Gives the value of `key` another time of expiry; one in the past removes the key.
    ///
    /// @return whether the key was there
    /// @throws CommandException the engine has no time to live
    boolean expire(byte[] key, long expiryMillis) throws CommandException;

    /// Takes the time of expiry of the value of `key` away; returns whether it had one.
    boolean persist(byte[] key);

    /// Applies all operations of `batch` or none.
    void write(WriteBatch batch);

    /// Returns how many keys there are.
    long size();
}
