package io.kvs.compare;

import io.kvs.compare.child.Assignment;
import io.kvs.compare.child.Role;
import io.kvs.compare.report.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A JVM like this one that carries out one assignment.
///
/// It holds the reading end of a pipe from here and dies with us. What it prints goes to files.
final class ChildJvm implements AutoCloseable {
    /// The argument before those of an assignment.
    static final String CHILD = "--child";

    /// The flags of all of them.
    static final List<String> JVM_FLAGS = List.of("-XX:+UseG1GC", "-Xmx2g");

    /// For measuring memory: the heap's share of it is then constant.
    private static final List<String> STEADY_HEAP_FLAGS = List.of("-Xms2g", "-XX:+AlwaysPreTouch");

    private final Process process;
    private final Path output;
    private final Path errors;

    private ChildJvm(Process process, Path output, Path errors) {
        this.process = process;
        this.output = output;
        this.errors = errors;
    }

    /// Starts a JVM.
    ///
    /// @param logs where its output goes
    /// @param name a name for that, used once
    static ChildJvm start(Assignment assignment, Path logs, String name) throws IOException {
        Path output = logs.resolve(name + ".out");
        Path errors = logs.resolve(name + ".err");
        Process process =
                new ProcessBuilder(command(assignment))
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile())
                        .start();
        return new ChildJvm(process, output, errors);
    }

    /// Returns whether it has ended, after waiting for a while.
    boolean endsWithin(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /// Checks how a JVM has ended.
    ///
    /// @throws ChildFailedException it did not end well
    void check() {
        if (process.exitValue() != 0) {
            throw new ChildFailedException(process.exitValue(), errors);
        }
    }

    /// Returns the figures so far.
    List<Figure> figures() throws IOException {
        try (Stream<String> lines = Files.lines(output)) {
            return lines.map(Figure::fromLine).flatMap(Optional::stream).toList();
        }
    }

    /// Kills it with SIGKILL, if it still runs, and waits for its end.
    @Override
    public void close() {
        process.destroyForcibly();
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<String> command(Assignment assignment) {
        List<String> command = new ArrayList<>();
        command.add(
                ProcessHandle.current()
                        .info()
                        .command()
                        .orElseGet(() ->
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString()));
        command.addAll(JVM_FLAGS);
        if (assignment.role() == Role.LOAD) {
            command.addAll(STEADY_HEAP_FLAGS);
        }
        command.addAll(assignment.contender().jvmFlags());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        command.add(CHILD);
        command.addAll(assignment.toArguments());
        return command;
    }
}
