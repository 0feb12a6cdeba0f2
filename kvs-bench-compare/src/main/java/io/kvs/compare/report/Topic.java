package io.kvs.compare.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What one picture is about: some rows that belong together.
enum Topic {
    /// Storing without waiting for the device, and removing.
    WRITES(
            "Writes",
            rates("fillseq", "fillbatch100", "fillrandom", "overwrite", "overwrite2", "delete")),

    /// Gets.
    READS(
            "Reads",
            rates(
                    "readrandom",
                    "readrandom2",
                    "readzipf",
                    "readzipf2",
                    "readmissing",
                    "readafter",
                    "readsettled")),

    /// Gets and sets together.
    MIXES(
            "Reads and writes together",
            rates(
                    "ycsb_a",
                    "ycsb_b",
                    "ycsb_c",
                    "ycsb_d",
                    "ycsb_e",
                    "ycsb_f",
                    "rww_read",
                    "rww_write")),

    /// Going over entries in the order of the keys.
    SCANS(
            "Scans",
            rates(
                    "scan",
                    "scansettled",
                    "scanback",
                    "scanbacksettled",
                    "scan100",
                    "scan100settled")),

    /// Storing and waiting for the device.
    DURABLE(
            "Writes on stable storage",
            rates("durable1", "durable8", "durable64", "durablebatch100")),

    /// Memory and disk.
    SPACE(
            "Memory and disk",
            List.of(
                    new Row("private memory, bytes a key", "load", Quantity.PRIVATE_PER_KEY),
                    new Row("disk / live bytes, loaded", "load", Quantity.LOADED_SPACE),
                    new Row("the same, worst, overwriting", "overwrite", Quantity.WORST_SPACE),
                    new Row("the same, settled afterwards", "overwrite", Quantity.SETTLED_SPACE),
                    new Row(
                            "bytes to the device / written",
                            "overwrite",
                            Quantity.WRITE_AMPLIFICATION))),

    /// Opening.
    OPENING(
            "Opening",
            List.of(
                    new Row("seconds, after a close", "open", Quantity.OPEN_CLOSED_SECONDS),
                    new Row("seconds, after kill -9", "kill", Quantity.OPEN_KILLED_SECONDS)));

    private final String title;
    private final List<Row> rows;

    /// One row of a table, to be shown as bars.
    ///
    /// @param title what stands above the bars
    /// @param name the row
    /// @param quantity what of it
    record Row(String title, String name, Quantity quantity) {}

    Topic(String title, List<Row> rows) {
        this.title = title;
        this.rows = rows;
    }

    /// Returns its heading.
    String title() {
        return title;
    }

    /// Returns its name in files.
    String slug() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns its rows.
    List<Row> rows() {
        return rows;
    }

    private static List<Row> rates(String... rows) {
        return Arrays.stream(rows)
                .map(row -> new Row(row + ", a second", row, Quantity.RATE))
                .toList();
    }
}
