package io.kvs.server.program;

import io.kvs.KvsException;
import io.kvs.server.log.LineLog;
import io.kvs.server.log.ServerLog;
import io.kvs.server.program.ServerSettings.LogFormat;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// The program `kvs-server`.
public final class Main {
    private static final int DONE = 0;
    private static final int WRONG_USAGE = 2;
    private static final int FAILED = 3;

    private Main() {}

    /// Serves until the process is told to end.
    public static void main(String[] arguments) {
        int exitCode = run(arguments, System.getenv(), System.out, System.err);
        if (exitCode != DONE) {
            System.exit(exitCode);
        }
    }

    /// Does what the arguments say; returns the exit code if that is not to serve.
    static int run(
            String[] arguments, Map<String, String> environment, PrintStream out, PrintStream err) {
        try {
            CommandLineReader.Request request =
                    new CommandLineReader(ServerSettings.ALL).read(arguments);
            if (request.output() != null) {
                out.print(request.output());
                return DONE;
            }
            Settings settings =
                    Settings.resolve(
                            ServerSettings.ALL,
                            request.settings(),
                            environment,
                            config(request, environment));
            if (request.printsConfig()) {
                out.print(settings.print());
                return DONE;
            }
            serve(settings, err);
            return DONE;
        } catch (UsageException e) {
            err.println("kvs-server: " + e.problem() + "; see kvs-server --help");
            return WRONG_USAGE;
        } catch (KvsException | IOException e) {
            err.println("kvs-server: " + e.getMessage());
            return FAILED;
        }
    }

    private static @Nullable Path config(
            CommandLineReader.Request request, Map<String, String> environment) {
        String variable = environment.get("KVS_CONFIG");
        if (request.config() != null || variable == null) {
            return request.config();
        }
        return Path.of(variable);
    }

    /// Serves; returns never, unless the thread is interrupted.
    private static void serve(Settings settings, PrintStream err) throws IOException {
        ServerLog log =
                new LineLog(
                        err,
                        settings.get(ServerSettings.LOG_FORMAT) == LogFormat.JSON,
                        InstantSource.system());
        Running running = Running.start(settings, log);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(running), "kvs-end"));
        running.announce();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends the process in order. A virtual machine that a signal ends has the signal as its exit
    /// code; this one has done what it was told.
    private static void end(Running running) {
        int exitCode = running.stop() ? DONE : FAILED;
        Runtime.getRuntime().halt(exitCode);
    }
}
