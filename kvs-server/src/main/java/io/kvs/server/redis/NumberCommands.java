package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.DENYOOM;
import static io.kvs.server.redis.CommandFlag.FAST;
import static io.kvs.server.redis.CommandFlag.WRITE;
import static io.kvs.server.redis.Keyspace.NEVER;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The commands on values that are numbers.
final class NumberCommands {
    private NumberCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of("incr", 2, context -> add(context, 1), WRITE, DENYOOM, FAST)
                        .withKeys(1, 1, 1),
                Command.of("decr", 2, context -> add(context, -1), WRITE, DENYOOM, FAST)
                        .withKeys(1, 1, 1),
                Command.of("incrby", 3, NumberCommands::incrby, WRITE, DENYOOM, FAST)
                        .withKeys(1, 1, 1),
                Command.of("decrby", 3, NumberCommands::decrby, WRITE, DENYOOM, FAST)
                        .withKeys(1, 1, 1),
                Command.of("incrbyfloat", 3, NumberCommands::incrbyfloat, WRITE, DENYOOM, FAST)
                        .withKeys(1, 1, 1));
    }

    private static void incrby(CommandContext context) throws CommandException {
        add(context, context.integer(2));
    }

    private static void decrby(CommandContext context) throws CommandException {
        long decrement = context.integer(2);
        if (decrement == Long.MIN_VALUE) {
            throw new CommandException("ERR decrement would overflow");
        }
        add(context, -decrement);
    }

    private static void add(CommandContext context, long increment) throws CommandException {
        byte[] key = context.key(1);
        StoredValue old = context.keyspace().read(key);
        long before = old == null ? 0 : IntegerText.parse(old.value(), 0, old.value().length);
        long sum = before + increment;
        if (((before ^ sum) & (increment ^ sum)) < 0) {
            throw new CommandException("ERR increment or decrement would overflow");
        }
        store(context, key, IntegerText.of(sum), old);
        context.event(EventClass.STRING, "incrby", key);
        context.reply().integer(sum);
    }

    private static void store(
            CommandContext context, byte[] key, byte[] value, @Nullable StoredValue old)
            throws CommandException {
        context.keyspace().set(key, value, old == null ? NEVER : old.expiryMillis());
    }

    private static void incrbyfloat(CommandContext context) throws CommandException {
        byte[] key = context.key(1);
        StoredValue old = context.keyspace().read(key);
        LongDouble before = LongDouble.parse(old == null ? new byte[] {'0'} : old.value());
        byte[] sum = before.plus(LongDouble.parse(context.arguments().bytes(2))).text();
        store(context, key, sum, old);
        context.event(EventClass.STRING, "incrbyfloat", key);
        context.reply().bulk(sum);
    }
}
