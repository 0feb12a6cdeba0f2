package io.kvs.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.UnsupportedFormatException;
import io.kvs.marker.EngineMarker;
import io.kvs.testkit.Crash;
import io.kvs.testkit.FaultKind;
import io.kvs.testkit.SimulatedCrash;
import io.kvs.testkit.SimulatedDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The process dies, or the disk fails, at every call while a directory is marked for its engine.
final class EngineMarkerCrashTest {
    private static final String ENGINE = "rocksdb";

    @ParameterizedTest
    @EnumSource(
            value = FaultKind.class,
            names = {"CRASH_BEFORE", "CRASH_WITHIN"})
    void claim_crashAtAnyCall_leavesTheWholeMarkOrNone(FaultKind kind) throws IOException {
        long calls = calls();
        int marked = 0;
        int unmarked = 0;
        for (long call = 1; call <= calls; call++) {
            for (Crash crash : crashes(call)) {
                SimulatedDisk disk = new SimulatedDisk(call);
                disk.failAt(call, kind);
                assertThrows(SimulatedCrash.class, () -> new EngineMarker(disk).claim(ENGINE));
                SimulatedDisk left = disk.crash(crash);
                if (new EngineMarker(left).owner() == null) {
                    unmarked++;
                } else {
                    assertEquals(ENGINE, new EngineMarker(left).owner());
                    marked++;
                }
                new EngineMarker(left).claim(ENGINE);
                assertEquals(ENGINE, new EngineMarker(left).owner());
            }
        }
        assertTrue(marked > 0 && unmarked > 0, marked + " marked, " + unmarked + " not");
    }

    @Test
    void claim_returned_survivesEveryCrash() throws IOException {
        for (Crash crash : crashes(0)) {
            SimulatedDisk disk = new SimulatedDisk(1);
            new EngineMarker(disk).claim(ENGINE);
            EngineMarker left = new EngineMarker(disk.crash(crash));
            assertEquals(ENGINE, left.owner(), crash.toString());
            assertThrows(UnsupportedFormatException.class, () -> left.require("kvs"));
        }
    }

    @Test
    void claim_anyCallFails_saysSoAndCanBeTriedAgain() throws IOException {
        for (long call = 1; call <= calls(); call++) {
            SimulatedDisk disk = new SimulatedDisk(call);
            disk.failAt(call, FaultKind.ONCE);
            assertThrows(IOException.class, () -> new EngineMarker(disk).claim(ENGINE));
            if (!disk.hasFailedClose()) {
                assertEquals(List.of(), disk.openHandles());
            }
            new EngineMarker(disk.crash(Crash.kill())).claim(ENGINE);
        }
    }

    private static long calls() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        new EngineMarker(disk).claim(ENGINE);
        return disk.calls();
    }

    private static List<Crash> crashes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Crash> crashes =
                new ArrayList<>(
                        List.of(
                                Crash.kill(),
                                Crash.powerCutLosingAll(),
                                Crash.powerCutKeepingAll()));
        for (int i = 0; i < 8; i++) {
            crashes.add(Crash.powerCut(random));
            crashes.add(Crash.powerCut(random).withAnyDirectoryOrder());
        }
        return crashes;
    }
}
