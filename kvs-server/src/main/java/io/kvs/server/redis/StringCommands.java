package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.DENYOOM;
import static io.kvs.server.redis.CommandFlag.FAST;
import static io.kvs.server.redis.CommandFlag.READONLY;
import static io.kvs.server.redis.CommandFlag.WRITE;

import java.util.List;

/// The commands on values.
final class StringCommands {
    private StringCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of("get", 2, StringCommands::get, READONLY, FAST).withKeys(1, 1, 1),
                Command.of("set", -3, StringCommands::set, WRITE, DENYOOM).withKeys(1, 1, 1));
    }

    private static void get(CommandContext context) {
        byte[] value = context.keyspace().get(context.key(1));
        if (value == null) {
            context.reply().nil();
        } else {
            context.reply().bulk(value);
        }
    }

    private static void set(CommandContext context) throws CommandException {
        if (context.arguments().count() > 3) {
            throw CommandException.syntax();
        }
        context.keyspace().set(context.key(1), context.value(2));
        context.reply().ok();
    }
}
