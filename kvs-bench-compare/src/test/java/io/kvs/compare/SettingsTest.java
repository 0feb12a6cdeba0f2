package io.kvs.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.compare.report.RunFile;
import io.kvs.compare.store.Contender;
import io.kvs.compare.workload.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
    @TempDir private Path directory;

    @Test
    void parse_nothing_asksForEverythingButCompression() {
        Settings settings = Settings.parse(new String[0]);

        assertEquals(Contender.uncompressed(), settings.contenders());
        assertEquals(Contender.values().length - 4, settings.contenders().size());
        assertEquals(Workloads.ALL, settings.workloads());
        assertEquals(EnumSet.allOf(Occasion.class), settings.occasions());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--stores nobody",
                "--workloads fillseq,fly",
                "--rounds 0",
                "--keys many",
                "--keys",
                "--faster yes",
                "--report no-such-directory/REPORT.md"
            })
    void parse_wrongArgument_isRefused(String arguments) {
        assertThrows(IllegalArgumentException.class, () -> Settings.parse(arguments.split(" ")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "report",
                "report --to A",
                "report no-such-file --to A",
                "report no-such-file"
            })
    void redraw_wrongArgument_isRefused(String arguments) {
        assertThrows(IllegalArgumentException.class, () -> Redraw.parse(arguments.split(" ")));
    }

    @Test
    void redraw_filesAndDocument_areInOrder() throws IOException {
        Path second = Files.createFile(directory.resolve("b"));
        Path first = Files.createFile(directory.resolve("c"));

        Redraw redraw =
                Redraw.parse(
                        new String[] {
                            "report", first.toString(), second.toString(), "--to", "A.md"
                        });

        assertEquals(List.of(first, second), redraw.files().stream().map(RunFile::path).toList());
        assertTrue(redraw.target().isAbsolute());
    }
}
