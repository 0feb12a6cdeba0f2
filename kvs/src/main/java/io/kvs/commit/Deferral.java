package io.kvs.commit;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An operation whose answer is given later, so that its thread does not wait for stable storage:
/// it notes what the answer has to wait for.
///
/// It is that of the thread while that runs the operation. For one thread at a time.
public final class Deferral {
    private static final ScopedValue<Deferral> CURRENT = ScopedValue.newInstance();

    private final boolean mayWait;

    /// The largest sequence number that must be on stable storage before the answer, or -1.
    private long sequence = -1;

    private @Nullable Runnable afterwards;

    /// Makes one.
    ///
    /// @param mayWait whether the operation may wait for anything else
    Deferral(boolean mayWait) {
        this.mayWait = mayWait;
    }

    /// Returns whether this thread runs an operation that must not wait.
    public static boolean forbidsWaiting() {
        return CURRENT.isBound() && !CURRENT.get().mayWait;
    }

    /// Returns whether the operation of this thread has met what is not on stable storage.
    public static boolean isPending() {
        return CURRENT.isBound() && CURRENT.get().sequence >= 0;
    }

    /// Has the operation of this thread answered when a record is on stable storage; returns false
    /// if it is to wait by itself.
    ///
    /// @param then what follows when it is, if that is of use by then
    static boolean note(long sequence, @Nullable Runnable then) {
        if (!CURRENT.isBound()) {
            return false;
        }
        CURRENT.get().add(sequence, then);
        return true;
    }

    private void add(long awaited, @Nullable Runnable then) {
        sequence = Math.max(sequence, awaited);
        Runnable earlier = afterwards;
        if (earlier == null) {
            afterwards = then;
        } else if (then != null) {
            afterwards =
                    () -> {
                        earlier.run();
                        then.run();
                    };
        }
    }

    /// Runs the operation.
    <T extends @Nullable Object> T run(Supplier<T> operation) {
        return ScopedValue.where(CURRENT, this).call(operation::get);
    }

    /// Returns the sequence number that must be on stable storage before the answer, or -1.
    long sequence() {
        return sequence;
    }

    /// Does what follows when it is.
    void finish() {
        if (afterwards != null) {
            afterwards.run();
        }
    }
}
