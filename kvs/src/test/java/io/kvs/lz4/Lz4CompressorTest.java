package io.kvs.lz4;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Lz4CompressorTest {
    private static final byte[] NOTHING = {};

    private final SplittableRandom random = new SplittableRandom(1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 300, 32 << 10})
    void decompressOfCompress_anyValue_isTheSame(int dictionaryLength) {
        byte[] dictionary = repetitive(dictionaryLength);
        Lz4Compressor compressor = new Lz4Compressor(dictionary);
        for (int i = 0; i < 2_000; i++) {
            byte[] value = value(dictionary);
            byte[] block = compress(compressor, value);
            byte[] decompressed = new byte[value.length];
            compressor.decompress(block, 0, block.length, decompressed);
            assertArrayEquals(value, decompressed, "value " + i);
        }
    }

    @Test
    void compress_resultThatDoesNotFit_isZeroAndStaysWithinTheRoom() {
        Lz4Compressor compressor = new Lz4Compressor(NOTHING);
        byte[] value = repetitive(500);
        int length = compress(compressor, value).length;
        for (int room = 0; room < length + 5; room++) {
            byte[] target = new byte[600];
            int result = compressor.compress(value, target, 10, 10 + room);
            assertEquals(room < length ? 0 : length, result, "room " + room);
            for (int i = 0; i < target.length; i++) {
                assertTrue(i >= 10 && i < 10 + room || target[i] == 0, "byte " + i);
            }
        }
    }

    /// By hand, after the description of the block format.
    @Test
    void decompress_blockOfTheFormat_isItsValue() {
        byte[] block = {
            0x52,
            'H',
            'e',
            'l',
            'l',
            'o',
            5,
            0, // five literals, then six bytes from five before
            (byte) 0xF0,
            0,
            ' ',
            'i',
            's',
            ' ',
            't',
            'h',
            'e',
            ' ',
            'v',
            'a',
            'l',
            'u',
            'e',
            '.',
            '.'
        };
        byte[] value = new byte["HelloHelloH is the value..".length()];
        new Lz4Compressor(NOTHING).decompress(block, 0, block.length, value);

        assertEquals("HelloHelloH is the value..", new String(value, US_ASCII));
    }

    @Test
    void compress_valueOfTheDictionary_takesNextToNothing() {
        byte[] dictionary = new byte[4096];
        random.nextBytes(dictionary);
        byte[] value = Arrays.copyOfRange(dictionary, 1_000, 1_400);

        assertTrue(compress(new Lz4Compressor(dictionary), value).length < 20);
    }

    @Test
    void decompress_anyBytes_isAnErrorOrAValue() {
        Lz4Compressor compressor = new Lz4Compressor(repetitive(100));
        int errors = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] block = new byte[random.nextInt(60)];
            random.nextBytes(block);
            try {
                compressor.decompress(block, 0, block.length, new byte[random.nextInt(80)]);
            } catch (IllegalArgumentException e) {
                errors++;
            }
        }
        assertTrue(errors > 40_000, errors + " errors");
    }

    @Test
    void decompress_partOfABlock_isAnError() {
        Lz4Compressor compressor = new Lz4Compressor(NOTHING);
        byte[] value = repetitive(300);
        byte[] block = compress(compressor, value);
        for (int end = 0; end < block.length; end++) {
            int to = end;
            assertThrows(
                    IllegalArgumentException.class,
                    () -> compressor.decompress(block, 0, to, new byte[value.length]));
        }
    }

    private static byte[] compress(Lz4Compressor compressor, byte[] value) {
        byte[] target = new byte[2 * value.length + 20];
        int length = compressor.compress(value, target, 0, target.length);
        assertTrue(length > 0);
        return Arrays.copyOf(target, length);
    }

    /// Returns random bytes, pieces of the dictionary, and repetitions, one behind the other.
    private byte[] value(byte[] dictionary) {
        byte[] value = new byte[random.nextInt(random.nextInt(10) == 0 ? 100_000 : 400)];
        for (int at = 0; at < value.length; ) {
            int length = Math.min(value.length - at, 1 + random.nextInt(40));
            byte[] piece = new byte[length];
            random.nextBytes(piece);
            int source = random.nextInt(3);
            if (source == 0 && dictionary.length >= length) {
                int from = random.nextInt(dictionary.length - length + 1);
                System.arraycopy(dictionary, from, piece, 0, length);
            } else if (source == 1 && at > 0) {
                int from = random.nextInt(at);
                for (int i = 0; i < length; i++) {
                    piece[i] = value[Math.min(from + i, at - 1)];
                }
            }
            System.arraycopy(piece, 0, value, at, length);
            at += length;
        }
        return value;
    }

    private byte[] repetitive(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ("some words of a text ".charAt(i % 21) + (i % 97 == 0 ? 1 : 0));
        }
        return bytes;
    }
}
