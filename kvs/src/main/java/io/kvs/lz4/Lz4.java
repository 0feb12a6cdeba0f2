package io.kvs.lz4;

/// Constants of the LZ4 block format.
final class Lz4 {
    /// The upper half of a token is the number of literals, the lower one the length of the match.
    static final int TOKEN_SHIFT = 4;

    /// A half of a token with all bits set is continued in further bytes.
    static final int TOKEN_MASK = 15;

    /// The shortest match; lengths are counted from it.
    static final int MATCH_MIN_BYTES = 4;

    /// The farthest match.
    static final int OFFSET_MAX = 65_535;

    /// A block ends with at least so many literals,
    static final int LAST_LITERALS = 5;

    /// and no match starts behind the last so many bytes.
    static final int MATCH_LIMIT = 12;

    private Lz4() {}
}
