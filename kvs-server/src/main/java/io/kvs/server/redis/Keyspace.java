package io.kvs.server.redis;

import java.util.List;
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
    /// @param expiryMillis when, or {@link #NEVER}
    /// @throws CommandException the engine has no time to live, or not one that long
    void set(byte[] key, byte[] value, long expiryMillis) throws CommandException;

    /// Removes `key`; returns whether it was there.
    boolean delete(byte[] key);

    /// Returns when the value of `key` expires, {@link #NEVER}, or {@link #ABSENT}.
    long expiryMillis(byte[] key);

    /// Gives the value of `key` another time of expiry; one in the past removes the key.
    ///
    /// @return whether the key was there
    /// @throws CommandException the engine has no time to live, or not one that long
    boolean expire(byte[] key, long expiryMillis) throws CommandException;

    /// Takes the time of expiry of the value of `key` away; returns whether it had one.
    boolean persist(byte[] key);

    /// Makes all changes or none. Of several for one key the last one counts.
    ///
    /// @throws CommandException the engine has no time to live, or not one that long
    void write(List<Change> changes) throws CommandException;

    /// Begins to iterate over the keys.
    ///
    /// @param from where to begin: no smaller key is visited
    /// @throws CommandException the engine does not keep its keys in order
    KeyIterator keys(byte[] from) throws CommandException;

    /// Returns how many keys there are; expired ones may be counted for a short time.
    long size();

    /// Returns the value of `key` and when it expires, or null if there is none.
    default @Nullable StoredValue read(byte[] key) {
        // The time first: if the value expires in between, the key is absent and not eternal.
        long expiryMillis = expiryMillis(key);
        byte[] value = expiryMillis == ABSENT ? null : get(key);
        return value == null ? null : new StoredValue(value, expiryMillis);
    }
}
