package io.kvs;

import java.time.Instant;
import java.util.Optional;

/// A position in an ordered iteration; at first before the first entry.
///
/// ```java
/// try (Cursor cursor = store.scan(Scan.prefix("user/"))) {
///     while (cursor.next()) {
///         use(cursor.key(), cursor.value());
///     }
/// }
/// ```
///
/// It iterates over the state of the moment in which the scan began; nothing that is written later
/// appears, and what expires later stays. Of a transaction it iterates over what the transaction
/// sees at that moment. For one thread at a time. Once its engine is closed it throws {@link
/// StoreClosedException}.
public interface Cursor extends AutoCloseable {

    /// Goes to the next entry in the direction of the scan. Returns whether there is one; if not,
    /// it stays at the end.
    ///
    /// @throws IllegalStateException the cursor, or what it was opened from, has been closed
    /// @throws CorruptionException what was to be read is damaged; the message names file and
    ///   offset
    boolean next();

    /// Returns the key of the present entry.
    ///
    /// @throws IllegalStateException there is no present entry: before the first {@link #next()},
    ///   after it returned false, or after closing
    byte[] key();

    /// Returns the value of the present entry.
    ///
    /// @throws IllegalStateException there is no present entry, or the scan asked for keys only
    /// @throws CorruptionException the record is damaged; the message names file and offset
    byte[] value();

    /// Returns when the value of the present entry expires, or empty if it does not, or if a
    /// transaction is yet to write it; see {@link ExpiringKvsEngine}.
    ///
    /// @throws IllegalStateException there is no present entry
    /// @throws CorruptionException the record is damaged; the message names file and offset
    default Optional<Instant> expiry() {
        return Optional.empty();
    }

    /// Releases what the cursor holds. Closing twice does nothing.
    @Override
    void close();
}
