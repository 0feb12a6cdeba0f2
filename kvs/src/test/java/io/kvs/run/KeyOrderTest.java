package io.kvs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kvs.format.RecordHeader;
import io.kvs.segment.MemorySegments;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sorting by key, newest record of a key first, against a sorted map.
final class KeyOrderTest {
    private static final byte[] NO_VALUE = {};

    private final Segment segment = MemorySegments.log(1, 1, 64 << 20);
    private final SegmentWriter writer = MemorySegments.writer(segment);
    private final List<Integer> places = new ArrayList<>();
    private final TreeMap<byte[], List<Integer>> model = new TreeMap<>(Arrays::compareUnsigned);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 11, 12, 13, 14, 40, 1_000, 50_000})
    void sort_randomKeys_sortsThem(int count) {
        SplittableRandom random = new SplittableRandom(count);
        for (int i = 0; i < count; i++) {
            byte[] key = new byte[1 + random.nextInt(20)];
            random.nextBytes(key);
            add(key);
        }
        assertSorted();
    }

    /// Few values of a byte and short keys make many duplicates, and many keys that are the start
    /// of others, also with zeros where the shorter one has ended.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void sort_keysThatAreStartsOfOthers_sortsThem(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] alphabet = {0, 0, 1, -1, 127, -128};
        for (int i = 0; i < 5_000; i++) {
            byte[] key = new byte[1 + random.nextInt(seed * 4)];
            for (int k = random.nextInt(key.length); k < key.length; k++) {
                key[k] = alphabet[random.nextInt(alphabet.length)];
            }
            add(key);
        }
        assertSorted();
    }

    @Test
    void sort_keysWithALongCommonStart_sortsThem() {
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < 3_000; i++) {
            byte[] key = new byte[290 + random.nextInt(20)];
            Arrays.fill(key, (byte) 'a');
            key[key.length - 1 - random.nextInt(25)] = (byte) random.nextInt(256);
            add(key);
        }
        assertSorted();
    }

    @Test
    void sort_longestKeysThatDifferAtTheirEnd_sortsThem() {
        for (int i = 0; i < 30; i++) {
            byte[] key = new byte[(64 << 10) - i % 3];
            key[key.length - 1] = (byte) (i * 7);
            add(key);
        }
        assertSorted();
    }

    @Test
    void sort_oneKeyManyTimes_sortsNewestFirst() {
        for (int i = 0; i < 2_000; i++) {
            add(new byte[] {1, 2, 3});
        }
        assertSorted();
    }

    @Test
    void sort_ascendingAndDescendingKeys_sortsThem() {
        for (int i = 0; i < 5_000; i++) {
            add(("up " + (100_000 + i)).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            add(("down " + (100_000 - i)).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        assertSorted();
    }

    /// More than one step tells them apart: with their positions beside them there is no room for
    /// all of the bits in which they differ.
    @ParameterizedTest
    @ValueSource(ints = {13, 5_000})
    void sort_keysThatDifferInTheirFirstAndLastBits_sortsThem(int count) {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < count; i++) {
            byte[] key = new byte[8 + random.nextInt(3)];
            key[0] = (byte) (random.nextInt(2) << 7);
            key[6] = (byte) random.nextInt(2);
            key[7] = (byte) random.nextInt(256);
            add(key);
        }
        assertSorted();
    }

    private void add(byte[] key) {
        long offset = writer.appendValue(key, NO_VALUE, RecordHeader.NEVER, 0);
        int place = (int) (offset >>> 3);
        places.add(place);
        model.computeIfAbsent(key, _ -> new ArrayList<>()).addFirst(place);
    }

    private void assertSorted() {
        List<Integer> expected = model.values().stream().flatMap(List::stream).toList();
        int[] sorted = new int[places.size() + 3];
        for (int i = 0; i < places.size(); i++) {
            sorted[i] = places.get(i);
        }

        KeyOrder.sort(segment, sorted, places.size());

        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), sorted[i], "at " + i + ", key " + show(sorted[i]));
        }
        assertEquals(0, sorted[places.size()], "what lies behind is left alone");
    }

    private String show(int place) {
        long offset = (long) place << 3;
        long header = segment.header(offset);
        return RecordHeader.keyLength(header) + " bytes";
    }
}
