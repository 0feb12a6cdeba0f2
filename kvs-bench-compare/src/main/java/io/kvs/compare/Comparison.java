package io.kvs.compare;

import io.kvs.compare.child.Assignment;
import io.kvs.compare.child.Role;
import io.kvs.compare.data.Scale;
import io.kvs.compare.files.Acknowledgements;
import io.kvs.compare.files.DiskUse;
import io.kvs.compare.files.Scratch;
import io.kvs.compare.report.Figure;
import io.kvs.compare.report.Quantity;
import io.kvs.compare.report.RunFile;
import io.kvs.compare.store.Contender;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// Runs all rounds: in each of them every store has its turn, one after the other, in an order that
/// rotates from round to round; each step of a turn is a JVM of its own.
final class Comparison {
    /// A child that takes longer hangs.
    private static final long CHILD_MILLIS_MAX = 2 * 60 * 60 * 1000L;

    private static final long DISK_CHECK_MILLIS = 500;
    private static final long KILL_CHECK_MILLIS = 1;

    /// The writer is killed while it overwrites, after so many writes a key, or after so many times
    /// the time of a workload.
    private static final double KILL_AFTER_WRITES_PER_KEY = 1.05;

    private static final int KILL_SECONDS_FACTOR = 20;

    private final Settings settings;
    private final Path directory;
    private final Path logs;
    private final PrintStream progress;
    private final RunFile file;

    /// Prepares a comparison.
    ///
    /// @param directory an existing directory without logs and data; logs stay in it
    /// @param file where all figures go
    /// @param progress where to say what is being done
    Comparison(Settings settings, Path directory, RunFile file, PrintStream progress)
            throws IOException {
        this.settings = settings;
        this.directory = directory;
        this.file = file;
        this.logs = Files.createDirectory(directory.resolve("logs"));
        this.progress = progress;
    }

    /// Runs everything. A store that fails is reported; the figures that it has until then stay,
    /// and what it would have gone on to do is left out.
    void run() throws IOException, InterruptedException {
        List<Contender> order = new ArrayList<>(settings.contenders());
        for (int round = 1; round <= settings.rounds(); round++) {
            for (Contender contender : order) {
                new Turn(round, contender).run();
            }
            Collections.rotate(order, -1);
        }
    }

    /// One store in one round.
    private final class Turn {
        private final int round;
        private final Contender contender;

        private Turn(int round, Contender contender) {
            this.round = round;
            this.contender = contender;
        }

        private void run() throws IOException, InterruptedException {
            if (!settings.workloads().isEmpty()) {
                inScratch(this::measure);
            }
            for (Occasion occasion : settings.occasions()) {
                switch (occasion) {
                    case SPACE -> inScratch(this::space);
                    case KILL -> inScratch(this::kill);
                }
            }
        }

        private void inScratch(Steps steps) throws IOException, InterruptedException {
            try (Scratch scratch = Scratch.in(directory, "data")) {
                steps.run(scratch.path());
            } catch (ChildFailedException e) {
                progress.println(contender.title() + " failed: " + e.getMessage());
            }
        }

        private void measure(Path data) throws IOException, InterruptedException {
            step(Role.MEASURE, data);
        }

        private void space(Path data) throws IOException, InterruptedException {
            step(Role.LOAD, data);
            step(Role.OPEN_CLOSED, data);
            overwrite(assignment(Role.OVERWRITE, data));
        }

        private void kill(Path data) throws IOException, InterruptedException {
            writeUntilKilled(assignment(Role.BE_KILLED, data));
            step(Role.OPEN_KILLED, data);
        }

        private void step(Role role, Path data) throws IOException, InterruptedException {
            try (ChildJvm child = start(assignment(role, data))) {
                boolean isOver = child.endsWithin(CHILD_MILLIS_MAX);
                record(child);
                if (!isOver) {
                    throw new ChildFailedException(role + " hangs");
                }
                child.check();
            }
        }

        private void overwrite(Assignment assignment) throws IOException, InterruptedException {
            long worstBytes = 0;
            try (ChildJvm child = start(assignment)) {
                while (!child.endsWithin(DISK_CHECK_MILLIS)) {
                    worstBytes =
                            Math.max(
                                    worstBytes,
                                    DiskUse.allocatedBytes(assignment.storeDirectory()));
                }
                record(child);
                child.check();
            }
            double space = (double) worstBytes / settings.scale().liveBytes();
            Figure worst = new Figure("overwrite", Quantity.WORST_SPACE, space);
            file.append(round, contender, List.of(worst));
        }

        private void writeUntilKilled(Assignment assignment)
                throws IOException, InterruptedException {
            Scale scale = settings.scale();
            long enough = (long) (scale.keys() * KILL_AFTER_WRITES_PER_KEY);
            long deadline =
                    System.nanoTime() + (long) (scale.seconds() * KILL_SECONDS_FACTOR * 1e9);
            try (Acknowledgements acknowledged =
                            new Acknowledgements(assignment.acknowledgementsFile());
                    ChildJvm child = start(assignment)) {
                while (acknowledged.count() < enough && System.nanoTime() < deadline) {
                    if (child.endsWithin(KILL_CHECK_MILLIS)) {
                        child.check();
                        throw new ChildFailedException("it ended before it was killed");
                    }
                }
            }
        }

        private Assignment assignment(Role role, Path data) {
            return new Assignment(role, contender, data, settings.scale(), settings.workloads());
        }

        private ChildJvm start(Assignment assignment) throws IOException {
            String role = assignment.role().name().toLowerCase(Locale.ROOT);
            progress.printf(
                    Locale.ROOT,
                    "round %d of %d: %s %s%n",
                    round,
                    settings.rounds(),
                    contender.title(),
                    role);
            return ChildJvm.start(assignment, logs, contender.title() + "-" + role + "-" + round);
        }

        private void record(ChildJvm child) throws IOException {
            file.append(round, contender, child.figures());
        }
    }

    private interface Steps {
        void run(Path data) throws IOException, InterruptedException;
    }
}
