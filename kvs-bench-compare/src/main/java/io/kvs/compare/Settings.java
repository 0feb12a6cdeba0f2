package io.kvs.compare;

import io.kvs.compare.data.Scale;
import io.kvs.compare.report.Machine;
import io.kvs.compare.report.Run;
import io.kvs.compare.store.Contender;
import io.kvs.compare.store.Versions;
import io.kvs.compare.workload.Workload;
import io.kvs.compare.workload.Workloads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the user asks for.
///
/// @param scale how large the comparison is
/// @param rounds how often everything is measured; the tables show medians
/// @param contenders the stores
/// @param workloads what is timed
/// @param occasions what is measured besides
/// @param directory where files go, on the device that is to be measured
/// @param report the document that is to be made besides
record Settings(
        Scale scale,
        int rounds,
        List<Contender> contenders,
        List<Workload> workloads,
        Set<Occasion> occasions,
        Path directory,
        Optional<Path> report) {

    static final String USAGE =
            """
            usage: kvs-bench-compare [options]
                   kvs-bench-compare report FILES... --to DOCUMENT
            Measures kvs and other stores and prints tables, or makes a document of figures.jsonl
            files of earlier runs without measuring; options:
              --keys N          keys in a loaded store (default 1000000)
              --value-bytes N   size of each value (default 100)
              --rounds N        how often everything is measured (default 3)
              --seconds S       the longest time for one workload (default 5)
              --stores A,B      of: %s (default all)
              --workloads A,B   of: %s (default all)
              --dir DIR         where files go (default target/kvs-bench-compare)
              --report DOCUMENT makes a document too, with pictures in a directory beside it
            """
                    .formatted(
                            Arrays.stream(Contender.values())
                                    .map(Contender::title)
                                    .collect(Collectors.joining(", ")),
                            workloadNames().collect(Collectors.joining(", ")));

    /// Checks that there is something to do.
    Settings {
        if (rounds < 1) {
            throw new IllegalArgumentException(rounds + " rounds");
        }
        if (report.isPresent() && !Files.isDirectory(report.get().resolveSibling(""))) {
            throw new IllegalArgumentException("there is no directory for " + report.get());
        }
    }

    /// Reads the arguments.
    ///
    /// @throws IllegalArgumentException an argument is wrong; the message says which
    static Settings parse(String[] arguments) {
        long keys = 1_000_000;
        int valueBytes = 100;
        int rounds = 3;
        double seconds = 5;
        List<Contender> contenders = List.of(Contender.values());
        List<String> names = workloadNames().toList();
        Path directory = Path.of("target", "kvs-bench-compare");
        Optional<Path> report = Optional.empty();
        for (int i = 0; i < arguments.length; i += 2) {
            String option = arguments[i];
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(option + " is unknown or needs a value");
            }
            String value = arguments[i + 1];
            switch (option) {
                case "--keys" -> keys = Long.parseLong(value);
                case "--value-bytes" -> valueBytes = Integer.parseInt(value);
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--seconds" -> seconds = Double.parseDouble(value);
                case "--stores" ->
                        contenders =
                                split(value).stream().map(Contender::titled).distinct().toList();
                case "--workloads" -> names = checkedNames(split(value));
                case "--dir" -> directory = Path.of(value);
                case "--report" -> report = Optional.of(Path.of(value).toAbsolutePath());
                default -> throw new IllegalArgumentException(option + " is unknown");
            }
        }
        Predicate<String> isAsked = Set.copyOf(names)::contains;
        EnumSet<Occasion> occasions = EnumSet.allOf(Occasion.class);
        occasions.removeIf(occasion -> !isAsked.test(occasion.title()));
        return new Settings(
                new Scale(keys, valueBytes, seconds),
                rounds,
                contenders,
                Workloads.ALL.stream().filter(workload -> isAsked.test(workload.name())).toList(),
                occasions,
                directory.toAbsolutePath(),
                report);
    }

    /// Returns what one must know to read the figures; to be asked for before anything runs,
    /// because it tells the load.
    ///
    /// @param now when it begins
    /// @param runDirectory a directory on the device that is to be measured
    Run describe(LocalDateTime now, Path runDirectory) throws IOException {
        return new Run(
                now.truncatedTo(ChronoUnit.MINUTES).toString(),
                Machine.here(runDirectory),
                String.join(" ", ChildJvm.JVM_FLAGS),
                scale,
                rounds,
                Versions.of(contenders));
    }

    private static Stream<String> workloadNames() {
        return Stream.concat(
                Workloads.ALL.stream().map(Workload::name),
                Arrays.stream(Occasion.values()).map(Occasion::title));
    }

    private static List<String> split(String value) {
        return List.of(value.split(","));
    }

    private static List<String> checkedNames(List<String> names) {
        List<String> known = workloadNames().toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("no workload is called " + name);
            }
        }
        return names;
    }
}
