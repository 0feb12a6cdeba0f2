package io.kvs.testkit.history;

import io.kvs.testkit.history.Action.Get;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Looks for an order in which the calls on one key can have taken effect.
///
/// How it works. In a configuration, a call may take effect next if no other one that has not was
/// answered before it was made [1]; configurations that were seen are not gone through again [2].
/// This keeps the search short where many clients meet, and misses no order:
///
/// - A call that has changed nothing takes effect as soon as it fits: later is never better.
/// - A value is not replaced while a call must still find it and none can bring it back.
/// - Unanswered calls are tried last, and of equal ones only the first. A configuration counts as
///   seen if one was that differs only in having used fewer of them.
///
/// [1] J. Wing, C. Gong: Testing and verifying concurrent objects. J. Parallel Distrib. Comput. 17
/// (1993). [2] G. Lowe: Testing for linearizability. Concurrency Comput. Pract. Exper. 29 (2017).
final class Search {
    /// Thousands of calls of sixteen clients that all meet on one key take less.
    private static final int CONFIGURATION_COUNT_MAX = 2_000_000;

    /// By the moment at which they were made, both.
    private final List<Call> answered;

    private final List<Call> unanswered;
    private final Values values;

    /// Which unanswered calls had been used when a configuration was seen, by everything else.
    private final Map<Configuration, List<BitSet>> seen = new HashMap<>();

    private int seenCount;

    Search(List<Call> calls) {
        List<Call> sorted = calls.stream().sorted(Comparator.comparingLong(Call::invoked)).toList();
        answered = sorted.stream().filter(Call::isAnswered).toList();
        unanswered =
                sorted.stream()
                        .filter(call -> !call.isAnswered() && !(call.action() instanceof Get))
                        .toList();
        values = new Values(answered, unanswered);
    }

    /// Returns whether there is such an order.
    ///
    /// @throws IllegalStateException it takes too long to find out
    boolean succeeds() {
        Deque<Iterator<Configuration>> path = new ArrayDeque<>();
        path.push(List.of(settle(Configuration.START)).iterator());
        while (!path.isEmpty()) {
            if (!path.element().hasNext()) {
                path.pop();
                continue;
            }
            Configuration next = path.element().next();
            if (next.first() == answered.size()) {
                return true;
            }
            if (isNew(next)) {
                path.push(followers(next).iterator());
            }
        }
        return false;
    }

    private boolean isNew(Configuration configuration) {
        List<BitSet> used =
                seen.computeIfAbsent(configuration.answeredOnly(), _ -> new ArrayList<>());
        if (used.stream().anyMatch(configuration::hasUnanswered)) {
            return false;
        }
        used.add(configuration.unanswered());
        if (++seenCount > CONFIGURATION_COUNT_MAX) {
            throw new IllegalStateException("the calls can be put in too many orders");
        }
        return true;
    }

    /// Returns what may follow, made one after the other when it is asked for.
    private Stream<Configuration> followers(Configuration configuration) {
        Long value = configuration.value();
        return Stream.concat(changes(configuration), unansweredChanges(configuration))
                .filter(next ->
                        Objects.equals(value, next.value()) || !values.isMissed(value, next))
                .map(this::settle);
    }

    private Stream<Configuration> changes(Configuration configuration) {
        Long value = configuration.value();
        return candidates(configuration)
                .filter(i -> !answered.get(i).isRead() && answered.get(i).fits(value))
                .mapToObj(i -> configuration.with(i, answered.get(i).action().after(value)));
    }

    private Stream<Configuration> unansweredChanges(Configuration configuration) {
        Long value = configuration.value();
        long horizon = horizon(configuration);
        Set<Action> tried = new HashSet<>();
        return IntStream.range(0, unanswered.size())
                .takeWhile(i -> unanswered.get(i).invoked() < horizon)
                .filter(i -> !configuration.unanswered().get(i))
                .filter(i -> tried.add(unanswered.get(i).action()))
                .mapToObj(i ->
                        configuration.withUnanswered(i, unanswered.get(i).action().after(value)));
    }

    /// Has all calls take effect that have changed nothing and may be next.
    private Configuration settle(Configuration configuration) {
        Configuration settled = configuration;
        while (true) {
            Configuration before = settled;
            int[] reads =
                    candidates(before)
                            .filter(i -> answered.get(i).isRead())
                            .filter(i -> answered.get(i).fits(before.value()))
                            .toArray();
            if (reads.length == 0) {
                return settled;
            }
            for (int read : reads) {
                settled = settled.with(read, settled.value());
            }
        }
    }

    /// Returns the answered calls that have not taken effect and may be next, by index.
    private IntStream candidates(Configuration configuration) {
        long horizon = horizon(configuration);
        return IntStream.range(configuration.first(), answered.size())
                .takeWhile(i -> answered.get(i).invoked() < horizon)
                .filter(i -> !configuration.has(i));
    }

    /// Returns when the first of the calls that have not taken effect was answered: those made
    /// before may be next.
    private long horizon(Configuration configuration) {
        long horizon = Call.NEVER;
        for (int i = configuration.first(); i < answered.size(); i++) {
            Call call = answered.get(i);
            if (call.invoked() > horizon) {
                break;
            }
            if (!configuration.has(i)) {
                horizon = Math.min(horizon, call.answered());
            }
        }
        return horizon;
    }
}
