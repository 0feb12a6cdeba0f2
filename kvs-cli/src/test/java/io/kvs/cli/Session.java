package io.kvs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs commands in this process and keeps what they print.
final class Session implements Surroundings {
    private final Map<String, String> variables = new HashMap<>();
    private byte[] input = {};
    private OutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private boolean watched;

    Session(Path directory) {
        variables.put("KVS_DATA_DIR", directory.toString());
    }

    /// Runs a command; returns its exit code.
    int run(String... arguments) {
        if (out instanceof ByteArrayOutputStream bytes) {
            bytes.reset();
        }
        err.reset();
        return Main.run(arguments, this);
    }

    /// Runs a command that must succeed and be silent on standard error; returns what it printed.
    byte[] done(String... arguments) {
        assertEquals(ExitCode.DONE, run(arguments), this::errors);
        assertEquals("", errors());
        return ((ByteArrayOutputStream) out).toByteArray();
    }

    /// Does the same and returns text.
    String doneText(String... arguments) {
        return new String(done(arguments), StandardCharsets.UTF_8);
    }

    /// Runs a command that must fail with this exit code; returns the one line it printed.
    String failed(int exitCode, String... arguments) {
        assertEquals(exitCode, run(arguments), this::errors);
        String line = errors();
        assertEquals(line.length() - 1, line.indexOf('\n'), line);
        assertEquals(-1, line.indexOf("io.kvs"), line);
        assertEquals(-1, line.indexOf("Exception"), line);
        return line.strip();
    }

    /// Does the same for a command that must have printed nothing else.
    String failedSilently(int exitCode, String... arguments) {
        String line = failed(exitCode, arguments);
        assertEquals("", output());
        return line;
    }

    String output() {
        return out.toString();
    }

    String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    Session with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    Session reading(byte[] bytes) {
        input = bytes;
        return this;
    }

    Session reading(String text) {
        return reading(text.getBytes(StandardCharsets.UTF_8));
    }

    Session writingTo(OutputStream target) {
        out = target;
        return this;
    }

    Session watched() {
        watched = true;
        return this;
    }

    @Override
    public InputStream in() {
        return new ByteArrayInputStream(input);
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public OutputStream err() {
        return err;
    }

    @Override
    public @Nullable String variable(String name) {
        return variables.get(name);
    }

    @Override
    public boolean isWatched() {
        return watched;
    }
}
