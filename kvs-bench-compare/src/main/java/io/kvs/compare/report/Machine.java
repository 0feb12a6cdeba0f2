package io.kvs.compare.report;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/// Where a run took place.
///
/// @param processor what the system calls it
/// @param cores how many of it the JVM may use
/// @param memoryBytes the memory of the machine
/// @param system the operating system and its version
/// @param fileSystem the kind of the file system that was measured
/// @param java the version of the JVM
/// @param load the load before the start; negative where the system does not say
public record Machine(
        String processor,
        int cores,
        long memoryBytes,
        String system,
        String fileSystem,
        String java,
        double load) {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final double BYTES_PER_GIBIBYTE = 1L << 30;

    /// Returns this machine.
    ///
    /// @param directory a directory on the file system that is to be measured
    public static Machine here(Path directory) throws IOException {
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Machine(
                processorHere(),
                Runtime.getRuntime().availableProcessors(),
                system.getTotalMemorySize(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Files.getFileStore(directory).type(),
                Runtime.version().toString(),
                system.getSystemLoadAverage());
    }

    /// Returns this in words.
    String text() {
        return String.format(
                Locale.ROOT,
                "%d cores of %s, %.0f GiB, %s, %s, Java %s, load %.1f before the start",
                cores,
                processor,
                memoryBytes / BYTES_PER_GIBIBYTE,
                system,
                fileSystem,
                java,
                load);
    }

    private static String processorHere() throws IOException {
        if (!Files.isReadable(PROCESSORS)) {
            return System.getProperty("os.arch");
        }
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        }
    }
}
