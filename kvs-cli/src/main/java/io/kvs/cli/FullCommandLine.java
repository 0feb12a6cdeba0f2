package io.kvs.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/// The command line as picocli reads it: everything but plain `set`, `get` and `rm`.
final class FullCommandLine {
    private FullCommandLine() {}

    /// Runs one command; returns the exit code.
    static int run(String[] arguments, Surroundings surroundings) {
        ByteArrayOutputStream help = new ByteArrayOutputStream();
        CommandLine line = new CommandLine(new KvsCommand(surroundings));
        line.setOut(new PrintWriter(help, true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        // An argument that begins with @ is a key like any other.
        line.setExpandAtFiles(false);
        line.registerConverter(Operand.class, Operand::of);
        line.setParameterExceptionHandler((e, _) -> {
            Report.line("kvs: " + e.getMessage() + "; see kvs --help", surroundings);
            return ExitCode.WRONG_USAGE;
        });
        line.setExecutionExceptionHandler((e, _, _) -> Report.failure(e, surroundings));
        int exitCode = line.execute(RawArguments.escaped(arguments));
        if (help.size() > 0) {
            Main.write(help.toByteArray(), surroundings);
        }
        return exitCode;
    }
}
