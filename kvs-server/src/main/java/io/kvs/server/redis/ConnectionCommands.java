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
                Command.of("select", 2, ConnectionCommands::select, LOADING, STALE, FAST),
                Command.of(
                        "reset",
                        1,
                        ConnectionCommands::reset,
                        NOSCRIPT,
                        LOADING,
                        STALE,
                        FAST,
                        NO_AUTH),
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
        boolean isSubscribed = context.session().subscriptions().count() > 0;
        if (isSubscribed && context.session().version() == 2 && context.arguments().count() <= 2) {
            context.reply().array(2);
            context.reply().bulk("pong");
            context.reply()
                    .bulk(
                            context.arguments().count() == 2
                                    ? context.arguments().bytes(1)
                                    : new byte[0]);
            return;
        }
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

    private static void select(CommandContext context) throws CommandException {
        if (context.integer(1) != 0) {
            throw new CommandException("ERR DB index is out of range");
        }
        context.reply().ok();
    }

    /// Makes the connection as it was when it was new.
    private static void reset(CommandContext context) {
        Session session = context.session();
        TransactionCommands.abandon(context);
        session.subscriptions().end(context.server().pubSub());
        session.name("");
        session.version(2);
        session.replies(Session.Replies.ALL);
        session.authenticated(!context.server().password().isRequired());
        context.reply().version(2);
        context.reply().simple("RESET");
    }

    private static void quit(CommandContext context) {
        context.reply().ok();
        context.session().closeAfterReply();
    }
}
