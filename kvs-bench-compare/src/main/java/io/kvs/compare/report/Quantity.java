package io.kvs.compare.report;

import com.fasterxml.jackson.annotation.JsonValue;
import io.kvs.compare.store.Contender;
import java.util.Locale;
import java.util.function.DoubleFunction;

/// What is measured, in which unit, and how it looks in tables.
@SuppressWarnings("ImmutableEnumChecker") // Its functions have no state to change.
public enum Quantity {
    /// Entries a second.
    RATE("1/s", Format::rate),
    /// The median latency.
    P50_MICROS("µs", Format::digits),
    /// The latency that one in a hundred exceeds.
    P99_MICROS("µs", Format::digits),
    /// The latency that one in a thousand exceeds.
    P999_MICROS("µs", Format::digits),
    /// Processor time for each entry, over all threads.
    CPU_MICROS("µs", Format::digits),
    /// Appends and syncs a second of a bare file, just before and after the workload.
    BARE_RATE("1/s", Format::rate),
    /// The rate of the workload for each append and sync of the bare file.
    TIMES_BARE("1", Format::ratio),
    /// Memory of the store in the heap, for each key.
    HEAP_PER_KEY("B", Format::digits),
    /// Other private memory of the store, for each key.
    OTHER_PER_KEY("B", Format::digits),
    /// All private memory of the store, in the heap and outside of it, for each key.
    PRIVATE_PER_KEY("B", Format::digits),
    /// Allocated disk space after loading, in bytes for each live byte.
    LOADED_SPACE("1", Format::ratio),
    /// Sizes of all files after loading and closing, in bytes for each live byte.
    CLOSED_SPACE("1", Format::ratio),
    /// How often every key was overwritten, on average.
    OVERWRITTEN("1", Format::ratio),
    /// Bytes that went to the device while overwriting, for each byte that was written.
    WRITE_AMPLIFICATION("1", Format::ratio),
    /// The largest allocated disk space while overwriting, in bytes for each live byte.
    WORST_SPACE("1", Format::ratio),
    /// Allocated disk space some time after overwriting, in bytes for each live byte.
    SETTLED_SPACE("1", Format::ratio),
    /// How long opening after closing takes.
    OPEN_CLOSED_SECONDS("s", Format::digits),
    /// Writes that were acknowledged before the kill.
    KILLED_AFTER("1", Format::count),
    /// How long opening after a kill takes.
    OPEN_KILLED_SECONDS("s", Format::digits),
    /// Acknowledged writes that were looked for after a kill.
    CHECKED_WRITES("1", Format::count),
    /// Those of them that were missing or had an older value.
    LOST_WRITES("1", Format::count);

    private final String unit;
    private final DoubleFunction<String> format;

    Quantity(String unit, DoubleFunction<String> format) {
        this.unit = unit;
        this.format = format;
    }

    /// Returns its name in files.
    @JsonValue
    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns its unit; 1 for a number of things and for a quotient.
    String unit() {
        return unit;
    }

    /// Returns whether a larger value is better than a smaller one.
    boolean isBetterIfLarger() {
        return this == RATE || this == TIMES_BARE;
    }

    /// Returns a value of a store as tables show it, without the unit.
    String format(Contender contender, double value) {
        return (isBound(contender) ? "≥ " : "") + format.apply(value);
    }

    /// Returns whether a value of a store is only a lower bound.
    boolean isBound(Contender contender) {
        return this == WRITE_AMPLIFICATION && contender.writesInPlace();
    }
}
