package io.kvs.server.redis;

import java.util.ArrayList;
import java.util.List;

/// The longest sequence of bytes that two values have in common, in order but with gaps.
///
/// Found by the table of the lengths for all pairs of beginnings, so it takes time and memory of
/// the product of both lengths. For one thread at a time.
final class CommonSubsequence {
    private final byte[] first;
    private final byte[] second;
    private byte[] bytes = {};

    /// What is in one piece in both values, from the end to the start.
    private final List<Part> parts = new ArrayList<>();

    /// Bytes that are in one piece in both values.
    record Part(int firstStart, int secondStart, int length) {}

    CommonSubsequence(byte[] first, byte[] second) {
        this.first = first;
        this.second = second;
    }

    /// Returns how much memory the search takes.
    long tableBytes() {
        return Integer.BYTES * (first.length + 1L) * (second.length + 1L);
    }

    /// Searches.
    void find() {
        int[][] lengths = new int[first.length + 1][second.length + 1];
        for (int i = 1; i <= first.length; i++) {
            int[] above = lengths[i - 1];
            int[] row = lengths[i];
            for (int j = 1; j <= second.length; j++) {
                row[j] =
                        first[i - 1] == second[j - 1]
                                ? above[j - 1] + 1
                                : Math.max(above[j], row[j - 1]);
            }
        }
        collect(lengths);
    }

    /// Goes back through the table.
    private void collect(int[][] lengths) {
        int i = first.length;
        int j = second.length;
        int left = lengths[i][j];
        bytes = new byte[left];
        int partLength = 0;
        while (left > 0) {
            if (first[i - 1] == second[j - 1]) {
                bytes[--left] = first[i - 1];
                i--;
                j--;
                partLength++;
                continue;
            }
            partLength = endPart(i, j, partLength);
            if (lengths[i - 1][j] > lengths[i][j - 1]) {
                i--;
            } else {
                j--;
            }
        }
        endPart(i, j, partLength);
    }

    private int endPart(int firstStart, int secondStart, int length) {
        if (length > 0) {
            parts.add(new Part(firstStart, secondStart, length));
        }
        return 0;
    }

    /// Returns how long the sequence is.
    int length() {
        return bytes.length;
    }

    /// Returns the sequence.
    byte[] bytes() {
        return bytes;
    }

    /// Returns the parts that are at least so long, the last one first.
    List<Part> parts(long lengthMin) {
        return parts.stream().filter(part -> part.length() >= lengthMin).toList();
    }
}
