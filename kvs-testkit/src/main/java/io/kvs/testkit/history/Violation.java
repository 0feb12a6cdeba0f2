package io.kvs.testkit.history;

import io.kvs.testkit.history.Action.Get;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An answer that nothing explains.
///
/// @param call the one that was answered so
/// @param possible values that the key can have held meanwhile
/// @param related the calls before that tell of one of these values, or of the one it has found
record Violation(Call call, Set<@Nullable Long> possible, List<Call> related) {
    private static final int TRIED_COUNT_MAX = 16;
    private static final int SHOWN_COUNT_MAX = 10;

    /// Returns what is wrong with the calls on a key, all of which can be explained but the last
    /// answer.
    static Violation of(List<Call> calls) {
        List<Call> others = new ArrayList<>(calls);
        others.sort(Comparator.comparingLong(Call::invoked));
        Call last =
                others.stream()
                        .filter(Call::isAnswered)
                        .max(Comparator.comparingLong(Call::answered))
                        .orElseThrow();
        others.remove(last);
        Set<@Nullable Long> possible = possible(last, others);
        Set<@Nullable Long> values = new LinkedHashSet<>(possible);
        values.add(last.found());
        return new Violation(
                last, possible, others.stream().filter(call -> tellsOf(call, values)).toList());
    }

    /// Returns which of the values that were left last the key can have held during a call.
    private static Set<@Nullable Long> possible(Call call, List<Call> others) {
        Set<@Nullable Long> tried = new LinkedHashSet<>();
        tried.add(null);
        others.reversed().stream()
                .map(Call::left)
                .filter(Objects::nonNull)
                .distinct()
                .limit(TRIED_COUNT_MAX)
                .forEach(tried::add);
        tried.removeIf(value -> !explains(value, call, others));
        return tried;
    }

    private static boolean explains(@Nullable Long value, Call call, List<Call> others) {
        List<Call> calls = new ArrayList<>(others);
        calls.add(
                new Call(
                        call.client(),
                        call.key(),
                        new Get(),
                        call.invoked(),
                        call.answered(),
                        value));
        return new Search(calls).succeeds();
    }

    private static boolean tellsOf(Call call, Set<@Nullable Long> values) {
        return call.isRead()
                ? call.found() != null && values.contains(call.found())
                : values.contains(call.left());
    }

    @Override
    public String toString() {
        String held =
                possible.stream()
                        .map(value -> Objects.toString(value, "nothing"))
                        .collect(Collectors.joining(" or "));
        int hidden = Math.max(0, related.size() - SHOWN_COUNT_MAX);
        return "key "
                + call.key()
                + ": nothing explains the answer to\n  "
                + call
                + "\nThe key can have held "
                + held
                + " then. Of these values tell"
                + (hidden == 0 ? "" : ", after " + hidden + " calls more,")
                + "\n"
                + related.stream()
                        .skip(hidden)
                        .map(call -> "  " + call + "\n")
                        .collect(Collectors.joining());
    }
}
