package io.kvs.compare.report;

import io.kvs.compare.store.Contender;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SequencedSet;

/// The figures of all rounds.
final class Results {
    private final Map<Contender, Map<Cell, List<Double>>> values = new EnumMap<>(Contender.class);
    private final SequencedSet<Cell> cells = new LinkedHashSet<>();

    private record Cell(String row, Quantity quantity) {}

    /// Adds a figure of one round.
    void add(Contender contender, Figure figure) {
        Cell cell = new Cell(figure.row(), figure.quantity());
        cells.add(cell);
        values.computeIfAbsent(contender, _ -> new LinkedHashMap<>())
                .computeIfAbsent(cell, _ -> new ArrayList<>())
                .add(figure.value());
    }

    /// Returns the stores that have figures, in the order of [Contender].
    List<Contender> contenders() {
        return List.copyOf(values.keySet());
    }

    /// Returns the rows with a figure of `quantity`, in the order in which they came.
    List<String> rows(Quantity quantity) {
        return cells.stream().filter(cell -> cell.quantity() == quantity).map(Cell::row).toList();
    }

    /// Returns the median over the rounds, or empty if there is no such figure.
    OptionalDouble median(Contender contender, String row, Quantity quantity) {
        List<Double> sorted =
                values
                        .getOrDefault(contender, Map.of())
                        .getOrDefault(new Cell(row, quantity), List.of())
                        .stream()
                        .sorted()
                        .toList();
        if (sorted.isEmpty()) {
            return OptionalDouble.empty();
        }
        int middle = sorted.size() / 2;
        return OptionalDouble.of(
                sorted.size() % 2 == 1
                        ? sorted.get(middle)
                        : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
    }
}
