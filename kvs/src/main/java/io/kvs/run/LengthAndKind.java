package io.kvs.run;

/// The third number of an entry of a run: how long the value is, and what kind of record it is
/// (FORMAT.md, "Run file").
///
/// Twice the length for a value, 1 for a tombstone, and twice the length plus 3 for a value that
/// expires: so neither costs the others a bit.
final class LengthAndKind {
    private static final long TOMBSTONE = 1;
    private static final long EXPIRING = 3;

    private LengthAndKind() {}

    static long of(int valueLength, boolean tombstone, boolean expiring) {
        return tombstone ? TOMBSTONE : ((long) valueLength << 1) + (expiring ? EXPIRING : 0);
    }

    static boolean isTombstone(long number) {
        return number == TOMBSTONE;
    }

    static boolean isExpiring(long number) {
        return (number & 1) != 0 && number != TOMBSTONE;
    }

    static int valueLength(long number) {
        return (int) ((isExpiring(number) ? number - EXPIRING : number) >>> 1);
    }
}
