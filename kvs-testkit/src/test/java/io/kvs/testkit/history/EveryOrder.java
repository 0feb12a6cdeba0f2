package io.kvs.testkit.history;

import java.util.ArrayList;
import java.util.List;

/// Explains a short history by going through every order of its calls.
final class EveryOrder {
    private EveryOrder() {}

    static boolean explains(List<Call> calls) {
        return explains(calls, null);
    }

    private static boolean explains(List<Call> left, Long value) {
        if (left.stream().noneMatch(Call::isAnswered)) {
            return true;
        }
        long horizon = left.stream().mapToLong(Call::answered).min().orElseThrow();
        for (Call call : left) {
            if (call.invoked() < horizon && call.fits(value)) {
                List<Call> rest = new ArrayList<>(left);
                rest.remove(call);
                if (explains(rest, call.action().after(value))) {
                    return true;
                }
            }
        }
        return false;
    }
}
