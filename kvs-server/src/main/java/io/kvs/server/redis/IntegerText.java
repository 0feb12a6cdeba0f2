package io.kvs.server.redis;

import java.nio.charset.StandardCharsets;

/// Whole numbers of 64 bits as decimal text, in the one form that Redis takes for a number: no
/// plus, no leading zeros, no spaces.
final class IntegerText {
    private static final int LENGTH_MAX = 20;

    private IntegerText() {}

    /// Returns the text of a number.
    static byte[] of(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    /// Returns whether bytes of an array are the text of a number.
    static boolean is(byte[] array, int offset, int length) {
        try {
            parse(array, offset, length);
            return true;
        } catch (CommandException _) {
            return false;
        }
    }

    /// Returns the number whose text is in an array.
    ///
    /// @throws CommandException it is no number, or has more than 64 bits
    static long parse(byte[] array, int offset, int length) throws CommandException {
        if (length == 0 || length > LENGTH_MAX) {
            throw CommandException.notAnInteger();
        }
        boolean isNegative = array[offset] == '-';
        int first = isNegative ? 1 : 0;
        if (length == first || length > 1 && array[offset + first] == '0') {
            throw CommandException.notAnInteger();
        }
        // Reckoned below zero, where there is room for one number more.
        long number = 0;
        for (int i = first; i < length; i++) {
            int digit = array[offset + i] - '0';
            if (digit < 0 || digit > 9 || number < (Long.MIN_VALUE + digit) / 10) {
                throw CommandException.notAnInteger();
            }
            number = number * 10 - digit;
        }
        if (!isNegative && number == Long.MIN_VALUE) {
            throw CommandException.notAnInteger();
        }
        return isNegative ? number : -number;
    }
}
