package io.kvs;

import java.time.Duration;

/// Reads and writes of several keys that take effect together, as if nothing else happened
/// meanwhile.
///
/// Reads see the engine as it was when the transaction began, with the transaction's own writes on
/// top, in scans too. Nobody else sees the writes before {@link #commit()}, which makes all of them
/// visible at once, or none.
///
/// Transactions are serialisable and optimistic: nothing is locked, and the commit is refused with
/// {@link ConflictException} if something that was read has been changed since, be it a key, the
/// absence of a key, or anything within a range that was scanned, as far as its cursor went. So
/// there is neither write skew nor are there phantoms. Writing without reading never conflicts, and
/// a transaction that wrote nothing always commits. {@link OrderedKvsEngine#transact} tries again
/// by itself.
///
/// A value that has expired when the transaction is committed has changed in that sense, if the
/// transaction has read it before: it would not read it any more. So a transaction never writes
/// what depends on a value that nobody could see by then.
///
/// For one thread at a time. After {@link #commit()}, whether it succeeded or not, and after {@link
/// #close()}, every use but closing is an `IllegalStateException`, of the cursors too.
public interface Transaction extends OrderedReader, AutoCloseable {

    /// Stores `value` under `key` when the transaction is committed; both are copied.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    void set(byte[] key, byte[] value);

    /// Stores `value` under `key` for a time that begins when the transaction is committed; see
    /// {@link ExpiringKvsEngine}. The transaction itself sees the value until then, however long
    /// that takes.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws IllegalArgumentException the time to live is outside its limits
    void set(byte[] key, byte[] value, Duration timeToLive);

    /// Removes `key` when the transaction is committed. Reads the key: see {@link
    /// ConflictException}.
    ///
    /// @throws KeyNotFoundException the transaction sees no such key; it can go on
    /// @throws InvalidKeyException the key is empty or too long
    void remove(byte[] key);

    /// Makes all writes take effect, at the engine's default durability, and ends the transaction.
    ///
    /// @throws ConflictException something that was read has changed; nothing was written
    /// @throws EntryTooLargeException the writes exceed the engine's limit; nothing was written
    /// @throws StoreIoException the write failed; nothing was written
    /// @throws StoreFailedException an earlier write or sync failed; close and reopen
    void commit();

    /// Ends the transaction; unless it was committed, its writes are forgotten. Closing twice does
    /// nothing.
    @Override
    void close();

    /// Stores text under a text key; see {@link #set(byte[], byte[])}.
    default void set(String key, String value) {
        set(Utf8.encode(key), Utf8.encode(value));
    }

    /// Stores text under a text key for a time; see {@link #set(byte[], byte[], Duration)}.
    default void set(String key, String value, Duration timeToLive) {
        set(Utf8.encode(key), Utf8.encode(value), timeToLive);
    }

    /// Removes a text key; see {@link #remove(byte[])}.
    default void remove(String key) {
        remove(Utf8.encode(key));
    }
}
