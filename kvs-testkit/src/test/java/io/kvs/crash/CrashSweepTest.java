package io.kvs.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.testkit.CheckedStore;
import io.kvs.testkit.Crash;
import io.kvs.testkit.FaultKind;
import io.kvs.testkit.ReferenceModel;
import io.kvs.testkit.SimulatedCrash;
import io.kvs.testkit.SimulatedDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Not at random but everywhere: the process dies at every call of a fixed workload, and the
/// recovery from it dies at each of its calls once more.
///
/// By default the recovery dies again only after some of the deaths, and single units are lost or
/// kept only where there are few; with `-Dkvs.full=true` far more often.
final class CrashSweepTest {
    private static final boolean FULL = Boolean.getBoolean("kvs.full");

    /// One workload that compacts and merges runs, and one that compacts more.
    private static final List<Long> SEEDS = List.of(102L, 28L);

    private static final int UNITS_MAX = FULL ? 40 : 4;
    private static final int NESTED_PERIOD = FULL ? 10 : 500;
    private static final List<FaultKind> DEATHS =
            List.of(FaultKind.CRASH_BEFORE, FaultKind.CRASH_WITHIN, FaultKind.CRASH_AFTER);

    private final AtomicLong recoveries = new AtomicLong();

    static List<Long> seeds() {
        return SEEDS;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void open_afterDeathAtEveryCall_holdsWhatItMust(long seed) {
        Workload workload = new Workload(seed);
        long calls = workload.countCalls();
        assertTrue(calls > 500, () -> "only " + calls + " calls");

        Sweep.forEach(
                1,
                calls,
                call -> {
                    for (FaultKind death : DEATHS) {
                        dieAt(workload, call, death);
                    }
                });

        System.out.println(recoveries + " recoveries after deaths at " + calls + " calls");
    }

    @Test
    void workloads_makeRunsInEveryWay() throws IOException {
        Set<Workload.RunKind> kinds = EnumSet.noneOf(Workload.RunKind.class);
        for (long seed : SEEDS) {
            kinds.addAll(new Workload(seed).runKinds());
        }
        assertEquals(EnumSet.allOf(Workload.RunKind.class), kinds);
    }

    private void dieAt(Workload workload, long call, FaultKind death) {
        SimulatedDisk disk = workload.newDisk();
        ReferenceModel model = workload.runUntil(disk, call, death);
        for (Crash crash : crashes(disk)) {
            String where =
                    "SEED=" + workload.seed() + " STEP=" + call + ' ' + death + " CRASH=" + crash;
            try {
                recover(workload, disk.copy().crash(crash), model, crash.kind());
                if (call % NESTED_PERIOD == 0 && crash.exception() < 0) {
                    dieInRecovery(workload, disk, model, crash);
                }
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(where + ": " + e, e);
            }
        }
        disk.discard();
    }

    private static List<Crash> crashes(SimulatedDisk disk) {
        List<Crash> crashes = new ArrayList<>();
        crashes.add(Crash.kill());
        crashes.add(Crash.powerCutLosingAll());
        crashes.add(Crash.powerCutKeepingAll());
        int units = disk.unsyncedUnits(512);
        for (int unit = 0; unit < units && units <= UNITS_MAX; unit++) {
            crashes.add(Crash.powerCutLosingAll().exceptUnit(unit));
            crashes.add(Crash.powerCutKeepingAll().exceptUnit(unit));
        }
        return crashes;
    }

    /// Opens the store twice, so that what the first opening changed is seen as well.
    private long recover(
            Workload workload, SimulatedDisk disk, ReferenceModel model, Crash.Kind worst) {
        recoveries.incrementAndGet();
        CheckedStore store = workload.newStore(disk, model.copy());
        store.open(worst);
        long calls = disk.calls();
        store.close();
        store.open(Crash.Kind.KILL);
        store.close();
        disk.discard();
        return calls;
    }

    private void dieInRecovery(
            Workload workload, SimulatedDisk disk, ReferenceModel model, Crash crash) {
        long calls = recover(workload, disk.copy().crash(crash), model, crash.kind());
        for (long call = 1; call <= calls; call++) {
            for (FaultKind death : DEATHS) {
                for (Crash second :
                        List.of(
                                Crash.kill(),
                                Crash.powerCutLosingAll(),
                                Crash.powerCutKeepingAll())) {
                    SimulatedDisk dying = disk.copy().crash(crash);
                    CheckedStore store = workload.newStore(dying, model.copy());
                    dying.failAt(call, death);
                    try {
                        store.open(crash.kind());
                    } catch (SimulatedCrash _) {
                        store.abandon();
                    }
                    Crash.Kind worst =
                            crash.kind() == Crash.Kind.KILL ? second.kind() : crash.kind();
                    recover(workload, dying.crash(second), store.model(), worst);
                }
            }
        }
    }
}
