package io.kvs;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Runs a transaction again after a conflict, with a growing random pause so that those who meet do
/// not meet again.
final class Attempts {
    /// Of transactions that conflict one always gets through, so many tries in vain mean that the
    /// work takes longer than the time between changes of what it reads.
    static final int TRIES_MAX = 64;

    private static final long FIRST_PAUSE_NANOS_MAX = 20_000;
    private static final int DOUBLINGS_MAX = 9;

    private Attempts() {}

    static <T extends @Nullable Object> T transact(
            OrderedKvsEngine engine, TransactionWork<T> work) {
        for (int attempt = 1; ; attempt++) {
            try (Transaction transaction = engine.begin()) {
                T result = work.run(transaction);
                transaction.commit();
                return result;
            } catch (ConflictException e) {
                if (attempt == TRIES_MAX) {
                    throw e;
                }
            }
            pause(attempt);
        }
    }

    /// Parks instead of sleeping: an interrupted thread does not pause, and stays interrupted.
    private static void pause(int attempt) {
        long nanosMax = FIRST_PAUSE_NANOS_MAX << Math.min(attempt - 1, DOUBLINGS_MAX);
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1, nanosMax));
    }
}
