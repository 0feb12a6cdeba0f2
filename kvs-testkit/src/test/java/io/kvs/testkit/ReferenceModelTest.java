package io.kvs.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Durability;
import io.kvs.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ReferenceModelTest {
    private final ReferenceModel model = new ReferenceModel();

    @Test
    void allows_afterKill_allAcknowledgedOnly() {
        set("a", "1", Durability.PROCESS);
        set("a", "2", Durability.PROCESS);
        set("b", "1", Durability.PROCESS);

        assertTrue(model.allows(Crash.Kind.KILL, state("a", "2", "b", "1")));
        assertFalse(model.allows(Crash.Kind.KILL, state("a", "2")));
        assertFalse(model.allows(Crash.Kind.KILL, state("a", "1", "b", "1")));
    }

    @Test
    void allows_afterKillWithinAChange_itOrNot() {
        set("a", "1", Durability.PROCESS);
        begin("a", "2");

        assertTrue(model.allows(Crash.Kind.KILL, state("a", "1")));
        assertTrue(model.allows(Crash.Kind.KILL, state("a", "2")));
        assertFalse(model.allows(Crash.Kind.KILL, state("a", "3")));
        assertFalse(model.allows(Crash.Kind.KILL, state()));
    }

    @Test
    void allows_afterKillWithinABatch_wholeOnly() {
        model.begin(List.of(operation("a", "1"), operation("b", "1")));

        assertTrue(model.allows(Crash.Kind.KILL, state()));
        assertTrue(model.allows(Crash.Kind.KILL, state("a", "1", "b", "1")));
        assertFalse(model.allows(Crash.Kind.KILL, state("a", "1")));
        assertFalse(model.allows(Crash.Kind.POWER_CUT, state("b", "1")));
    }

    @Test
    void allows_afterPowerCut_everyPrefixFromTheLastSyncedChange() {
        set("a", "1", Durability.PROCESS);
        set("a", "2", Durability.SYNC);
        set("b", "1", Durability.PROCESS);
        remove("a");

        assertFalse(model.allows(Crash.Kind.POWER_CUT, state("a", "1")));
        assertTrue(model.allows(Crash.Kind.POWER_CUT, state("a", "2")));
        assertTrue(model.allows(Crash.Kind.POWER_CUT, state("a", "2", "b", "1")));
        assertTrue(model.allows(Crash.Kind.POWER_CUT, state("b", "1")));
        assertFalse(model.allows(Crash.Kind.POWER_CUT, state()));
    }

    @Test
    void allows_afterPowerCut_undecidedChangeInTheMiddle() {
        begin("a", "1");
        set("b", "1", Durability.SYNC);

        assertTrue(model.allows(Crash.Kind.POWER_CUT, state("b", "1")));
        assertTrue(model.allows(Crash.Kind.POWER_CUT, state("a", "1", "b", "1")));
        assertFalse(model.allows(Crash.Kind.POWER_CUT, state("a", "1")));
    }

    @Test
    void recovered_afterKill_keepsWhatIsNotDurableUndecidedForAPowerCut() {
        set("a", "1", Durability.SYNC);
        set("a", "2", Durability.PROCESS);
        begin("a", "3");

        model.recovered(Crash.Kind.KILL, state("a", "3"));

        assertFalse(model.allows(Crash.Kind.KILL, state("a", "2")));
        assertTrue(model.allows(Crash.Kind.POWER_CUT, state("a", "1")));
        assertTrue(model.allows(Crash.Kind.POWER_CUT, state("a", "2")));
    }

    @Test
    void recovered_changeDidNotHappen_neverHappensLater() {
        set("a", "1", Durability.SYNC);
        begin("a", "2");

        model.recovered(Crash.Kind.KILL, state("a", "1"));

        assertFalse(model.allows(Crash.Kind.KILL, state("a", "2")));
        assertFalse(model.allows(Crash.Kind.POWER_CUT, state("a", "2")));
    }

    @Test
    void recovered_afterPowerCut_isDurable() {
        set("a", "1", Durability.PROCESS);
        set("a", "2", Durability.PROCESS);

        model.recovered(Crash.Kind.POWER_CUT, state("a", "1"));

        assertTrue(model.allows(Crash.Kind.POWER_CUT, state("a", "1")));
        assertFalse(model.allows(Crash.Kind.POWER_CUT, state("a", "2")));
        assertFalse(model.allows(Crash.Kind.POWER_CUT, state()));
    }

    @Test
    void recovered_wrongState_namesTheDifferences() {
        set("a", "1", Durability.SYNC);

        AssertionError e =
                assertThrows(
                        AssertionError.class,
                        () -> model.recovered(Crash.Kind.POWER_CUT, state("a", "2")));

        assertTrue(
                String.valueOf(e.getMessage()).contains("key x61 should have x31, has x32"),
                e.getMessage());
    }

    @Test
    void refuse_changeLeavesNothing() {
        begin("a", "1");
        model.refuse();

        assertTrue(model.allows(Crash.Kind.KILL, state()));
        assertFalse(model.allows(Crash.Kind.KILL, state("a", "1")));
    }

    @Test
    void allows_valueOfARunningStore_newestOrUndecided() {
        set("a", "1", Durability.SYNC);
        set("a", "2", Durability.PROCESS);
        begin("a", "3");

        assertTrue(model.allows(bytes("a"), Optional.of(bytes("3"))));
        assertTrue(model.allows(bytes("a"), Optional.of(bytes("2"))));
        assertFalse(model.allows(bytes("a"), Optional.of(bytes("1"))));
        assertFalse(model.allows(bytes("a"), Optional.empty()));
        assertTrue(model.allows(bytes("b"), Optional.empty()));
        assertEquals(List.of("2"), List.of(text(model.state().get(bytes("a")))));
    }

    private void set(String key, String value, Durability durability) {
        begin(key, value);
        model.acknowledge(durability);
    }

    private void remove(String key) {
        begin(key, null);
        model.acknowledge(Durability.PROCESS);
    }

    @Test
    void allows_expiredValue_isAbsentAndHidesTheOlderOne() {
        set("a", "1", Durability.SYNC);
        Duration second = Duration.ofSeconds(1);
        model.begin(List.of(new WriteBatch.Operation(bytes("a"), bytes("2"), second)));
        model.acknowledge(Durability.PROCESS);
        ReferenceModel before = model.copy();
        NavigableMap<byte[], StoredValue> expiring = state();
        long expiryMillis = model.clock().instant().plus(second).toEpochMilli();
        expiring.put(bytes("a"), new StoredValue(bytes("2"), expiryMillis));
        assertTrue(model.allows(Crash.Kind.KILL, expiring));
        assertFalse(model.allows(Crash.Kind.KILL, state("a", "2")));

        model.clock().move(second);

        assertTrue(model.allows(Crash.Kind.KILL, state()));
        assertFalse(model.allows(Crash.Kind.KILL, state("a", "1")));
        assertFalse(model.allows(Crash.Kind.KILL, expiring));
        assertTrue(model.allows(Crash.Kind.POWER_CUT, state("a", "1")));
        assertTrue(model.allows(bytes("a"), Optional.empty()));
        assertFalse(model.allowsAny(bytes("a")));
        assertTrue(model.state().isEmpty());
        assertEquals(1, model.hiddenMax(state()));
        assertTrue(before.allows(bytes("a"), Optional.of(bytes("2"))));
    }

    private void begin(String key, @Nullable String value) {
        model.begin(List.of(operation(key, value)));
    }

    private static WriteBatch.Operation operation(String key, @Nullable String value) {
        return new WriteBatch.Operation(bytes(key), value == null ? null : bytes(value));
    }

    private static NavigableMap<byte[], StoredValue> state(String... keysAndValues) {
        NavigableMap<byte[], StoredValue> state = ReferenceModel.newState();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            state.put(bytes(keysAndValues[i]), new StoredValue(bytes(keysAndValues[i + 1])));
        }
        return state;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
