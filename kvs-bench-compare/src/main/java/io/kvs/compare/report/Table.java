package io.kvs.compare.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A table in Markdown whose columns are aligned for reading as plain text too.
final class Table {
    private final String title;
    private final List<List<String>> rows = new ArrayList<>();

    /// Starts a table.
    Table(String title, List<String> header) {
        this.title = title;
        rows.add(header);
    }

    /// Adds a row with as many cells as the header.
    void addRow(List<String> cells) {
        if (cells.size() != rows.getFirst().size()) {
            throw new IllegalArgumentException(cells + " under " + rows.getFirst());
        }
        rows.add(cells);
    }

    /// Returns whether there is nothing but the header.
    boolean isEmpty() {
        return rows.size() == 1;
    }

    /// Returns the text, with a newline at the end of each line.
    String text() {
        List<Integer> widths = new ArrayList<>(Collections.nCopies(rows.getFirst().size(), 0));
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                widths.set(column, Math.max(widths.get(column), row.get(column).length()));
            }
        }
        StringBuilder text = new StringBuilder("### ").append(title).append("\n\n");
        for (int row = 0; row < rows.size(); row++) {
            text.append(line(rows.get(row), widths));
            if (row == 0) {
                text.append(rule(widths));
            }
        }
        return text.append('\n').toString();
    }

    private static String line(List<String> cells, List<Integer> widths) {
        StringBuilder line = new StringBuilder("|");
        for (int column = 0; column < cells.size(); column++) {
            String padding = " ".repeat(widths.get(column) - cells.get(column).length());
            boolean isLabel = column == 0;
            line.append(' ')
                    .append(isLabel ? cells.get(column) + padding : padding + cells.get(column))
                    .append(" |");
        }
        return line.append('\n').toString();
    }

    private static String rule(List<Integer> widths) {
        StringBuilder line = new StringBuilder("|");
        for (int column = 0; column < widths.size(); column++) {
            String dashes = "-".repeat(widths.get(column) + 1);
            line.append(column == 0 ? dashes + "-" : dashes + ":").append('|');
        }
        return line.append('\n').toString();
    }
}
