package io.kvs.compare.report;

import static io.kvs.compare.report.Format.NOTHING;
import static io.kvs.compare.report.Format.orNothing;

import io.kvs.compare.store.Contender;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The tables that are printed at the end: medians over the rounds.
public final class Report {
    private final Results results;
    private final List<Contender> contenders;

    /// Prepares a report.
    ///
    /// @param results all figures
    /// @param contenders the columns, in their order
    public Report(Results results, List<Contender> contenders) {
        this.results = results;
        this.contenders = List.copyOf(contenders);
    }

    /// Returns all tables that have something in them.
    public String text() {
        return List.of(rates(), latencies(), processor(), durable(), space()).stream()
                .filter(table -> !table.isEmpty())
                .map(Table::text)
                .collect(Collectors.joining());
    }

    private Table rates() {
        List<String> header = header("operations a second");
        boolean hasKvs = contenders.contains(Contender.KVS);
        if (hasKvs) {
            header.addAll(List.of("kvs / rawlog", "kvs / best rival", "best rival"));
        }
        Table table = new Table("Operations a second", header);
        for (String row : results.rows(Quantity.RATE)) {
            List<String> cells = cells(row, row, Quantity.RATE, Format::rate);
            if (hasKvs) {
                Optional<Contender> best = bestRival(row);
                cells.add(kvsTo(Contender.RAWLOG, row));
                cells.add(best.map(rival -> kvsTo(rival, row)).orElse(NOTHING));
                cells.add(best.map(Contender::title).orElse(NOTHING));
            }
            table.addRow(cells);
        }
        return table;
    }

    private Table latencies() {
        Table table = new Table("Latency in µs: p50 / p99 / p99.9", header("p50 / p99 / p99.9 µs"));
        for (String row : results.rows(Quantity.P50_MICROS)) {
            List<String> cells = new ArrayList<>(List.of(row));
            for (Contender contender : contenders) {
                cells.add(percentiles(contender, row));
            }
            table.addRow(cells);
        }
        return table;
    }

    private String percentiles(Contender contender, String row) {
        if (results.median(contender, row, Quantity.P50_MICROS).isEmpty()) {
            return NOTHING;
        }
        return Stream.of(Quantity.P50_MICROS, Quantity.P99_MICROS, Quantity.P999_MICROS)
                .map(quantity -> results.median(contender, row, quantity))
                .map(median -> orNothing(median, Format::digits))
                .collect(Collectors.joining(" / "));
    }

    private Table processor() {
        Table table =
                new Table("Processor time, all threads, µs an operation", header("CPU µs/op"));
        for (String row : results.rows(Quantity.CPU_MICROS)) {
            table.addRow(cells(row, row, Quantity.CPU_MICROS, Format::digits));
        }
        return table;
    }

    private Table durable() {
        Table table =
                new Table(
                        "Durable writes and a bare append + fdatasync beside them",
                        header("durable"));
        for (String row : results.rows(Quantity.TIMES_BARE)) {
            table.addRow(cells(row + ", a second", row, Quantity.RATE, Format::rate));
            table.addRow(cells("bare, a second", row, Quantity.BARE_RATE, Format::rate));
            table.addRow(cells(row + " / bare", row, Quantity.TIMES_BARE, Format::ratio));
        }
        return table;
    }

    private Table space() {
        Table table = new Table("Memory, disk, opening, kill -9", header("quantity"));
        addTo(table, "heap, B a key", Quantity.HEAP_PER_KEY, Format::digits);
        addTo(table, "other private memory, B a key", Quantity.OTHER_PER_KEY, Format::digits);
        addTo(table, "disk / live, loaded", Quantity.LOADED_SPACE, Format::ratio);
        addTo(table, "file sizes / live, closed", Quantity.CLOSED_SPACE, Format::ratio);
        addTo(table, "then overwritten, times", Quantity.OVERWRITTEN, Format::ratio);
        addTo(table, "disk / live, worst moment", Quantity.WORST_SPACE, Format::ratio);
        addTo(table, "disk / live, settled", Quantity.SETTLED_SPACE, Format::ratio);
        addTo(table, "open after close, s", Quantity.OPEN_CLOSED_SECONDS, Format::digits);
        addTo(table, "open after kill -9, s", Quantity.OPEN_KILLED_SECONDS, Format::digits);
        addTo(table, "killed after writes", Quantity.KILLED_AFTER, Format::count);
        addTo(table, "acknowledged, checked", Quantity.CHECKED_WRITES, Format::count);
        addTo(table, "acknowledged, lost", Quantity.LOST_WRITES, Format::count);
        return table;
    }

    private void addTo(
            Table table, String label, Quantity quantity, DoubleFunction<String> format) {
        for (String row : results.rows(quantity)) {
            table.addRow(cells(label, row, quantity, format));
        }
    }

    private List<String> header(String label) {
        List<String> header = new ArrayList<>(List.of(label));
        contenders.stream().map(Contender::title).forEach(header::add);
        return header;
    }

    private List<String> cells(
            String label, String row, Quantity quantity, DoubleFunction<String> format) {
        List<String> cells = new ArrayList<>(List.of(label));
        for (Contender contender : contenders) {
            cells.add(orNothing(results.median(contender, row, quantity), format));
        }
        return cells;
    }

    private Optional<Contender> bestRival(String row) {
        return contenders.stream()
                .filter(Contender::isRival)
                .filter(rival -> results.median(rival, row, Quantity.RATE).isPresent())
                .max(
                        Comparator.comparingDouble(
                                rival -> results.median(rival, row, Quantity.RATE).orElse(0)));
    }

    private String kvsTo(Contender other, String row) {
        OptionalDouble ours = results.median(Contender.KVS, row, Quantity.RATE);
        OptionalDouble theirs = results.median(other, row, Quantity.RATE);
        return ours.isPresent() && theirs.isPresent()
                ? Format.ratio(ours.getAsDouble() / theirs.getAsDouble())
                : NOTHING;
    }
}
