package io.kvs.testkit;

import io.kvs.DeferringKvsEngine.Outcome;
import org.jspecify.annotations.Nullable;

/// An outcome that a test waits for by running steps, not by waiting. Safe for use by two threads.
public final class Told implements Outcome<Object> {
    private volatile boolean told;
    private volatile @Nullable Throwable problem;

    /// Makes one that has not been told.
    public Told() {}

    @Override
    public void returned(Object value) {
        tell();
    }

    @Override
    public void failed(Throwable cause) {
        problem = cause;
        tell();
    }

    private void tell() {
        if (told) {
            throw new AssertionError("told twice");
        }
        told = true;
    }

    /// Returns whether the operation has ended, well or not.
    public boolean isTold() {
        return told;
    }

    /// Returns with what it has failed, or null.
    public @Nullable Throwable problem() {
        return problem;
    }

    /// Does nothing if the operation has returned.
    ///
    /// @throws AssertionError nothing has been told
    public void check() {
        switch (problem) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null -> {
                if (!told) {
                    throw new AssertionError("the operation has not ended");
                }
            }
            default -> throw new AssertionError(problem);
        }
    }
}
