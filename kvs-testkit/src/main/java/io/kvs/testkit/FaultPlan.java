package io.kvs.testkit;

import java.io.IOException;

/// Counts the calls of a disk and chooses the one that fails.
final class FaultPlan {
    private long calls;
    private long faultyCall = Long.MAX_VALUE;
    private FaultKind kind = FaultKind.ONCE;

    void failAt(long call, FaultKind faultKind) {
        faultyCall = call;
        kind = faultKind;
    }

    long calls() {
        return calls;
    }

    /// Returns whether the call that comes next fails with a part of its effect.
    boolean nextFails() {
        return next(FaultKind.ONCE) || next(FaultKind.FOREVER);
    }

    /// Returns whether the process dies within the call that comes next.
    boolean nextCrashesWithin() {
        return next(FaultKind.CRASH_WITHIN);
    }

    /// Counts a call; returns whether the process dies before it.
    boolean crashesBefore() {
        calls++;
        return calls == faultyCall
                && (kind == FaultKind.CRASH_BEFORE || kind == FaultKind.CRASH_WITHIN);
    }

    /// Fails the call that was counted last, if it is to fail.
    void failIfChosen(String call, String name) throws IOException {
        if ((calls == faultyCall && kind == FaultKind.ONCE)
                || (calls >= faultyCall && kind == FaultKind.FOREVER)) {
            throw new IOException("injected failure of " + call + ' ' + name + ", call " + calls);
        }
    }

    /// Returns whether the process dies after the call that was counted last.
    boolean crashesAfter() {
        return calls == faultyCall && kind == FaultKind.CRASH_AFTER;
    }

    private boolean next(FaultKind expected) {
        boolean forever = expected == FaultKind.FOREVER && calls + 1 > faultyCall;
        return kind == expected && (forever || calls + 1 == faultyCall);
    }
}
