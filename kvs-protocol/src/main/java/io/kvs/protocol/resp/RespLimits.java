package io.kvs.protocol.resp;

/// What a request may have at most.
///
/// @param argumentsMax how many arguments, the name of the command included
/// @param bulkBytesMax how many bytes one argument
/// @param requestBytesMax how many bytes the whole request, as it is sent
public record RespLimits(int argumentsMax, int bulkBytesMax, int requestBytesMax) {
    /// The length of an inline request, and of a line that announces a number.
    public static final int LINE_BYTES_MAX = 64 << 10;

    /// How many arguments a request may have of a client that has not said who it is.
    public static final int UNAUTHENTICATED_ARGUMENTS_MAX = 10;

    /// How many bytes an argument may have of a client that has not said who it is.
    public static final int UNAUTHENTICATED_BULK_BYTES_MAX = 16 << 10;

    /// How much larger than its largest argument a request may always be.
    private static final int REQUEST_SPARE_BYTES = 1 << 20;

    /// Checks the limits.
    ///
    /// @throws IllegalArgumentException one is not positive, or one argument could exceed the
    ///   request
    public RespLimits {
        if (argumentsMax <= 0 || bulkBytesMax <= 0 || requestBytesMax < bulkBytesMax) {
            throw new IllegalArgumentException(
                    "limits are positive, and a request is no smaller than an argument: "
                            + argumentsMax
                            + ", "
                            + bulkBytesMax
                            + ", "
                            + requestBytesMax);
        }
    }

    /// Returns the usual limits for values of a length: 1,048,576 arguments and a request of 64
    /// MiB, or a little more than the longest value.
    public static RespLimits ofValues(int valueBytesMax) {
        return new RespLimits(
                1 << 20, valueBytesMax, Math.max(64 << 20, valueBytesMax + REQUEST_SPARE_BYTES));
    }
}
