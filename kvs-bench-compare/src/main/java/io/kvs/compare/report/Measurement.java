package io.kvs.compare.report;

import io.kvs.compare.store.Contender;

/// One figure as a line of a file.
///
/// @param round which round it is of, from 1 on
/// @param store whose figure it is
/// @param workload the workload or occasion
/// @param quantity what was measured
/// @param value the value
/// @param unit its unit
record Measurement(
        int round, Contender store, String workload, Quantity quantity, double value, String unit) {

    static Measurement of(int round, Contender store, Figure figure) {
        Quantity quantity = figure.quantity();
        return new Measurement(
                round, store, figure.row(), quantity, figure.value(), quantity.unit());
    }

    Figure figure() {
        return new Figure(workload, quantity, value);
    }
}
