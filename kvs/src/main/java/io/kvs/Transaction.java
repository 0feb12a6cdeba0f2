package io.kvs;

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
/// For one thread at a time. After {@link #commit()}, whether it succeeded or not, and after {@link
/// #close()}, every use but closing is an `IllegalStateException`, of the cursors too.
public interface Transaction extends OrderedReader, AutoCloseable {

    /// Stores `value` under `key` when the transaction is committed; both are copied.
    ///
    /// @throws InvalidKeyException the key is empty or too long
    void set(byte[] key, byte[] value);

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

    /// Removes a text key; see {@link #remove(byte[])}.
    default void remove(String key) {
        remove(Utf8.encode(key));
    }
}
