package io.kvs.testkit.history;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Whether each call of a history can have taken effect at one moment while it was going on, on
/// keys that were absent at first.
///
/// Each key is looked at alone, since a history is linearisable if those of all its objects are: M.
/// Herlihy, J. Wing: Linearizability, a correctness condition for concurrent objects. ACM TOPLAS 12
/// (1990); as a way to check it: A. Horn, D. Kroening: Faster linearizability checking via
/// P-compositionality. FORTE 2015.
public final class Linearizability {
    private Linearizability() {}

    /// Does nothing if a history is linearisable.
    ///
    /// @throws AssertionError it is not; tells the first answer that nothing explains
    public static void check(Collection<Call> history) {
        violation(history)
                .ifPresent(violation -> {
                    throw new AssertionError(violation.toString());
                });
    }

    /// Returns the first answer that nothing explains, of the first key that has one.
    static Optional<Violation> violation(Collection<Call> history) {
        Map<String, List<Call>> keys =
                history.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Call::key, TreeMap::new, Collectors.toList()));
        return keys.values().stream()
                .filter(calls -> !new Search(calls).succeeds())
                .map(Linearizability::first)
                .findFirst();
    }

    /// A history that can be explained can be explained at each earlier moment.
    private static Violation first(List<Call> calls) {
        long[] answers =
                calls.stream()
                        .filter(Call::isAnswered)
                        .mapToLong(Call::answered)
                        .sorted()
                        .toArray();
        int good = 0; // So many answers can be explained,
        int bad = answers.length; // so many cannot.
        while (bad - good > 1) {
            int middle = (good + bad) >>> 1;
            if (new Search(asOf(answers[middle - 1], calls)).succeeds()) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        return Violation.of(asOf(answers[bad - 1], calls));
    }

    private static List<Call> asOf(long moment, List<Call> calls) {
        return calls.stream()
                .filter(call -> call.invoked() < moment)
                .map(call -> call.asOf(moment))
                .toList();
    }
}
