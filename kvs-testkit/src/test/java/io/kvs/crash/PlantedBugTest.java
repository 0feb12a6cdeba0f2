package io.kvs.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.testkit.BugHunt;
import io.kvs.testkit.PlantedBug;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The measure of the crash tests: they find a bug that was planted. Here three that are found
/// soon; `bin/kvs-planted-bugs` plants them all.
final class PlantedBugTest {
    private static final Path SOURCES = Path.of("..", "kvs", "src", "main", "java");
    private static final int SEED_COUNT = 200;
    private static final List<String> NAMES =
            List.of(
                    "the log is never synced",
                    "the manifest is renamed before it is synced",
                    "a record is indexed before its checksum was verified");

    static Stream<PlantedBug> bugs() {
        return PlantedBug.all().stream().filter(bug -> NAMES.contains(bug.name()));
    }

    @Test
    void plantedBugs_sourcesOfTheEngine_canTakeThemAll() throws IOException {
        new BugHunt(SOURCES).checkAllFit();
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void crashTests_plantedBug_findIt(PlantedBug bug) throws IOException {
        assertTrue(new BugHunt(SOURCES).find(bug, SEED_COUNT).isPresent(), bug + " was not found");
    }
}
