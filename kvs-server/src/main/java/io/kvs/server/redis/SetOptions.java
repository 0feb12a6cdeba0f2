package io.kvs.server.redis;

import io.kvs.protocol.resp.Arguments;
import org.jspecify.annotations.Nullable;

/// The options of `SET` and `GETEX`.
///
/// @param onlyIfAbsent whether a present key stays as it is
/// @param onlyIfPresent whether an absent key stays absent
/// @param repliesOld whether the reply is the value before
/// @param keepsExpiry whether the time of expiry stays
/// @param persists whether the time of expiry is taken away
/// @param expiry how the new time of expiry is said, or null
/// @param expiryIndex the argument that says it
record SetOptions(
        boolean onlyIfAbsent,
        boolean onlyIfPresent,
        boolean repliesOld,
        boolean keepsExpiry,
        boolean persists,
        @Nullable ExpiryOption expiry,
        int expiryIndex) {

    /// Returns the options of a `SET`.
    static SetOptions ofSet(Arguments arguments) throws CommandException {
        boolean absent = false;
        boolean present = false;
        boolean old = false;
        boolean keep = false;
        ExpiryOption expiry = null;
        int expiryIndex = 0;
        for (int i = 3; i < arguments.count(); i++) {
            ExpiryOption option = expiryOption(arguments, i);
            if (arguments.is(i, "nx") && !present) {
                absent = true;
            } else if (arguments.is(i, "xx") && !absent) {
                present = true;
            } else if (arguments.is(i, "get")) {
                old = true;
            } else if (arguments.is(i, "keepttl") && expiry == null) {
                keep = true;
            } else if (option != null && !keep && (expiry == null || expiry == option)) {
                expiry = option;
                expiryIndex = ++i;
            } else {
                throw CommandException.syntax();
            }
        }
        return new SetOptions(absent, present, old, keep, false, expiry, expiryIndex);
    }

    /// Returns the options of a `GETEX`.
    static SetOptions ofGetex(Arguments arguments) throws CommandException {
        boolean persists = false;
        ExpiryOption expiry = null;
        int expiryIndex = 0;
        for (int i = 2; i < arguments.count(); i++) {
            ExpiryOption option = expiryOption(arguments, i);
            if (arguments.is(i, "persist") && expiry == null) {
                persists = true;
            } else if (option != null && !persists && (expiry == null || expiry == option)) {
                expiry = option;
                expiryIndex = ++i;
            } else {
                throw CommandException.syntax();
            }
        }
        return new SetOptions(false, false, false, false, persists, expiry, expiryIndex);
    }

    /// Returns the option that an argument names and the next one completes, or null.
    private static @Nullable ExpiryOption expiryOption(Arguments arguments, int index) {
        if (index + 1 < arguments.count()) {
            for (ExpiryOption option : ExpiryOption.values()) {
                if (option.is(arguments, index)) {
                    return option;
                }
            }
        }
        return null;
    }

    /// Returns the new time of expiry, in milliseconds since 1970, UTC, or {@link Keyspace#NEVER}.
    long expiryMillis(CommandContext context, String command) throws CommandException {
        return expiry == null ? Keyspace.NEVER : expiry.expiryMillis(context, expiryIndex, command);
    }
}
