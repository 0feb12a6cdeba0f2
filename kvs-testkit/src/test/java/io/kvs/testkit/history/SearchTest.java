package io.kvs.testkit.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.testkit.history.Action.CompareAndSet;
import io.kvs.testkit.history.Action.Get;
import io.kvs.testkit.history.Action.Increment;
import io.kvs.testkit.history.Action.Remove;
import io.kvs.testkit.history.Action.Set;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The search for an order, on histories made from one seed: `-Dkvs.seed=`.
final class SearchTest {
    private static final long SEED = Long.getLong("kvs.seed", 1);
    private static final int SHORT_HISTORY_COUNT = 20_000;
    private static final int LONG_HISTORY_CALL_COUNT = 4_000;

    /// Few values and no care for what is answered: about half of these can be explained.
    @Test
    void succeeds_shortHistories_isAsEveryOrderSays() {
        SplittableRandom random = new SplittableRandom(SEED);
        int explained = 0;
        for (int i = 0; i < SHORT_HISTORY_COUNT; i++) {
            List<Call> calls = shortHistory(random);
            boolean expected = EveryOrder.explains(calls);
            assertEquals(expected, new Search(calls).succeeds(), () -> "seed " + SEED + calls);
            explained += expected ? 1 : 0;
        }
        assertTrue(explained > SHORT_HISTORY_COUNT / 10, "explained: " + explained);
        assertTrue(explained < SHORT_HISTORY_COUNT * 9 / 10, "explained: " + explained);
    }

    private static List<Call> shortHistory(SplittableRandom random) {
        int count = random.nextInt(2, 8);
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Action action = action(random);
            long invoked = 100L * random.nextInt(1, 8) + i;
            calls.add(
                    random.nextInt(3) == 0
                            ? Call.unanswered(i, "k", action, invoked)
                            : new Call(
                                    i,
                                    "k",
                                    action,
                                    invoked,
                                    invoked + 100L * random.nextInt(1, 5) + 10,
                                    action.answer(value(random))));
        }
        return calls;
    }

    private static Action action(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0, 1 -> new Get();
            case 2 -> new Set(random.nextInt(1, 4));
            case 3 -> new Remove();
            case 4 -> new CompareAndSet(value(random), value(random));
            default -> new Increment();
        };
    }

    private static Long value(SplittableRandom random) {
        int value = random.nextInt(4);
        return value == 0 ? null : Long.valueOf(value);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 16})
    void succeeds_longHistories_findsTheirOrder(int clientCount) {
        List<Call> calls = SimulatedHistory.calls(SEED, clientCount, LONG_HISTORY_CALL_COUNT);
        assertTrue(new Search(calls).succeeds(), () -> "seed " + SEED);
    }

    /// The value that nobody ever read before is one that was replaced long ago.
    @ParameterizedTest
    @ValueSource(ints = {2, 8, 16})
    void succeeds_longHistoriesWithAStaleRead_findsNone(int clientCount) {
        List<Call> calls = SimulatedHistory.calls(SEED, clientCount, LONG_HISTORY_CALL_COUNT);
        Call old =
                calls.stream()
                        .filter(call -> call.isAnswered() && call.action() instanceof Set)
                        .findFirst()
                        .orElseThrow();
        Call last = calls.stream().filter(Call::isAnswered).reduce((_, next) -> next).orElseThrow();
        calls.add(
                new Call(
                        clientCount,
                        "k",
                        new Get(),
                        last.answered() + 1_000_000,
                        last.answered() + 2_000_000,
                        old.left()));
        assertFalse(new Search(calls).succeeds(), () -> "seed " + SEED);
    }
}
