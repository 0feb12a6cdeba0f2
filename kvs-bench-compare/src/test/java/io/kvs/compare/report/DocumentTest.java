package io.kvs.compare.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.compare.data.Scale;
import io.kvs.compare.store.Contender;
import io.kvs.compare.store.Versions;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;

class DocumentTest {
    private static final Scale SCALE = new Scale(1_000_000, 100, 5);
    private static final Scale LARGE_VALUES = new Scale(1_000_000, 1024, 5);

    @TempDir private Path directory;
    private Path target;

    @BeforeEach
    void nameTarget() {
        target = directory.resolve("FIGURES.md");
    }

    @Test
    void readFigures_ofWhatWasAppended_isTheSame() throws IOException {
        Run run = run(SCALE);
        RunFile file = RunFile.create(directory.resolve("a"), run);
        Results results = new Results();

        for (int round = 1; round <= 3; round++) {
            file.append(round, Contender.ROCKSDB_DEFAULT, List.of(rate("fillseq", round * 1e5)));
        }
        file.readFigures(results);

        assertEquals(run, file.readRun());
        assertEquals(
                2e5,
                results.median(Contender.ROCKSDB_DEFAULT, "fillseq", Quantity.RATE).orElseThrow());
        assertEquals(
                "{\"round\":1,\"store\":\"rocksdb-default\",\"workload\":\"fillseq\","
                        + "\"quantity\":\"rate\",\"value\":100000.0,\"unit\":\"1/s\"}",
                Files.readAllLines(file.path()).get(1));
    }

    @Test
    void create_fileIsThere_leavesItAlone() throws IOException {
        RunFile.create(directory.resolve("a"), run(SCALE));

        assertThrows(
                FileAlreadyExistsException.class,
                () -> RunFile.create(directory.resolve("a"), run(SCALE)));
    }

    @Test
    void readFigures_lineIsSomethingElse_namesFileAndLine() throws IOException {
        RunFile file = file("a", SCALE, 1e6);
        for (String line :
                List.of(
                        "hello",
                        "",
                        "{\"round\":1}",
                        "{\"round\":1,\"store\":\"nobody\",\"workload\":\"a\","
                                + "\"quantity\":\"rate\",\"value\":1,\"unit\":\"1/s\"}")) {
            Files.write(file.path(), List.of(line), StandardOpenOption.APPEND);

            Exception e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> file.readFigures(new Results()),
                            line);

            assertTrue(e.getMessage().contains("line 4 of " + file.path()), e.getMessage());
            Files.write(file.path(), Files.readAllLines(file.path()).subList(0, 3));
        }
    }

    @Test
    void new_emptyFile_isRefused() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty"));

        assertThrows(
                IllegalArgumentException.class, () -> new Document(List.of(new RunFile(empty))));
    }

    @Test
    void write_runsOfTwoScales_hasASectionForEach() throws IOException {
        new Document(
                        List.of(
                                file("a", SCALE, 1e6),
                                file("b", LARGE_VALUES, 7e6),
                                file("c", SCALE, 3e6)))
                .write(target);

        String text = Files.readString(target);
        assertTrue(text.contains("| 2.00 M |"), text);
        assertTrue(text.contains("| 7.00 M |"), text);
        assertEquals(
                2, text.lines().filter(line -> line.startsWith("## 1,000,000 keys of 16")).count());
        assertEquals(3, text.lines().filter(line -> line.startsWith("- 2026-01-01T")).count());
    }

    @Test
    void write_noRuns_isTheBeginningOfOurDocument() throws IOException {
        new Document(List.of()).write(target);

        String ours = Files.readString(Path.of("..", "docs", "BENCHMARKS.md"));
        assertTrue(ours.startsWith(Files.readString(target)), "made by another version");
    }

    @Test
    void write_again_isTheSameToTheByte() throws IOException {
        List<RunFile> files = List.of(file("a", SCALE, 1e6));
        Path picture = directory.resolve("figures/1000000x100-reads.svg");

        new Document(files).write(target);
        String text = Files.readString(target);
        String svg = Files.readString(picture);
        new Document(files).write(target);

        assertEquals(text, Files.readString(target));
        assertEquals(svg, Files.readString(picture));
    }

    @Test
    void write_pictures_areWellFormedAndReferredTo() throws Exception {
        new Document(List.of(file("a", SCALE, 1e6))).write(target);

        String text = Files.readString(target);
        try (Stream<Path> pictures = Files.list(directory.resolve("figures"))) {
            for (Path picture : pictures.toList()) {
                assertTrue(text.contains("](figures/" + picture.getFileName() + ")"), text);
                NodeList bars =
                        DocumentBuilderFactory.newDefaultInstance()
                                .newDocumentBuilder()
                                .parse(picture.toFile())
                                .getElementsByTagName("rect");
                assertEquals(2, bars.getLength());
            }
        }
        assertTrue(text.contains("1000000x100-reads.svg"), text);
        assertFalse(text.contains("1000000x100-scans.svg"), text);
    }

    private RunFile file(String name, Scale scale, double rate) throws IOException {
        RunFile file = RunFile.create(directory.resolve(name), run(scale));
        file.append(1, Contender.KVS, List.of(rate("readrandom", rate)));
        file.append(1, Contender.LMDB, List.of(rate("readrandom", rate / 2)));
        return file;
    }

    private static Figure rate(String row, double value) {
        return new Figure(row, Quantity.RATE, value);
    }

    private static Run run(Scale scale) throws IOException {
        Machine machine = new Machine("a processor", 2, 1L << 34, "Linux", "ext4", "25", 0.5);
        return new Run(
                "2026-01-01T12:00",
                machine,
                "-Xmx2g",
                scale,
                3,
                Versions.of(List.of(Contender.KVS, Contender.LMDB)));
    }
}
