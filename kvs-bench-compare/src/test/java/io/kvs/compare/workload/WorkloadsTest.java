package io.kvs.compare.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.data.WrongValueException;
import io.kvs.compare.data.Zipf;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WorkloadsTest {
    private static final long KEYS = 500;
    private static final int VALUE_BYTES = 100;
    private static final double SECONDS = 0.1;

    /// Enough for some inserts however busy the machine is.
    private static final double SECONDS_TO_GROW = 1;

    /// More than it takes to find what is wrong.
    private static final double SECONDS_TO_FAIL = 60;

    private final Entries entries = new Entries(VALUE_BYTES);

    @Test
    void names_ofAll_areDifferent() {
        Set<String> names = new HashSet<>(Workloads.ALL.stream().map(Workload::name).toList());

        assertEquals(Workloads.ALL.size(), names.size());
    }

    @ParameterizedTest
    @MethodSource("all")
    void run_overARightStore_leavesWhatItPromises(Workload workload) throws InterruptedException {
        MemoryStore store = new MemoryStore();
        load(workload, store);

        double seconds = workload.after() == Content.GROWN ? SECONDS_TO_GROW : SECONDS;
        Race race = race(workload, store, seconds);

        assertTrue(race.entries() > 0);
        switch (workload.after()) {
            case LOADED -> assertEquals(KEYS, store.entries.size());
            case GROWN -> assertTrue(store.entries.size() > KEYS);
            case FIRST_KEYS -> assertEquals(race.entries(), store.entries.size());
            case EMPTY, SCRAPS -> {}
        }
    }

    @ParameterizedTest
    @MethodSource("reading")
    void run_valuesOfOtherKeys_isRefused(Workload workload) {
        MemoryStore store =
                new MemoryStore() {
                    @Override
                    public byte @Nullable [] get(byte[] key) {
                        return entries.firstEntry().getValue();
                    }
                };
        load(workload, store);

        Exception e =
                assertThrows(
                        IllegalStateException.class, () -> race(workload, store, SECONDS_TO_FAIL));

        assertInstanceOf(WrongValueException.class, e.getCause());
    }

    @ParameterizedTest
    @MethodSource("reading")
    void run_keysThatAreMissing_isRefused(Workload workload) {
        MemoryStore store =
                new MemoryStore() {
                    @Override
                    public byte @Nullable [] get(byte[] key) {
                        return null;
                    }
                };
        load(workload, store);

        Exception e =
                assertThrows(
                        IllegalStateException.class, () -> race(workload, store, SECONDS_TO_FAIL));

        assertInstanceOf(WrongValueException.class, e.getCause());
    }

    @Test
    void insert_byThreadsThatAreNotEqual_endsBeforeTheFirstGap() {
        MemoryStore store = new MemoryStore();
        Insertions insertions = new Insertions(store, entries, 100, 2);
        Operation first = insertions.atTimes(0, _ -> {});
        Operation second = insertions.atTimes(1, _ -> {});

        for (int turn = 0; turn < 60; turn++) {
            first.run(turn);
        }
        for (int turn = 0; turn < 20; turn++) {
            second.run(turn);
        }

        assertEquals(4, store.entries.size());
        assertEquals(102, insertions.end());
    }

    private static List<Workload> all() {
        return Workloads.ALL;
    }

    private static Stream<Workload> reading() {
        return Stream.of(
                new ReadRandom("readzipf2", 2, Zipf::new, false),
                new ReadAfterOverwriting(),
                new ReadRecent(),
                new ReadModifyWrite(),
                new ReadWhileWriting(),
                new Mixed("ycsb_b", 5));
    }

    private void load(Workload workload, MemoryStore store) {
        if (workload.before() != Content.EMPTY) {
            for (long index = 0; index < KEYS; index++) {
                store.put(entries.key(index), entries.value(index, 0));
            }
        }
    }

    private Race race(Workload workload, MemoryStore store, double seconds)
            throws InterruptedException {
        Scale scale = new Scale(KEYS, VALUE_BYTES, seconds);
        return Race.run(workload.lanes(store, entries, scale), seconds);
    }
}
