package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.FAST;
import static io.kvs.server.redis.CommandFlag.LOADING;
import static io.kvs.server.redis.CommandFlag.NOSCRIPT;
import static io.kvs.server.redis.CommandFlag.NO_AUTH;
import static io.kvs.server.redis.CommandFlag.STALE;

import java.util.List;

/// The commands about the connection.
final class ConnectionCommands {
    private ConnectionCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of("ping", -1, ConnectionCommands::ping, FAST),
                Command.of("echo", 2, ConnectionCommands::echo, LOADING, STALE, FAST),
                Command.of(
                        "quit",
                        -1,
                        ConnectionCommands::quit,
                        NOSCRIPT,
                        LOADING,
                        STALE,
                        FAST,
                        NO_AUTH));
    }

    private static void ping(CommandContext context) throws CommandException {
        switch (context.arguments().count()) {
            case 1 -> context.reply().simple("PONG");
            case 2 -> echo(context);
            default -> throw CommandException.wrongNumberOfArguments("ping");
        }
    }

    private static void echo(CommandContext context) {
        context.reply()
                .bulk(
                        context.arguments().array(),
                        context.arguments().offset(1),
                        context.arguments().length(1));
    }

    private static void quit(CommandContext context) {
        context.reply().ok();
        context.session().closeAfterReply();
    }
}
