package io.kvs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.format.FileNames;
import io.kvs.io.RealDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The worked example of FORMAT.md is what the code writes and reads.
final class RunDocumentTest {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
    private static final long STORE = 0x0123456789ABCDEFL;
    private static final byte[] KEY = "key".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER = "kept".getBytes(StandardCharsets.UTF_8);

    @TempDir private Path directory;

    @Test
    void example_written_isTheOneInTheDocument() throws IOException {
        RealDisk disk = new RealDisk(directory);
        Covered part = new Covered(1, 64, 120, 0);
        try (RunWriter writer = new RunWriter(disk, STORE, 2)) {
            writer.add(OTHER, OTHER.length, 0, 96, 6, false, false);
            writer.add(KEY, KEY.length, 0, 64, 5, false, true);
            writer.finish(List.of(part), false);
        }

        byte[] written = Files.readAllBytes(directory.resolve(FileNames.run(2)));
        assertEquals(HEX.formatHex(example()), HEX.formatHex(written));
    }

    @Test
    void example_read_isWhatTheDocumentSays() throws IOException {
        Files.write(directory.resolve(FileNames.run(2)), example());

        try (Run run = Run.open(new RealDisk(directory), STORE, 2)) {
            assertEquals(List.of(new Covered(1, 64, 120, 0)), run.covered());
            assertEquals(2, run.entries());
            assertFinds(run, new RunEntry(KEY, 1, 64, 5, false, true));
            assertFinds(run, new RunEntry(OTHER, 1, 96, 6, false, false));
        }
    }

    private static void assertFinds(Run run, RunEntry entry) throws IOException {
        assertEquals(RandomEntries.text(List.of(entry)), RandomEntries.text(run.find(entry.key())));
    }

    private static byte[] example() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "FORMAT.md"));
        int heading = document.indexOf("## Example of a run");
        assertTrue(heading > 0, "FORMAT.md has no example of a run");
        String section = document.substring(heading, document.indexOf("## History"));
        Matcher lines = Pattern.compile("(?m)^[0-9a-f]{2}( [0-9a-f]{2})*$").matcher(section);
        StringBuilder hex = new StringBuilder();
        while (lines.find()) {
            hex.append(hex.isEmpty() ? "" : " ").append(lines.group());
        }
        return HEX.parseHex(hex);
    }
}
