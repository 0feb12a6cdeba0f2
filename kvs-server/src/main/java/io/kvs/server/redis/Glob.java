package io.kvs.server.redis;

import java.util.Arrays;

/// A pattern of bytes: `?` is any one, `*` any number, `[a-c]` and `[^a-c]` one of a set or none of
/// it, and a backslash takes the meaning from what follows.
///
/// Matching goes forward only: when something does not match, the last `*` takes one byte more.
/// Earlier ones need not be tried again, since what they could take the last one can take too. So
/// it takes at most as many steps as the product of both lengths, whatever the pattern. Immutable.
final class Glob {
    /// Longer patterns are refused: with long texts they would take too many steps.
    private static final int LENGTH_MAX = 4 << 10;

    private final byte[] pattern;
    private final byte[] prefix;

    private Glob(byte[] pattern) {
        this.pattern = pattern;
        int length = 0;
        while (length < pattern.length && "*?[\\".indexOf(pattern[length]) < 0) {
            length++;
        }
        this.prefix = Arrays.copyOf(pattern, length);
    }

    /// Makes one of a pattern, which is not to be changed any more.
    ///
    /// @throws CommandException it is too long
    static Glob of(byte[] pattern) throws CommandException {
        if (pattern.length > LENGTH_MAX) {
            throw new CommandException("ERR the pattern is longer than 4096 bytes");
        }
        return new Glob(pattern);
    }

    /// Returns the pattern, which is not to be changed.
    byte[] bytes() {
        return pattern;
    }

    /// Returns what all texts begin with that match.
    byte[] prefix() {
        return prefix.clone();
    }

    /// Returns whether a text that is not smaller than `text` can match.
    boolean mayMatchFrom(byte[] text) {
        int length = Math.min(prefix.length, text.length);
        return Arrays.compareUnsigned(text, 0, length, prefix, 0, prefix.length) <= 0
                || Arrays.equals(text, 0, length, prefix, 0, prefix.length);
    }

    /// Returns whether `text` matches as a whole.
    boolean matches(byte[] text) {
        int p = 0;
        int t = 0;
        int starPattern = -1;
        int starText = 0;
        while (t < text.length) {
            if (p < pattern.length && pattern[p] == '*') {
                starPattern = ++p;
                starText = t;
            } else if (p < pattern.length && matchesOne(p, text[t])) {
                p = behind(p);
                t++;
            } else if (starPattern >= 0) {
                p = starPattern;
                t = ++starText;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p == pattern.length;
    }

    private boolean matchesOne(int index, byte value) {
        return switch (pattern[index]) {
            case '?' -> true;
            case '[' -> matchesSet(index + 1, value);
            case '\\' -> pattern[index + 1 < pattern.length ? index + 1 : index] == value;
            default -> pattern[index] == value;
        };
    }

    private boolean matchesSet(int start, byte value) {
        int i = start;
        boolean isNegated = i < pattern.length && pattern[i] == '^';
        if (isNegated) {
            i++;
        }
        int wanted = value & 0xFF;
        boolean found = false;
        while (i < pattern.length && pattern[i] != ']') {
            if (pattern[i] == '\\' && i + 1 < pattern.length) {
                found |= pattern[i + 1] == value;
                i += 2;
            } else if (i + 2 < pattern.length && pattern[i + 1] == '-') {
                int one = pattern[i] & 0xFF;
                int other = pattern[i + 2] & 0xFF;
                found |= wanted >= Math.min(one, other) && wanted <= Math.max(one, other);
                i += 3;
            } else {
                found |= pattern[i] == value;
                i++;
            }
        }
        return found != isNegated;
    }

    /// Returns where the pattern goes on behind what stands for one byte.
    private int behind(int index) {
        if (pattern[index] == '\\') {
            return Math.min(index + 2, pattern.length);
        }
        if (pattern[index] != '[') {
            return index + 1;
        }
        int i = index + 1;
        if (i < pattern.length && pattern[i] == '^') {
            i++;
        }
        while (i < pattern.length && pattern[i] != ']') {
            if (pattern[i] == '\\' && i + 1 < pattern.length) {
                i += 2;
            } else if (i + 2 < pattern.length && pattern[i + 1] == '-') {
                i += 3;
            } else {
                i++;
            }
        }
        return Math.min(i + 1, pattern.length);
    }
}
