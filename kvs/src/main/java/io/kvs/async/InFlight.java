package io.kvs.async;

import io.kvs.StoreClosedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Counts what is in flight, and refuses what would be too much. Nobody waits here.
final class InFlight {
    /// The count of operations is above that of bytes, in one word, so that both change at once.
    private static final int OPERATIONS_SHIFT = 43;

    private static final long ONE_OPERATION = 1L << OPERATIONS_SHIFT;
    private static final long BYTES_MASK = ONE_OPERATION - 1;

    private final int operationsMax;
    private final long bytesMax;
    private final AtomicLong counts = new AtomicLong();

    /// Operations whose outcome has not been told.
    private final AtomicInteger unfinished = new AtomicInteger();

    private final AtomicReference<@Nullable CompletableFuture<@Nullable Void>> room =
            new AtomicReference<>();
    private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
    private volatile boolean closed;

    InFlight(AsyncOptions options) {
        this.operationsMax = options.operationsMax();
        this.bytesMax = options.bytesMax();
    }

    /// Counts an operation in.
    ///
    /// @return why it is refused, or null
    @Nullable RuntimeException enter(long bytes) {
        unfinished.incrementAndGet();
        RuntimeException refusal = closed ? new StoreClosedException() : reserve(bytes);
        if (refusal != null) {
            finish();
        }
        return refusal;
    }

    private @Nullable RuntimeException reserve(long bytes) {
        long before;
        do {
            before = counts.get();
            if (operations(before) == operationsMax
                    || before > 0 && bytes(before) + bytes > bytesMax) {
                return tooMuch(before);
            }
        } while (!counts.compareAndSet(before, before + ONE_OPERATION + bytes));
        return null;
    }

    /// Makes room for others in place of an operation whose outcome is about to be told.
    void leave(long bytes) {
        long left = counts.addAndGet(-ONE_OPERATION - bytes);
        if (room.get() != null && isHalfEmpty(left)) {
            tellOfRoom();
        }
    }

    /// Called when the outcome of an operation has been told.
    void finish() {
        if (unfinished.decrementAndGet() == 0 && closed) {
            drained.complete(null);
        }
    }

    /// Completes when at most half of what is allowed is in flight.
    CompletableFuture<@Nullable Void> room() {
        if (isHalfEmpty(counts.get())) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<@Nullable Void> wanted = new CompletableFuture<>();
        CompletableFuture<@Nullable Void> earlier = room.compareAndExchange(null, wanted);
        if (isHalfEmpty(counts.get())) {
            tellOfRoom();
        }
        // Everyone gets a future of its own, which it may cancel.
        return (earlier == null ? wanted : earlier).copy();
    }

    /// Refuses everything from now on; completes when every outcome has been told.
    CompletableFuture<@Nullable Void> close() {
        closed = true;
        if (unfinished.get() == 0) {
            drained.complete(null);
        }
        return drained;
    }

    private void tellOfRoom() {
        CompletableFuture<@Nullable Void> told = room.getAndSet(null);
        if (told != null) {
            told.complete(null);
        }
    }

    private boolean isHalfEmpty(long word) {
        return operations(word) <= operationsMax / 2 && bytes(word) <= bytesMax / 2;
    }

    private RejectedExecutionException tooMuch(long word) {
        return new RejectedExecutionException(
                operations(word)
                        + " operations with "
                        + bytes(word)
                        + " bytes are in flight, of at most "
                        + operationsMax
                        + " and "
                        + bytesMax
                        + ": nothing was done, try again when some of them are done");
    }

    private static long operations(long word) {
        return word >>> OPERATIONS_SHIFT;
    }

    private static long bytes(long word) {
        return word & BYTES_MASK;
    }
}
