package io.kvs.compare.report;

import io.kvs.compare.store.Contender;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/// The figure of one store in a picture.
///
/// @param contender the store
/// @param value how long the bar is
/// @param label its value, and in brackets how many times the value of kvs that is
record Bar(Contender contender, double value, String label) {
    /// Returns the bars of one row, the best store first.
    static List<Bar> of(Results results, String row, Quantity quantity) {
        Comparator<Bar> ascending = Comparator.comparingDouble(Bar::value);
        return results.contenders().stream()
                .filter(contender -> results.median(contender, row, quantity).isPresent())
                .map(contender -> of(contender, results, row, quantity))
                .sorted(quantity.isBetterIfLarger() ? ascending.reversed() : ascending)
                .toList();
    }

    private static Bar of(Contender contender, Results results, String row, Quantity quantity) {
        double value = results.median(contender, row, quantity).orElseThrow();
        OptionalDouble ours = results.median(Contender.KVS, row, quantity);
        String label = quantity.format(contender, value);
        if (contender != Contender.KVS && ours.isPresent() && ours.getAsDouble() > 0) {
            label += " (" + Format.ratio(value / ours.getAsDouble()) + ")";
        }
        return new Bar(contender, value, label);
    }
}
