package io.kvs.server.rpc;

import io.kvs.InvalidKeyException;

/// What a client may ask for at most; checked before memory is taken.
///
/// @param valueBytesMax the longest value, in bytes
/// @param handlesMax how many cursors, snapshots and transactions a connection has open at once
record RpcLimits(int valueBytesMax, int handlesMax) {
    /// The longest frame of a client that has not said hello, in bytes.
    static final int HELLO_FRAME_BYTES_MAX = 1 << 10;

    /// A page has at most so many bytes of keys and values and entries, but at least one entry.
    static final int PAGE_BYTES_MAX = 256 << 10;

    static final int PAGE_ENTRIES_MAX = 1_000;

    private static final int ENVELOPE_BYTES_MAX = 64;
    private static final int HANDLES_MAX = 1_000;

    static RpcLimits ofValues(int valueBytesMax) {
        return new RpcLimits(valueBytesMax, HANDLES_MAX);
    }

    /// Returns the longest frame: one that stores the longest value under the longest key.
    int frameBytesMax() {
        return valueBytesMax + InvalidKeyException.KEY_LENGTH_MAX + ENVELOPE_BYTES_MAX;
    }
}
