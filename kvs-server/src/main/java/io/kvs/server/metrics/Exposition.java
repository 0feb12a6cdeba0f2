package io.kvs.server.metrics;

import java.math.BigDecimal;

/// Figures as text that Prometheus reads, format 0.0.4. Not safe for use by several threads.
public final class Exposition {
    private static final int NANO_DIGITS = 9;

    private final StringBuilder text = new StringBuilder(4_096);

    /// Begins with nothing.
    public Exposition() {}

    /// Adds a figure that only grows.
    ///
    /// @param name with its unit behind, ending in `_total`
    public Exposition counter(String name, String help, long value) {
        return family(name, "counter", help).sample(name, "", value);
    }

    /// Adds a figure that goes up and down.
    public Exposition gauge(String name, String help, long value) {
        return family(name, "gauge", help).sample(name, "", value);
    }

    /// Begins figures of one name that labels tell apart; {@link #sample} adds them.
    ///
    /// @param type `counter` or `gauge`
    public Exposition family(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    /// Adds a figure of the family that was begun.
    ///
    /// @param labels such as `protocol="redis"`, or empty
    public Exposition sample(String name, String labels, long value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(value).append('\n');
        return this;
    }

    /// Adds a time that only grows, given in nanoseconds and told in seconds.
    public Exposition seconds(String name, String help, long nanos) {
        family(name, "counter", help);
        text.append(name).append(' ');
        text.append(BigDecimal.valueOf(nanos, NANO_DIGITS).toPlainString()).append('\n');
        return this;
    }

    /// Returns the text.
    @Override
    public String toString() {
        return text.toString();
    }
}
