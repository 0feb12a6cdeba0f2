package io.kvs.testkit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Shows byte strings in messages: short ones in full, long ones by length and hash.
final class Bytes {
    private static final int SHOWN_LENGTH_MAX = 8;

    private Bytes() {}

    static String show(byte @Nullable [] bytes) {
        if (bytes == null) {
            return "nothing";
        }
        StringBuilder text = new StringBuilder("x");
        for (int i = 0; i < Math.min(bytes.length, SHOWN_LENGTH_MAX); i++) {
            text.append(Character.forDigit(bytes[i] >> 4 & 15, 16));
            text.append(Character.forDigit(bytes[i] & 15, 16));
        }
        if (bytes.length > SHOWN_LENGTH_MAX) {
            text.append("…(").append(bytes.length).append(" bytes, hash ");
            text.append(Integer.toHexString(Arrays.hashCode(bytes))).append(')');
        }
        return text.toString();
    }
}
