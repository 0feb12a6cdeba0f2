package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.FAST;
import static io.kvs.server.redis.CommandFlag.READONLY;
import static io.kvs.server.redis.CommandFlag.WRITE;

import io.kvs.protocol.resp.Arguments;
import java.util.List;

/// The commands on when values expire.
final class ExpiryCommands {
    private ExpiryCommands() {}

    static List<Command> all() {
        return List.of(
                expiring("expire", ExpiryOption.EX),
                expiring("pexpire", ExpiryOption.PX),
                expiring("expireat", ExpiryOption.EXAT),
                expiring("pexpireat", ExpiryOption.PXAT),
                Command.of("persist", 2, ExpiryCommands::persist, WRITE, FAST).withKeys(1, 1, 1),
                telling("ttl", context -> seconds(timeToLiveMillis(context))),
                telling("pttl", ExpiryCommands::timeToLiveMillis),
                telling("expiretime", context -> seconds(expiryMillis(context))),
                telling("pexpiretime", ExpiryCommands::expiryMillis));
    }

    private static Command expiring(String name, ExpiryOption unit) {
        return Command.of(name, -3, context -> expire(context, name, unit), WRITE, FAST)
                .withKeys(1, 1, 1);
    }

    /// Tells a time of a key.
    @FunctionalInterface
    private interface Answer {
        long of(CommandContext context);
    }

    private static Command telling(String name, Answer answer) {
        return Command.of(
                        name,
                        2,
                        context -> context.reply().integer(answer.of(context)),
                        READONLY,
                        FAST)
                .withKeys(1, 1, 1);
    }

    private static void expire(CommandContext context, String name, ExpiryOption unit)
            throws CommandException {
        Condition condition = Condition.of(context.arguments());
        long expiryMillis = unit.anyExpiryMillis(context, 2, name);
        byte[] key = context.key(1);
        long present = context.keyspace().expiryMillis(key);
        boolean isSet = present != Keyspace.ABSENT && condition.allows(present, expiryMillis);
        if (isSet) {
            expire(context, key, expiryMillis);
        }
        context.reply().integer(isSet ? 1 : 0);
    }

    /// Gives the value of a key another time of expiry, and tells of it.
    static void expire(CommandContext context, byte[] key, long expiryMillis)
            throws CommandException {
        if (expiryMillis <= context.nowMillis()) {
            if (context.keyspace().delete(key)) {
                context.event(EventClass.GENERIC, "del", key);
            }
        } else if (context.keyspace().expire(key, expiryMillis)) {
            context.event(EventClass.GENERIC, "expire", key);
        }
    }

    /// When a time of expiry is changed.
    ///
    /// @param onlyIfNever if there is none
    /// @param onlyIfAny if there is one
    /// @param onlyIfLater if the new one is later; never is the latest
    /// @param onlyIfEarlier if the new one is earlier
    private record Condition(
            boolean onlyIfNever, boolean onlyIfAny, boolean onlyIfLater, boolean onlyIfEarlier) {

        static Condition of(Arguments arguments) throws CommandException {
            boolean never = false;
            boolean any = false;
            boolean later = false;
            boolean earlier = false;
            for (int i = 3; i < arguments.count(); i++) {
                if (arguments.is(i, "nx")) {
                    never = true;
                } else if (arguments.is(i, "xx")) {
                    any = true;
                } else if (arguments.is(i, "gt")) {
                    later = true;
                } else if (arguments.is(i, "lt")) {
                    earlier = true;
                } else {
                    throw new CommandException("ERR Unsupported option " + arguments.text(i));
                }
            }
            if (never && (any || later || earlier)) {
                throw new CommandException(
                        "ERR NX and XX, GT or LT options at the same time are not compatible");
            }
            if (later && earlier) {
                throw new CommandException(
                        "ERR GT and LT options at the same time are not compatible");
            }
            return new Condition(never, any, later, earlier);
        }

        boolean allows(long present, long wanted) {
            boolean expires = present != Keyspace.NEVER;
            return !(onlyIfNever && expires)
                    && !(onlyIfAny && !expires)
                    && !(onlyIfLater && (!expires || wanted <= present))
                    && !(onlyIfEarlier && expires && wanted >= present);
        }
    }

    private static void persist(CommandContext context) {
        byte[] key = context.key(1);
        boolean isPersisted = context.keyspace().persist(key);
        if (isPersisted) {
            context.event(EventClass.GENERIC, "persist", key);
        }
        context.reply().integer(isPersisted ? 1 : 0);
    }

    private static long expiryMillis(CommandContext context) {
        byte[] key = context.key(1);
        long expiryMillis = context.keyspace().expiryMillis(key);
        context.lookedUp(key, expiryMillis != Keyspace.ABSENT);
        return expiryMillis;
    }

    private static long timeToLiveMillis(CommandContext context) {
        long expiryMillis = expiryMillis(context);
        return expiryMillis < 0 ? expiryMillis : Math.max(0, expiryMillis - context.nowMillis());
    }

    private static long seconds(long millis) {
        return millis < 0 ? millis : (millis + 500) / 1_000;
    }
}
