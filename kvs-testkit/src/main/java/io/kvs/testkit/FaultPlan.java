package io.kvs.testkit;

import java.io.IOException;
import java.util.Set;

/// Counts the calls of a disk and chooses the one that fails.
final class FaultPlan {
    private long calls;
    private long faultyCall = Long.MAX_VALUE;
    private FaultKind kind = FaultKind.ONCE;
    private Set<String> chosenNames = Set.of();
    private int chosenLeft;

    void failAt(long call, FaultKind faultKind) {
        faultyCall = call;
        kind = faultKind;
        chosenLeft = 0;
    }

    void failAtCallOf(Set<String> names, int count, FaultKind faultKind) {
        faultyCall = Long.MAX_VALUE;
        kind = faultKind;
        chosenNames = names;
        chosenLeft = count;
    }

    long calls() {
        return calls;
    }

    /// Returns whether the call that comes next fails with a part of its effect.
    boolean nextFails() {
        return next(FaultKind.ONCE) || next(FaultKind.FOREVER);
    }

    /// Returns whether the process dies within the call that comes next.
    boolean nextCrashesWithin(String call) {
        boolean chosen = chosenLeft == 1 && chosenNames.contains(call);
        return next(FaultKind.CRASH_WITHIN) || chosen && kind == FaultKind.CRASH_WITHIN;
    }

    /// Counts a call; returns whether the process dies before it.
    boolean crashesBefore(String call) {
        calls++;
        if (chosenLeft > 0 && chosenNames.contains(call) && --chosenLeft == 0) {
            faultyCall = calls;
        }
        return calls == faultyCall
                && (kind == FaultKind.CRASH_BEFORE || kind == FaultKind.CRASH_WITHIN);
    }

    /// Returns whether the call that was counted last is to fail.
    boolean failsNow() {
        return (calls == faultyCall && kind == FaultKind.ONCE)
                || (calls >= faultyCall && kind == FaultKind.FOREVER);
    }

    /// Fails the call that was counted last, if it is to fail.
    void failIfChosen(String call, String name) throws IOException {
        if (failsNow()) {
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
