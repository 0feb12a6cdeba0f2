package io.kvs.lz4;

import io.kvs.format.LittleEndian;
import java.util.Arrays;

/// Encodes values as LZ4 blocks, one after the other.
///
/// The dictionary and the value stand one behind the other in one array, so that all matches are
/// found alike. Of all places with the same four bytes the latest are linked in chains; those of
/// the dictionary are made once.
final class Lz4Encoder {
    private static final int DICTIONARY_HASH_BITS = 14;

    /// So many places of the dictionary are looked at for the longest match.
    private static final int CHAIN_MAX = 16;

    private final int dictionaryLength;

    /// By hash: the last place in the dictionary, plus 1.
    private final short[] dictionaryHeads;

    /// By place in the dictionary: the place before of the same hash, plus 1.
    private final short[] dictionaryLinks;

    /// The dictionary, and the value behind it.
    private byte[] bytes;

    /// By hash: the last place in the value so far, or something else.
    private int[] heads = new int[0];

    private int end;
    private int matchStart;
    private int matchLength;

    private byte[] target = {};
    private int at;
    private int limit;

    /// Makes it.
    ///
    /// @param dictionary at most 32 KiB
    Lz4Encoder(byte[] dictionary) {
        this.dictionaryLength = dictionary.length;
        this.bytes = Arrays.copyOf(dictionary, dictionary.length + 4096);
        this.dictionaryHeads = new short[1 << DICTIONARY_HASH_BITS];
        this.dictionaryLinks = new short[dictionary.length];
        for (int i = 0; i + Lz4.MATCH_MIN_BYTES <= dictionary.length; i++) {
            int hash = hash(i, DICTIONARY_HASH_BITS);
            dictionaryLinks[i] = dictionaryHeads[hash];
            dictionaryHeads[hash] = (short) (i + 1);
        }
    }

    /// Encodes a value; returns the length of the block, or 0 if it does not fit.
    int encode(byte[] value, byte[] into, int from, int to) {
        target = into;
        at = from;
        limit = to;
        load(value);
        int literals = dictionaryLength;
        int searchEnd = end - Lz4.MATCH_LIMIT;
        int bits = Integer.numberOfTrailingZeros(heads.length);
        for (int i = dictionaryLength; i <= searchEnd; ) {
            findMatch(i, bits);
            if (matchLength < Lz4.MATCH_MIN_BYTES) {
                heads[hash(i, bits)] = i;
                i++;
                continue;
            }
            if (!putSequence(literals, i - literals, i - matchStart, matchLength)) {
                return 0;
            }
            int behind = i + matchLength;
            for (; i < behind && i <= searchEnd; i++) {
                heads[hash(i, bits)] = i;
            }
            i = behind;
            literals = behind;
        }
        return putSequence(literals, end - literals, 0, 0) ? at - from : 0;
    }

    private void load(byte[] value) {
        end = dictionaryLength + value.length;
        if (bytes.length < end) {
            bytes = Arrays.copyOf(bytes, end);
        }
        System.arraycopy(value, 0, bytes, dictionaryLength, value.length);
        int wanted = Math.clamp(Integer.highestOneBit(value.length) * 2L, 64, 1 << 14);
        if (heads.length == wanted) {
            Arrays.fill(heads, 0);
        } else {
            heads = new int[wanted];
        }
    }

    private void findMatch(int i, int bits) {
        matchLength = 0;
        int candidate = heads[hash(i, bits)];
        if (candidate >= dictionaryLength && i - candidate <= Lz4.OFFSET_MAX && candidate < i) {
            consider(i, candidate);
        }
        int link = dictionaryHeads[hash(i, DICTIONARY_HASH_BITS)];
        for (int tried = 0; link != 0 && tried < CHAIN_MAX; tried++) {
            int place = (link & 0xFFFF) - 1;
            if (i - place > Lz4.OFFSET_MAX) {
                break;
            }
            consider(i, place);
            link = dictionaryLinks[place];
        }
    }

    private void consider(int i, int place) {
        int length = Arrays.mismatch(bytes, place, end - i + place, bytes, i, end);
        int most = end - Lz4.LAST_LITERALS - i;
        int usable = length < 0 ? most : Math.min(length, most);
        if (usable > matchLength) {
            matchLength = usable;
            matchStart = place;
        }
    }

    /// Puts literals and a match, or the last literals if its length is 0.
    private boolean putSequence(int literals, int count, int offset, int length) {
        if (sequenceBytes(count, length) > limit - at) {
            return false;
        }
        int token = at++;
        int first = putLength(count);
        System.arraycopy(bytes, literals, target, at, count);
        at += count;
        int second = 0;
        if (length > 0) {
            target[at++] = (byte) offset;
            target[at++] = (byte) (offset >>> 8);
            second = putLength(length - Lz4.MATCH_MIN_BYTES);
        }
        target[token] = (byte) (first << Lz4.TOKEN_SHIFT | second);
        return true;
    }

    private static int sequenceBytes(int count, int length) {
        int matched = length == 0 ? 0 : 2 + moreBytes(length - Lz4.MATCH_MIN_BYTES);
        return 1 + moreBytes(count) + count + matched;
    }

    private static int moreBytes(int length) {
        return length < Lz4.TOKEN_MASK ? 0 : (length - Lz4.TOKEN_MASK) / 255 + 1;
    }

    /// Puts what of a length does not fit into half a token; returns that half.
    private int putLength(int length) {
        if (length < Lz4.TOKEN_MASK) {
            return length;
        }
        int rest = length - Lz4.TOKEN_MASK;
        for (; rest >= 255; rest -= 255) {
            target[at++] = (byte) 255;
        }
        target[at++] = (byte) rest;
        return Lz4.TOKEN_MASK;
    }

    private int hash(int place, int bits) {
        return LittleEndian.getInt(bytes, place) * 0x9E3779B1 >>> Integer.SIZE - bits;
    }
}
