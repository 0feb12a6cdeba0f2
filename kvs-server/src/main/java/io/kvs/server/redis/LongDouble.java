package io.kvs.server.redis;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Numbers with 64 significant bits, in which Redis reckons what `INCRBYFLOAT` adds, so that the
/// texts are the same: 17 digits behind the point, without the zeros at the end.
final class LongDouble {
    private static final int SIGNIFICANT_BITS = 64;
    private static final int FRACTION_DIGITS = 17;
    private static final int TEXT_LENGTH_MAX = 5 << 10;
    private static final int EXPONENT_MAX = 4_932;
    private static final int EXPONENT_MIN = -4_950;
    private static final BigDecimal TWO = BigDecimal.valueOf(2);

    /// The value exactly; null if it is infinite.
    private final @Nullable BigDecimal value;

    private LongDouble(@Nullable BigDecimal value) {
        this.value = value;
    }

    /// Returns the number of a text.
    ///
    /// @throws CommandException it is none
    static LongDouble parse(byte[] bytes) throws CommandException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.matches("(?i)[+-]?inf(inity)?")) {
            return new LongDouble(null);
        }
        if (text.length() > TEXT_LENGTH_MAX
                || !text.matches("[+-]?[0-9.]+([eE][+-]?[0-9]{1,6})?")) {
            throw notAFloat();
        }
        try {
            BigDecimal exact = new BigDecimal(text);
            long digits = (long) exact.precision() - exact.scale();
            if (exact.signum() != 0 && (digits > EXPONENT_MAX || digits < EXPONENT_MIN)) {
                throw notAFloat();
            }
            return new LongDouble(rounded(exact));
        } catch (NumberFormatException _) {
            throw notAFloat();
        }
    }

    private static CommandException notAFloat() {
        return new CommandException("ERR value is not a valid float");
    }

    /// Returns the sum of this and another number.
    ///
    /// @throws CommandException it is infinite
    LongDouble plus(LongDouble other) throws CommandException {
        BigDecimal first = value;
        BigDecimal second = other.value;
        if (first == null || second == null) {
            throw new CommandException("ERR increment would produce NaN or Infinity");
        }
        BigDecimal sum = rounded(first.add(second));
        if ((long) sum.precision() - sum.scale() > EXPONENT_MAX) {
            throw new CommandException("ERR increment would produce NaN or Infinity");
        }
        return new LongDouble(sum);
    }

    /// Returns the nearest number that has so many significant bits.
    private static BigDecimal rounded(BigDecimal exact) {
        if (exact.signum() == 0) {
            return BigDecimal.ZERO;
        }
        // The exponent is guessed from the whole part or the digits, and then corrected.
        BigInteger whole = exact.toBigInteger().abs();
        int exponent =
                whole.signum() != 0
                        ? whole.bitLength() - SIGNIFICANT_BITS
                        : (int) ((exact.precision() - exact.scale()) * 3.3219) - SIGNIFICANT_BITS;
        BigDecimal scaled = scaled(exact, exponent);
        while (scaled.abs().toBigInteger().bitLength() > SIGNIFICANT_BITS) {
            scaled = scaled(exact, ++exponent);
        }
        while (scaled.abs().toBigInteger().bitLength() < SIGNIFICANT_BITS) {
            scaled = scaled(exact, --exponent);
        }
        return scaled(scaled.setScale(0, RoundingMode.HALF_EVEN), -exponent);
    }

    /// Returns a number divided by a power of two, exactly.
    private static BigDecimal scaled(BigDecimal number, int exponent) {
        if (exponent <= 0) {
            return number.multiply(TWO.pow(-exponent));
        }
        // A division by 2^n is a multiplication by 5^n with the point n digits further left.
        return number.multiply(BigDecimal.valueOf(5).pow(exponent)).scaleByPowerOfTen(-exponent);
    }

    /// Returns the text of the number.
    byte[] text() {
        BigDecimal finite = value;
        if (finite == null) {
            throw new IllegalStateException("a number without end has no text");
        }
        BigDecimal shown = finite.setScale(FRACTION_DIGITS, RoundingMode.HALF_EVEN);
        String text = shown.stripTrailingZeros().toPlainString();
        return (shown.signum() == 0 ? "0" : text).getBytes(StandardCharsets.US_ASCII);
    }
}
