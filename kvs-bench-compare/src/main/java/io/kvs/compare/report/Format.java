package io.kvs.compare.report;

import java.util.Locale;

/// How numbers look in tables.
final class Format {
    private static final double THOUSAND = 1e3;
    private static final double MILLION = 1e6;

    private Format() {}

    /// Formats a rate or a count with three digits and its thousands or millions.
    static String rate(double value) {
        if (value >= MILLION) {
            return digits(value / MILLION) + " M";
        }
        return value >= THOUSAND ? digits(value / THOUSAND) + " k" : digits(value);
    }

    /// Formats with about three significant digits.
    static String digits(double value) {
        double size = Math.abs(value);
        int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /// Formats a quotient.
    static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /// Formats a number of things, exactly.
    static String count(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }
}
