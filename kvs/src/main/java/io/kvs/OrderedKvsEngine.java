package io.kvs;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An engine that keeps its keys in order, and so can iterate over them, with snapshots and
/// transactions.
///
/// Every method may be called from any number of threads at once; cursors, streams and transactions
/// belong to one thread at a time.
public interface OrderedKvsEngine extends KvsEngine, OrderedReader {

    /// Holds on to the present state. Every change that was acknowledged before is in it, and of a
    /// batch or a transaction all or nothing. Close it.
    Snapshot snapshot();

    /// Begins a transaction on the present state. Close it.
    Transaction begin();

    /// Runs `work` in a transaction and commits it; returns what `work` returned.
    ///
    /// After a conflict it is run again in a new transaction, after a short random pause, up to 64
    /// times. What `work` throws rolls back and is passed on.
    ///
    /// @throws ConflictException it conflicted each time; nothing was written
    default <T extends @Nullable Object> T transact(TransactionWork<T> work) {
        return Attempts.transact(this, work);
    }

    /// Runs `work`, which returns nothing, in a transaction; see {@link #transact}.
    default void runTransaction(Consumer<? super Transaction> work) {
        TransactionWork<@Nullable Void> returning =
                transaction -> {
                    work.accept(transaction);
                    return null;
                };
        transact(returning);
    }
}
