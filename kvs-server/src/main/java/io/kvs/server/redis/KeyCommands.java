package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.WRITE;

import java.util.List;

/// The commands on keys, whatever their values are.
final class KeyCommands {
    private KeyCommands() {}

    static List<Command> all() {
        return List.of(Command.of("del", -2, KeyCommands::del, WRITE).withKeys(1, -1, 1));
    }

    private static void del(CommandContext context) {
        long deleted = 0;
        for (int i = 1; i < context.arguments().count(); i++) {
            if (context.keyspace().delete(context.key(i))) {
                deleted++;
            }
        }
        context.reply().integer(deleted);
    }
}
