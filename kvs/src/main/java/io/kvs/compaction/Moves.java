package io.kvs.compaction;

import java.util.Arrays;

/// Where the records that a compaction copied were and are now.
final class Moves {
    /// Where a tombstone is that was dropped.
    static final long DROPPED_TOMBSTONE = -1;

    /// Where a value is that was dropped.
    static final long DROPPED_VALUE = -2;

    private static final int FIELDS = 3;

    private long[] fields = new long[FIELDS * 64];
    private int length;

    void add(long keyHash, long from, long to) {
        if (length == fields.length) {
            fields = Arrays.copyOf(fields, 2 * length);
        }
        fields[length++] = keyHash;
        fields[length++] = from;
        fields[length++] = to;
    }

    int count() {
        return length / FIELDS;
    }

    long keyHash(int index) {
        return fields[FIELDS * index];
    }

    long from(int index) {
        return fields[FIELDS * index + 1];
    }

    long to(int index) {
        return fields[FIELDS * index + 2];
    }
}
