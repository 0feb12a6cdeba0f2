package io.kvs;

import org.jspecify.annotations.Nullable;

/// What {@link OrderedKvsEngine#transact} does in a transaction.
///
/// @param <T> what it returns
@FunctionalInterface
public interface TransactionWork<T extends @Nullable Object> {
    /// Reads and writes through `transaction`, and neither commits nor closes it. It is called
    /// again after a conflict, so it must have no other effects.
    T run(Transaction transaction);
}
