package io.kvs.cli;

import io.kvs.TimeToLive;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// The option `--ttl` of `set`.
final class TimeToLiveOption {
    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            converter = Converter.class,
            description = {
                "How long the value lives: 30s, 5m, 2h or 7d, up to 100 years. After that the key"
                        + " is not in the store. Default: forever."
            })
    private @Nullable Duration value;

    /// Returns how long the value lives, or null if it does not expire.
    @Nullable Duration value() {
        return value;
    }

    /// Returns the time that a text spells, or null if it spells none.
    static @Nullable Duration parse(String text) {
        int digits = text.length() - 1;
        if (digits < 1 || digits > 10) {
            return null;
        }
        long count = 0;
        for (int i = 0; i < digits; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return null;
            }
            count = 10 * count + digit;
        }
        Duration time =
                switch (text.charAt(digits)) {
                    case 's' -> Duration.ofSeconds(count);
                    case 'm' -> Duration.ofMinutes(count);
                    case 'h' -> Duration.ofHours(count);
                    case 'd' -> Duration.ofDays(count);
                    default -> Duration.ZERO;
                };
        return time.isZero() || time.compareTo(TimeToLive.MAX) > 0 ? null : time;
    }

    /// Says what is wrong with a text.
    static final class Converter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Duration time = parse(text);
            if (time == null) {
                throw new TypeConversionException(
                        "'" + text + "' is no time like 30s, 5m, 2h or 7d, up to 100 years");
            }
            return time;
        }
    }
}
