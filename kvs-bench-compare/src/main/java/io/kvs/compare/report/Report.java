package io.kvs.compare.report;

import io.kvs.compare.store.Contender;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/// The tables of a comparison: medians over the rounds, and where kvs stands in each row.
final class Report {
    /// Stands for a figure that does not exist.
    private static final String NOTHING = "–";

    /// Stands beside the ratio where a rival is better than kvs.
    private static final String BEHIND = " ✗";

    private final Results results;
    private final List<Contender> contenders;

    /// Prepares the tables of all stores that have figures.
    Report(Results results) {
        this.results = results;
        this.contenders = results.contenders();
    }

    /// Returns all tables that have something in them.
    String text() {
        return List.of(
                        rows("Operations a second", Quantity.RATE),
                        rows("Latency, median, µs", Quantity.P50_MICROS),
                        rows("Latency, p99, µs", Quantity.P99_MICROS),
                        rows("Latency, p99.9, µs", Quantity.P999_MICROS),
                        rows("Processor time, all threads, µs an operation", Quantity.CPU_MICROS),
                        durable(),
                        space())
                .stream()
                .filter(table -> !table.isEmpty())
                .map(Table::text)
                .collect(Collectors.joining());
    }

    private Table rows(String title, Quantity quantity) {
        Table table = new Table(title, header(""));
        for (String row : results.rows(quantity)) {
            table.addRow(compared(row, row, quantity));
        }
        return table;
    }

    private Table durable() {
        Table table = new Table("Durable writes beside a bare append and fdatasync", header(""));
        for (String row : results.rows(Quantity.TIMES_BARE)) {
            table.addRow(plain("bare, a second, at " + row, row, Quantity.BARE_RATE));
            table.addRow(compared(row + " / bare", row, Quantity.TIMES_BARE));
        }
        return table;
    }

    private Table space() {
        Table table = new Table("Memory, disk, opening, kill -9", header(""));
        addCompared(table, "private memory, B a key", Quantity.PRIVATE_PER_KEY);
        addPlain(table, "of it in the heap", Quantity.HEAP_PER_KEY);
        addPlain(table, "of it elsewhere", Quantity.OTHER_PER_KEY);
        addCompared(table, "disk / live, loaded", Quantity.LOADED_SPACE);
        addCompared(table, "file sizes / live, closed", Quantity.CLOSED_SPACE);
        addPlain(table, "then overwritten, times", Quantity.OVERWRITTEN);
        addCompared(table, "written to the device / written", Quantity.WRITE_AMPLIFICATION);
        addCompared(table, "disk / live, worst moment", Quantity.WORST_SPACE);
        addCompared(table, "disk / live, settled", Quantity.SETTLED_SPACE);
        addCompared(table, "open after close, s", Quantity.OPEN_CLOSED_SECONDS);
        addCompared(table, "open after kill -9, s", Quantity.OPEN_KILLED_SECONDS);
        addPlain(table, "killed after writes", Quantity.KILLED_AFTER);
        addPlain(table, "acknowledged, checked", Quantity.CHECKED_WRITES);
        addPlain(table, "acknowledged, lost", Quantity.LOST_WRITES);
        return table;
    }

    private void addCompared(Table table, String label, Quantity quantity) {
        for (String row : results.rows(quantity)) {
            table.addRow(compared(label, row, quantity));
        }
    }

    private void addPlain(Table table, String label, Quantity quantity) {
        for (String row : results.rows(quantity)) {
            table.addRow(plain(label, row, quantity));
        }
    }

    private List<String> header(String label) {
        List<String> header = new ArrayList<>(List.of(label));
        contenders.stream().map(Contender::title).forEach(header::add);
        header.addAll(List.of("kvs / rawlog", "kvs / best rival", "best rival"));
        return header;
    }

    private List<String> compared(String label, String row, Quantity quantity) {
        List<String> cells = cells(label, row, quantity);
        Standing standing = new Standing(results, row, quantity);
        cells.add(ratio(standing.kvsTo(Contender.RAWLOG)));
        standing.bestRival()
                .ifPresentOrElse(
                        best -> {
                            String mark = standing.isBehind() ? BEHIND : "";
                            cells.add(ratio(standing.kvsTo(best)) + mark);
                            cells.add(best.title());
                        },
                        () -> cells.addAll(List.of(NOTHING, NOTHING)));
        return cells;
    }

    private List<String> plain(String label, String row, Quantity quantity) {
        List<String> cells = cells(label, row, quantity);
        cells.addAll(List.of("", "", ""));
        return cells;
    }

    private List<String> cells(String label, String row, Quantity quantity) {
        List<String> cells = new ArrayList<>(List.of(label));
        for (Contender contender : contenders) {
            OptionalDouble median = results.median(contender, row, quantity);
            cells.add(
                    median.isEmpty() ? NOTHING : quantity.format(contender, median.getAsDouble()));
        }
        return cells;
    }

    private static String ratio(OptionalDouble ratio) {
        return ratio.isEmpty() ? NOTHING : Format.ratio(ratio.getAsDouble());
    }
}
