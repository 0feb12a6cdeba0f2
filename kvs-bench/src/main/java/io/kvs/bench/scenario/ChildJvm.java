package io.kvs.bench.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A scenario in a process of its own, which can be killed and whose memory is its own.
final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = process.inputReader();
    }

    /// Starts one with the arguments of {@link Main}.
    static ChildJvm start(List<String> jvmOptions, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        return new ChildJvm(
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /// Returns the next line that it prints.
    String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the process ended early");
        }
        return line;
    }

    /// Returns where it listens: the next line that it prints is a port.
    InetSocketAddress address() throws IOException {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(line()));
    }

    /// Kills it, so that nothing of its own runs any more, and waits for its end.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Waits for its end.
    @Override
    public void close() throws IOException {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } finally {
            output.close();
        }
    }
}
