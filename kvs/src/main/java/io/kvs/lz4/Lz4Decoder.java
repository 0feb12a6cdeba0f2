package io.kvs.lz4;

/// Decodes LZ4 blocks (the block format of lz4.org): sequences of a token, literals, and a match
/// with what came before, which starts with the dictionary.
final class Lz4Decoder {
    private final byte[] dictionary;
    private final byte[] source;
    private final int end;
    private final byte[] value;
    private int at;
    private int done;

    private Lz4Decoder(byte[] dictionary, byte[] source, int from, int to, byte[] value) {
        this.dictionary = dictionary;
        this.source = source;
        this.at = from;
        this.end = to;
        this.value = value;
    }

    /// Decodes a block of exactly the length of `value`.
    ///
    /// @throws IllegalArgumentException it is none
    static void decode(byte[] dictionary, byte[] source, int from, int to, byte[] value) {
        new Lz4Decoder(dictionary, source, from, to, value).decode();
    }

    private void decode() {
        while (true) {
            int token = next();
            copyLiterals(length(token >>> Lz4.TOKEN_SHIFT));
            if (at == end) {
                break;
            }
            int offset = next() | next() << 8;
            copyMatch(offset, length(token & Lz4.TOKEN_MASK) + Lz4.MATCH_MIN_BYTES);
        }
        if (done != value.length) {
            throw malformed();
        }
    }

    private int next() {
        if (at >= end) {
            throw malformed();
        }
        return source[at++] & 0xFF;
    }

    private int length(int first) {
        int length = first;
        if (first == Lz4.TOKEN_MASK) {
            int more;
            do {
                more = next();
                length += more;
                if (length > value.length) {
                    throw malformed();
                }
            } while (more == 0xFF);
        }
        return length;
    }

    private void copyLiterals(int length) {
        if (length > end - at || length > value.length - done) {
            throw malformed();
        }
        System.arraycopy(source, at, value, done, length);
        at += length;
        done += length;
    }

    private void copyMatch(int offset, int length) {
        if (offset == 0 || offset > done + dictionary.length || length > value.length - done) {
            throw malformed();
        }
        int before = offset - done;
        int known = Math.clamp(before, 0, length);
        System.arraycopy(dictionary, dictionary.length - Math.max(before, 0), value, done, known);
        done += known;
        if (known < length) {
            copyWithin(offset, length - known);
        }
    }

    /// Copies what stands `offset` bytes before the end of what is done, and may overlap with it.
    private void copyWithin(int offset, int length) {
        int from = done - offset;
        int to = done + length;
        if (offset >= length) {
            System.arraycopy(value, from, value, done, length);
            done = to;
        }
        while (done < to) {
            value[done++] = value[from++];
        }
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("not an LZ4 block of this value");
    }
}
