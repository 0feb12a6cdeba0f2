package io.kvs.async;

/// The bounds of an {@link AsyncKvStore}; immutable. Start from {@link #defaults()}.
///
/// @param operationsMax how many operations may be in flight; default 4 096, from 1 to 1 000 000.
///   Each takes some 200 bytes besides its keys and values. So many share a sync at most
/// @param bytesMax how many bytes of keys and values those in flight may have; default 64 MiB, from
///   1 to 1 TiB. One operation is accepted alone however large it is
/// @param threadsMax how many threads run what has to wait, such as compactions and transactions,
///   at most; default 16, from 1 to 1 000. They end when there is nothing to do
public record AsyncOptions(int operationsMax, long bytesMax, int threadsMax) {
    private static final int OPERATIONS_LIMIT = 1_000_000;
    private static final long BYTES_LIMIT = 1L << 40;
    private static final int THREADS_LIMIT = 1_000;

    /// Checks every limit.
    ///
    /// @throws IllegalArgumentException a value is outside its limits; the message names it
    public AsyncOptions {
        check("operationsMax", operationsMax, OPERATIONS_LIMIT);
        check("bytesMax", bytesMax, BYTES_LIMIT);
        check("threadsMax", threadsMax, THREADS_LIMIT);
    }

    /// Returns the defaults given above.
    public static AsyncOptions defaults() {
        return new AsyncOptions(4_096, 64 << 20, 16);
    }

    /// Returns these options with another bound on operations.
    public AsyncOptions withOperationsMax(int value) {
        return new AsyncOptions(value, bytesMax, threadsMax);
    }

    /// Returns these options with another bound on bytes.
    public AsyncOptions withBytesMax(long value) {
        return new AsyncOptions(operationsMax, value, threadsMax);
    }

    /// Returns these options with another bound on threads.
    public AsyncOptions withThreadsMax(int value) {
        return new AsyncOptions(operationsMax, bytesMax, value);
    }

    private static void check(String name, long value, long limit) {
        if (value < 1 || value > limit) {
            throw new IllegalArgumentException(name + " is out of its limits: " + value);
        }
    }
}
