package io.kvs.compare.workload;

import com.sun.management.OperatingSystemMXBean;
import io.kvs.compare.report.Figure;
import io.kvs.compare.report.Quantity;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/// Runs the lanes of a workload side by side, until the first of them reaches its goal or the time
/// is over, and measures them.
final class Race {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;

    private final List<Runner> runners = new ArrayList<>();
    private final CountDownLatch start = new CountDownLatch(1);
    private long wallNanos;
    private long cpuNanos;

    private Race(List<Lane> lanes, double seconds) {
        AtomicBoolean stop = new AtomicBoolean();
        for (Lane lane : lanes) {
            runners.add(new Runner(lane, (long) (seconds * NANOS_PER_SECOND), start, stop));
        }
    }

    /// Runs `lanes` and returns the race that is over.
    static Race run(List<Lane> lanes, double seconds) throws InterruptedException {
        Race race = new Race(lanes, seconds);
        race.run();
        return race;
    }

    /// Returns the entries that were stored, read or removed.
    long entries() {
        return runners.stream().mapToLong(Runner::entries).sum();
    }

    /// Returns rate, latencies and processor time for each row.
    ///
    /// The processor time is that of the whole JVM, the store's own threads included.
    List<Figure> figures() {
        Map<String, List<Runner>> rows = new LinkedHashMap<>();
        for (Runner runner : runners) {
            rows.computeIfAbsent(runner.lane().row(), _ -> new ArrayList<>()).add(runner);
        }
        List<Figure> figures = new ArrayList<>();
        rows.forEach((row, lanes) -> addFigures(row, lanes, figures));
        return figures;
    }

    private void run() throws InterruptedException {
        runners.forEach(Thread::start);
        long cpuBefore = processCpuNanos();
        long before = System.nanoTime();
        start.countDown();
        for (Runner runner : runners) {
            runner.finish();
        }
        wallNanos = System.nanoTime() - before;
        cpuNanos = processCpuNanos() - cpuBefore;
    }

    private void addFigures(String row, List<Runner> lanes, List<Figure> figures) {
        Histogram latencies = new Histogram(lanes.getFirst().latencies());
        long entries = 0;
        for (Runner lane : lanes) {
            latencies.add(lane.latencies());
            entries += lane.entries();
        }
        figures.add(new Figure(row, Quantity.RATE, entries * NANOS_PER_SECOND / wallNanos));
        figures.add(new Figure(row, Quantity.P50_MICROS, micros(latencies, 50)));
        figures.add(new Figure(row, Quantity.P99_MICROS, micros(latencies, 99)));
        figures.add(new Figure(row, Quantity.P999_MICROS, micros(latencies, 99.9)));
        figures.add(new Figure(row, Quantity.CPU_MICROS, cpuNanos / NANOS_PER_MICRO / entries()));
    }

    private static double micros(Histogram latencies, double percentile) {
        return latencies.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
    }

    private static long processCpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
