package io.kvs.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.format.LittleEndian;
import io.kvs.format.SegmentHeader;
import io.kvs.index.Keydir.Records;
import io.kvs.index.Keydir.Stripe;
import io.kvs.segment.LogPointer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The keydir against a map. A key is eight bytes here, and a pointer belongs to the key that a map
/// says it does.
final class KeydirTest {
    private final Map<Long, Long> keyOfPointer = new HashMap<>();
    private final Keydir keydir = new Keydir(Long.MAX_VALUE, pointer -> false);
    private final Records records =
            new Records() {
                @Override
                public boolean hasKey(long pointer, byte[] key) {
                    Long found = keyOfPointer.get(pointer);
                    return found != null && found == LittleEndian.getLong(key, 0);
                }

                @Override
                public void verify(long pointer) {}
            };

    /// No record lies in the header of a segment, so the first pointers are never used.
    private long nextPointer = SegmentHeader.BYTES >> 3;

    @ParameterizedTest
    @CsvSource({"300000, -1", "20000, 0xFFFFFFFFFF", "3000, 0xFFFFFFFF", "2000, -4294967296"})
    void everyOperation_atRandom_agreesWithAMap(int keyCount, String hashBits) {
        long bits = Long.decode(hashBits);
        SplittableRandom random = new SplittableRandom(keyCount);
        Map<Long, Long> model = new HashMap<>();
        for (int step = 0; step < 3 * keyCount; step++) {
            long key = random.nextInt(keyCount);
            long hash = hash(key) & bits;
            Stripe stripe = keydir.stripeOf(hash);
            Long old = model.get(key);
            assertEquals(old == null ? -1 : old, find(hash, key));
            int choice = random.nextInt(10);
            if (choice < 7) {
                long pointer = newPointer(key);
                if (old == null) {
                    stripe.insert(hash, pointer);
                    stripe.addKeys(1);
                } else {
                    assertTrue(stripe.replace(hash, old, pointer));
                }
                model.put(key, pointer);
            } else if (old != null) {
                assertTrue(stripe.contains(hash, old));
                assertTrue(stripe.remove(hash, old));
                assertFalse(stripe.remove(hash, old));
                assertFalse(stripe.contains(hash, old));
                stripe.addKeys(-1);
                model.remove(key);
            } else {
                assertFalse(stripe.remove(hash, newPointer(key)));
                assertFalse(stripe.replace(hash, newPointer(key), newPointer(key)));
            }
        }
        assertEquals(model.size(), keydir.keyCount());
        for (long key = 0; key < keyCount; key++) {
            assertEquals(model.getOrDefault(key, -1L), find(hash(key) & bits, key));
        }
        keydir.close();
    }

    @ParameterizedTest
    @CsvSource({"1000000, 15", "3000000, 13", "8000000, 12"})
    void bytes_manyKeys_areFewForEach(int keyCount, double most) {
        for (int key = 0; key < keyCount; key++) {
            long hash = hash(key);
            keydir.stripeOf(hash).insert(hash, key + nextPointer);
        }
        double each = (double) keydir.bytes() / keyCount;
        assertTrue(each <= most, each + " bytes");
        keydir.close();
    }

    @Test
    void bytes_keysThatComeAndGo_doNotGrow() {
        int live = 50_000;
        for (int key = 0; key < live; key++) {
            keydir.stripeOf(hash(key)).insert(hash(key), key + nextPointer);
        }
        long before = keydir.bytes();
        for (int key = live; key < 20 * live; key++) {
            keydir.stripeOf(hash(key)).insert(hash(key), key + nextPointer);
            long gone = hash(key - live);
            assertTrue(keydir.stripeOf(gone).remove(gone, key - live + nextPointer));
        }
        assertTrue(keydir.bytes() <= 2 * before, keydir.bytes() + " bytes, before " + before);
        keydir.close();
    }

    @Test
    void bytes_newKeydir_areNone() {
        assertEquals(0, keydir.bytes());
        assertEquals(-1, find(hash(1), 1));
        assertEquals(0, keydir.bytes());
        keydir.close();
    }

    @Test
    void insert_largestPointer_isFound() {
        long pointer = LogPointer.BOUND - 1;
        keyOfPointer.put(pointer, 1L);

        keydir.stripeOf(hash(1)).insert(hash(1), pointer);

        assertEquals(pointer, find(hash(1), 1));
        keydir.close();
    }

    @Test
    void find_recordsOfTheSameTag_verifiesThemOnlyIfNoneHasTheKey() {
        List<Long> verified = new ArrayList<>();
        Records verifying =
                new Records() {
                    @Override
                    public boolean hasKey(long pointer, byte[] key) {
                        return records.hasKey(pointer, key);
                    }

                    @Override
                    public void verify(long pointer) {
                        verified.add(pointer);
                    }
                };
        long hash = hash(1);
        long first = newPointer(1);
        long second = newPointer(2);
        keydir.stripeOf(hash).insert(hash, first);
        keydir.stripeOf(hash).insert(hash, second);

        assertEquals(second, keydir.find(hash, key(2), verifying));
        assertEquals(List.of(), verified);
        assertEquals(-1, keydir.find(hash, key(3), verifying));
        assertEquals(List.of(first, second), verified);
        keydir.close();
    }

    /// The record was moved and its segment's number given to another one, between the moment the
    /// pointer was read and that at which the record was.
    @Test
    void find_recordMovedMeanwhile_looksAgain() {
        long hash = hash(1);
        long before = newPointer(1);
        long after = newPointer(1);
        keydir.stripeOf(hash).insert(hash, before);
        Records moving =
                new Records() {
                    @Override
                    public boolean hasKey(long pointer, byte[] key) {
                        if (pointer == before) {
                            assertTrue(keydir.stripeOf(hash).replace(hash, before, after));
                            keyOfPointer.put(before, 2L);
                        }
                        return records.hasKey(pointer, key);
                    }

                    @Override
                    public void verify(long pointer) {}
                };

        assertEquals(after, keydir.find(hash, key(1), moving));
        keydir.close();
    }

    @Test
    void find_afterClose_isIllegalState() {
        long hash = hash(1);
        keydir.stripeOf(hash).insert(hash, newPointer(1));
        keydir.close();
        keydir.close();

        assertThrows(IllegalStateException.class, () -> find(hash, 1));
    }

    private long find(long hash, long key) {
        return keydir.find(hash, key(key), records);
    }

    private long newPointer(long key) {
        long pointer = nextPointer++;
        keyOfPointer.put(pointer, key);
        return pointer;
    }

    private static byte[] key(long key) {
        byte[] bytes = new byte[8];
        LittleEndian.putLong(bytes, 0, key);
        return bytes;
    }

    private static long hash(long key) {
        long z = (key + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
