package io.kvs.compare;

import io.kvs.compare.data.Entries;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/// What one must know to read the tables: the machine, the scale, and how it was measured.
final class Preface {
    private Preface() {}

    /// Returns the text; to be asked for before anything runs, because it tells the load.
    static String text(Settings settings, Path directory) throws IOException {
        return """
        # kvs-bench-compare, %s

        %s
        Medians of %d rounds; each store in a JVM of its own (G1, -Xmx2g), the stores one after the
        other, in an order that rotates. An acknowledged write is to survive kill -9, in the rows
        `durable` a power cut. %d keys of %d bytes that look random (ascending ones in fillseq),
        values of %d bytes that do not compress. A workload ends after %s s, or after one operation
        a key (fills, overwrite, delete, durable), or four, at least 4 M (others). One operation in 8 is
        timed for the latencies, each batch and each durable write; one read in 64 is compared byte
        for byte. ycsb_a, b, c: two threads, 50, 5, 0 %% updates, Zipf 0.99. rww: one thread reads
        and one overwrites. Before that all workloads run with at most 200 000 keys, for at most a
        second each, so that code is compiled: that does not count. Memory: what 20 000 keys took
        before is not counted. Opening: cold JVM, warm page cache, native library loaded already,
        until the first value is read. chronicle, mvstore and rawlog fill their batches one by one.
        mvstore writes in the background: its rates are those of a store that loses acknowledged
        writes when it is killed, as the last table shows.
        All figures: %s

        """
                .formatted(
                        LocalDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MINUTES),
                        machine(directory),
                        settings.rounds(),
                        settings.scale().keys(),
                        Entries.KEY_BYTES,
                        settings.scale().valueBytes(),
                        settings.scale().seconds(),
                        directory.resolve("figures.tsv"));
    }

    private static String machine(Path directory) throws IOException {
        return String.format(
                Locale.ROOT,
                "%d cores, %s %s, Java %s, %s, load %.1f before the start.",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                Runtime.version(),
                Files.getFileStore(directory).type(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
