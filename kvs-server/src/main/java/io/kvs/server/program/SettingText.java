package io.kvs.server.program;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What the texts of settings stand for. Each method throws {@link IllegalArgumentException} with
/// what the text must be.
final class SettingText {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})(B|KiB|MiB|GiB|TiB)?");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|min|h|d)");
    private static final Pattern ADDRESS =
            Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[^:\\s]+):([0-9]{1,5})");
    private static final int PORT_MAX = 65_535;

    private SettingText() {}

    /// Returns a number of bytes, such as `64MiB`.
    static long size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a size such as 64MiB, 512KiB or 1GiB");
        }
        long number = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2);
        int shift =
                switch (unit == null ? "B" : unit) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    case "TiB" -> 40;
                    default -> 0;
                };
        if (number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("a size of at most 8,388,607 TiB");
        }
        return number << shift;
    }

    /// Returns a number of bytes that fits into an `int`.
    static int smallSize(String text) {
        long bytes = size(text);
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a size below 2GiB");
        }
        return (int) bytes;
    }

    /// Returns a time, such as `5s`; `0` is none.
    static Duration duration(String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a time such as 500ms, 5s, 10min, 1h or 1d");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "min" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /// Returns an address, such as `127.0.0.1:4000` or `[::1]:4000`.
    static InetSocketAddress address(String text) {
        Matcher matcher = ADDRESS.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > PORT_MAX) {
            throw new IllegalArgumentException("an address such as 127.0.0.1:4000");
        }
        try {
            return new InetSocketAddress(
                    InetAddress.getByName(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address that is known", e);
        }
    }

    /// Returns a count of 1 or more.
    static int count(String text) {
        if (!text.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException("a number from 1 to 999999999");
        }
        return Integer.parseInt(text);
    }

    /// Returns yes or no.
    static boolean flag(String text) {
        return switch (text) {
            case "true", "yes" -> true;
            case "false", "no" -> false;
            default -> throw new IllegalArgumentException("'yes' or 'no'");
        };
    }

    /// Returns a text that is not empty.
    static String text(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a text that is not empty");
        }
        return text;
    }

    /// Returns what makes a constant of a text.
    static <E extends Enum<E>> Function<String, E> choice(Class<E> type) {
        return text -> {
            for (E constant : type.getEnumConstants()) {
                if (word(constant).equals(text)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(
                    Arrays.stream(type.getEnumConstants())
                            .map(constant -> "'" + word(constant) + "'")
                            .collect(Collectors.joining(" or ")));
        };
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
