package io.kvs;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Numbers as values: decimal text, so that people and other programs can read them.
final class Counter {
    private Counter() {}

    /// Returns the number in `value` plus `delta`; null counts as 0.
    static byte[] add(byte @Nullable [] value, long delta) {
        long sum = Math.addExact(value == null ? 0 : decode(value), delta);
        return Long.toString(sum).getBytes(StandardCharsets.ISO_8859_1);
    }

    static long decode(byte @Nullable [] value) {
        String text = value == null ? "" : new String(value, StandardCharsets.ISO_8859_1);
        try {
            long number = Long.parseLong(text);
            if (Long.toString(number).equals(text)) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw notANumber(e);
        }
        throw notANumber(null);
    }

    private static SerializationException notANumber(@Nullable Throwable cause) {
        return new SerializationException("the value is not a decimal number of 64 bits", cause);
    }
}
