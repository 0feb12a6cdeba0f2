package io.kvs.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The program `kvs`.
public final class Main {
    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] arguments) {
        int exitCode = run(arguments, new ProcessSurroundings("kvs"));
        if (exitCode != ExitCode.DONE) {
            // An exit would first load what logs exits, which takes half as long as the whole
            // command.
            Runtime.getRuntime().halt(exitCode);
        }
    }

    /// Runs one command; returns the exit code.
    static int run(String[] arguments, Surroundings surroundings) {
        try {
            KeyCommand plain = KeyCommand.parse(arguments, surroundings);
            return plain != null
                    ? plain.run(surroundings)
                    : FullCommandLine.run(arguments, surroundings);
        } catch (Throwable e) {
            return Report.failure(e, surroundings);
        }
    }

    /// Writes to standard output.
    static void write(byte[] output, Surroundings surroundings) {
        try {
            surroundings.out().write(output);
        } catch (IOException e) {
            throw new OutputException(e);
        }
    }

    /// Writes text to standard output.
    static void write(String output, Surroundings surroundings) {
        write(output.getBytes(StandardCharsets.UTF_8), surroundings);
    }
}
