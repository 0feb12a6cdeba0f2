package io.kvs.compare.report;

import io.kvs.compare.store.Contender;
import java.util.Comparator;
import java.util.Optional;
import java.util.OptionalDouble;

/// Where kvs stands among the others in one row.
///
/// @param results all figures
/// @param row the row
/// @param quantity what of it
record Standing(Results results, String row, Quantity quantity) {
    /// Returns the best of the rivals of which more than a lower bound is known, if any.
    Optional<Contender> bestRival() {
        Comparator<Contender> worseFirst =
                Comparator.comparingDouble(rival -> median(rival).orElseThrow());
        return results.contenders().stream()
                .filter(Contender::isRival)
                .filter(rival -> !quantity.isBound(rival))
                .filter(rival -> median(rival).isPresent())
                .max(quantity.isBetterIfLarger() ? worseFirst : worseFirst.reversed());
    }

    /// Returns the figure of kvs divided by that of another store, or empty if there is none.
    OptionalDouble kvsTo(Contender other) {
        OptionalDouble ours = median(Contender.KVS);
        OptionalDouble theirs = median(other);
        return ours.isPresent() && theirs.isPresent() && theirs.getAsDouble() > 0
                ? OptionalDouble.of(ours.getAsDouble() / theirs.getAsDouble())
                : OptionalDouble.empty();
    }

    /// Returns whether a rival has a better figure.
    boolean isBehind() {
        OptionalDouble ours = median(Contender.KVS);
        Optional<Contender> best = bestRival();
        if (ours.isEmpty() || best.isEmpty()) {
            return false;
        }
        int order = Double.compare(ours.getAsDouble(), median(best.get()).orElseThrow());
        return quantity.isBetterIfLarger() ? order < 0 : order > 0;
    }

    private OptionalDouble median(Contender contender) {
        return results.median(contender, row, quantity);
    }
}
