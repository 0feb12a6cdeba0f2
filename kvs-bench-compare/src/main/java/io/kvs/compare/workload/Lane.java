package io.kvs.compare.workload;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// One thread of a workload.
///
/// @param row the row of the table it counts for; several lanes may share one
/// @param turnsMax after so many turns it has reached its goal, and the whole workload stops
/// @param entriesPerTurn how many entries one turn is about
/// @param sampledEvery one in so many turns is timed, a power of two
/// @param operation what it does
record Lane(String row, long turnsMax, int entriesPerTurn, int sampledEvery, Operation operation) {
    private static final int SAMPLED_EVERY = 8;

    /// Returns the lanes of several threads, each made from the number of its thread, from 0 on.
    static List<Lane> each(int threads, IntFunction<Lane> lane) {
        return IntStream.range(0, threads).mapToObj(lane).toList();
    }

    /// Returns a lane of cheap operations: reading the clock for each would slow them down.
    static Lane sampled(String row, long turnsMax, Operation operation) {
        return new Lane(row, turnsMax, 1, SAMPLED_EVERY, operation);
    }

    /// Returns a lane of expensive operations, each of them timed.
    static Lane timed(String row, long turnsMax, int entriesPerTurn, Operation operation) {
        return new Lane(row, turnsMax, entriesPerTurn, 1, operation);
    }
}
