package io.kvs.testkit.history;

import static io.kvs.testkit.history.Calls.compareAndSet;
import static io.kvs.testkit.history.Calls.get;
import static io.kvs.testkit.history.Calls.increment;
import static io.kvs.testkit.history.Calls.remove;
import static io.kvs.testkit.history.Calls.set;
import static io.kvs.testkit.history.Calls.unanswered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kvs.testkit.history.Action.CompareAndSet;
import io.kvs.testkit.history.Action.Increment;
import io.kvs.testkit.history.Action.Remove;
import io.kvs.testkit.history.Action.Set;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LinearizabilityTest {

    @Test
    void empty_isAccepted() {
        assertAccepted();
    }

    @Test
    void callsOneAfterTheOther_areAccepted() {
        assertAccepted(
                get(1, 2, null),
                remove(3, 4, false),
                compareAndSet(5, 6, null, 1L, true),
                compareAndSet(7, 8, null, 2L, false),
                get(9, 10, 1L),
                increment(11, 12, 2),
                compareAndSet(13, 14, 2L, null, true),
                get(15, 16, null),
                increment(17, 18, 1),
                set(19, 20, 7),
                remove(21, 22, true),
                get(23, 24, null));
    }

    @Test
    void readsBesideAWrite_ofTheOldAndThenTheNewValue_areAccepted() {
        assertAccepted(set(1, 2, 1), set(3, 10, 2), get(4, 5, 1L), get(6, 7, 2L), get(8, 9, 2L));
    }

    @Test
    void writesThatOverlap_inAnyOrder_areAccepted() {
        assertAccepted(set(1, 4, 1), set(2, 3, 2), get(5, 6, 1L));
        assertAccepted(set(1, 4, 1), set(2, 3, 2), get(5, 6, 2L));
    }

    @Test
    void unansweredWrite_thatTakesEffectLateOrNever_isAccepted() {
        assertAccepted(set(1, 2, 1), unanswered(3, new Set(2)), get(4, 5, 1L), get(6, 7, 2L));
        assertAccepted(set(1, 2, 1), unanswered(3, new Set(2)), get(4, 5, 1L), get(6, 7, 1L));
        assertAccepted(set(1, 2, 1), unanswered(3, new Remove()), get(4, 5, 1L), get(6, 7, null));
        assertAccepted(increment(1, 2, 1), unanswered(3, new Increment()), increment(4, 5, 3));
        assertAccepted(increment(1, 2, 1), unanswered(3, new Increment()), increment(4, 5, 2));
    }

    @Test
    void unansweredWrite_thatOnlyTheNextCallTellsOf_isAccepted() {
        assertAccepted(unanswered(1, new Set(1)), remove(2, 3, true));
        assertAccepted(set(1, 2, 1), unanswered(3, new CompareAndSet(1L, 2L)), increment(4, 5, 3));
    }

    @Test
    void keys_areIndependent() {
        Linearizability.check(
                List.of(set(1, 2, 1), new Call(0, "other", new Action.Get(), 3, 4, null)));
    }

    @Test
    void staleRead_isRejected() {
        assertRejected(get(5, 6, 1L), set(1, 2, 1), set(3, 4, 2));
    }

    @Test
    void valueNeverWritten_isRejected() {
        assertRejected(get(3, 4, 9L), set(1, 2, 1));
    }

    @Test
    void valueReadBeforeItIsWritten_isRejected() {
        assertRejected(get(1, 2, 1L), set(3, 4, 1));
    }

    @Test
    void lostUpdate_isRejected() {
        assertRejected(
                compareAndSet(4, 6, 1L, 3L, true), set(1, 2, 1), compareAndSet(3, 5, 1L, 2L, true));
    }

    @Test
    void incrementAppliedTwice_isRejected() {
        assertRejected(increment(3, 4, 3), increment(1, 2, 1));
    }

    @Test
    void unansweredIncrementAppliedTwice_isRejected() {
        assertRejected(
                get(6, 7, 3L), increment(1, 2, 1), unanswered(3, new Increment()), get(4, 5, 2L));
    }

    @Test
    void incrementsWithTheSameSum_areRejected() {
        assertRejected(increment(2, 4, 1), increment(1, 3, 1));
    }

    @Test
    void valueAfterItWasRemoved_isRejected() {
        assertRejected(get(5, 6, 1L), set(1, 2, 1), remove(3, 4, true));
    }

    @Test
    void removedTwice_isRejected() {
        assertRejected(remove(4, 6, true), set(1, 2, 1), remove(3, 5, true));
    }

    @Test
    void valueThatComesGoesAndComesAgain_isRejected() {
        assertRejected(get(6, 7, 1L), set(1, 2, 1), set(3, 10, 2), get(4, 5, 2L), get(8, 9, 2L));
    }

    @Test
    void unansweredWriteThatComesGoesAndComesAgain_isRejected() {
        assertRejected(
                get(8, 9, 2L),
                set(1, 2, 1),
                unanswered(3, new Set(2)),
                get(4, 5, 2L),
                set(6, 7, 3));
    }

    @Test
    void answeredWriteLostByAKill_isRejected() {
        assertRejected(
                get(8, 9, 1L),
                set(1, 2, 1),
                set(3, 4, 2),
                unanswered(5, new Remove()),
                unanswered(6, new Set(3)),
                unanswered(7, new CompareAndSet(1L, 4L)));
    }

    @Test
    void answeredRemovalLostByAKill_isRejected() {
        assertRejected(
                remove(7, 8, true), set(1, 2, 1), remove(3, 4, true), unanswered(5, new Remove()));
    }

    @Test
    void readsOfTwoClientsThatDisagreeOnTheOrder_areRejected() {
        assertRejected(get(9, 10, 1L), set(1, 11, 1), set(2, 12, 2), get(3, 4, 1L), get(5, 6, 2L));
    }

    @Test
    void setIfAbsent_whereSomethingWas_isRejected() {
        assertRejected(compareAndSet(3, 4, null, 2L, true), set(1, 2, 1));
    }

    @Test
    void compareAndSet_refusedThoughNothingElseWasThere_isRejected() {
        assertRejected(compareAndSet(3, 4, 1L, 2L, false), set(1, 2, 1));
    }

    @Test
    void violation_tellsWhatTheKeyCanHaveHeldAndWhy() {
        AssertionError error =
                assertThrows(
                        AssertionError.class,
                        () ->
                                Linearizability.check(
                                        List.of(
                                                set(1, 2, 1),
                                                set(3, 6, 2),
                                                unanswered(4, new Remove()),
                                                set(5, 7, 3),
                                                get(8, 9, 1L),
                                                get(10, 11, 7L))));
        assertEquals(
                """
                key k: nothing explains the answer to
                  client 0, from 8 to 9: get -> 1
                The key can have held nothing or 3 or 2 then. Of these values tell
                  client 0, from 1 to 2: set 1
                  client 0, from 3 to 6: set 2
                  client 0, from 4, outcome unknown: remove
                  client 0, from 5 to 7: set 3
                """,
                error.getMessage());
    }

    private static void assertAccepted(Call... calls) {
        Linearizability.check(List.of(calls));
    }

    /// Asserts that calls can be explained, and not any more together with another one.
    private static void assertRejected(Call wrong, Call... calls) {
        assertAccepted(calls);
        List<Call> all = new ArrayList<>(List.of(calls));
        all.add(wrong);
        assertEquals(wrong, Linearizability.violation(all).orElseThrow().call());
    }
}
