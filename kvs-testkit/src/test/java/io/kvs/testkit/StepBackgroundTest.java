package io.kvs.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.io.Background;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class StepBackgroundTest {
    private final StepBackground background = new StepBackground();
    private final List<String> steps = new ArrayList<>();

    @Test
    void runAll_runsWokenWorkersOnce() {
        Background.Worker a = start("a");
        start("b");
        a.wake();
        a.wake();

        background.runAll();

        assertEquals(List.of("a"), steps);
    }

    @Test
    void runAll_stepThatWakesAnother_runsItToo() {
        Background.Worker b = start("b");
        background.start("a", Duration.ofDays(1), b::wake).wake();

        background.runAll();

        assertEquals(List.of("b"), steps);
    }

    @Test
    void runAll_workThatNeverEnds_isAnError() {
        List<Background.Worker> self = new ArrayList<>();
        self.add(background.start("a", Duration.ofDays(1), () -> self.getFirst().wake()));
        self.getFirst().wake();

        assertThrows(AssertionError.class, background::runAll);
    }

    @Test
    void runOne_picksByTheSeed() {
        for (int i = 0; i < 2; i++) {
            SplittableRandom random = new SplittableRandom(5);
            Background.Worker a = start("a");
            Background.Worker b = start("b");
            for (int step = 0; step < 50; step++) {
                a.wake();
                b.wake();
                assertTrue(background.runOne(random));
            }
            a.close();
            b.close();
        }
        assertEquals(steps.subList(0, 50), steps.subList(50, 100));
        assertTrue(steps.contains("a") && steps.contains("b"));
    }

    @Test
    void close_dropsTheWorker() {
        Background.Worker a = start("a");
        a.wake();
        a.close();

        background.runPeriod();

        assertEquals(List.of(), steps);
        assertEquals(List.of(), background.names());
    }

    @Test
    void step_thatThrows_reachesTheTest() {
        background
                .start(
                        "a",
                        Duration.ofDays(1),
                        () -> {
                            throw new SimulatedCrash("now");
                        })
                .wake();

        assertThrows(SimulatedCrash.class, background::runAll);
    }

    private Background.Worker start(String name) {
        return background.start(name, Duration.ofDays(1), () -> steps.add(name));
    }
}
