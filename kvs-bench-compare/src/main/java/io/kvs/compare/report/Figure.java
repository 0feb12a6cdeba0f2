package io.kvs.compare.report;

import java.util.Optional;

/// One measured value.
///
/// @param row the workload or occasion it belongs to
/// @param quantity what was measured
/// @param value the value, in the unit of the quantity
public record Figure(String row, Quantity quantity, double value) {
    private static final String MARK = "figure";

    /// Returns the line in which a child JVM tells its parent.
    public String toLine() {
        return String.join("\t", MARK, row, quantity.name(), Double.toString(value));
    }

    /// Returns the figure in a line, or empty if the line is something else that was printed.
    public static Optional<Figure> fromLine(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != 4 || !fields[0].equals(MARK)) {
            return Optional.empty();
        }
        return Optional.of(
                new Figure(fields[1], Quantity.valueOf(fields[2]), Double.parseDouble(fields[3])));
    }
}
