package io.kvs.server.redis;

import io.kvs.protocol.resp.Arguments;

/// When a value expires, as the arguments of commands say it.
enum ExpiryOption {
    /// Seconds from now on.
    EX(1_000, true),
    /// Milliseconds from now on.
    PX(1, true),
    /// Seconds since 1970.
    EXAT(1_000, false),
    /// Milliseconds since 1970.
    PXAT(1, false);

    private final long unitMillis;
    private final boolean isFromNowOn;

    ExpiryOption(long unitMillis, boolean isFromNowOn) {
        this.unitMillis = unitMillis;
        this.isFromNowOn = isFromNowOn;
    }

    /// Returns the time that an argument says, in milliseconds since 1970, UTC; it may be in the
    /// past.
    ///
    /// @param index of the argument
    /// @param command its name, for the error
    /// @throws CommandException it is no number, or no time
    long expiryMillis(CommandContext context, int index, String command) throws CommandException {
        long number = context.integer(index);
        if (number <= 0) {
            throw invalid(command);
        }
        return reckon(context, number, command);
    }

    /// Like {@link #expiryMillis}, but also takes zero and negative numbers.
    long anyExpiryMillis(CommandContext context, int index, String command)
            throws CommandException {
        return reckon(context, context.integer(index), command);
    }

    private long reckon(CommandContext context, long number, String command)
            throws CommandException {
        try {
            long millis = Math.multiplyExact(number, unitMillis);
            return isFromNowOn ? Math.addExact(millis, context.nowMillis()) : millis;
        } catch (ArithmeticException _) {
            throw invalid(command);
        }
    }

    /// Returns whether an argument names this option.
    boolean is(Arguments arguments, int index) {
        return switch (this) {
            case EX -> arguments.is(index, "ex");
            case PX -> arguments.is(index, "px");
            case EXAT -> arguments.is(index, "exat");
            case PXAT -> arguments.is(index, "pxat");
        };
    }

    private static CommandException invalid(String command) {
        return new CommandException("ERR invalid expire time in '" + command + "' command");
    }
}
