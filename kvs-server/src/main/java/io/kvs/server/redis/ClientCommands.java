package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.ADMIN;
import static io.kvs.server.redis.CommandFlag.LOADING;
import static io.kvs.server.redis.CommandFlag.NOSCRIPT;
import static io.kvs.server.redis.CommandFlag.STALE;

import io.kvs.protocol.resp.Arguments;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The subcommands of `CLIENT`.
final class ClientCommands {
    private static final Set<String> TYPES =
            Set.of("normal", "master", "replica", "slave", "pubsub");

    private ClientCommands() {}

    static List<Command> all() {
        return List.of(
                Command.ofSubcommands(
                        "client",
                        plain("client|id", 2, ClientCommands::id),
                        plain("client|getname", 2, ClientCommands::getname),
                        plain("client|setname", 3, ClientCommands::setname),
                        plain("client|setinfo", 4, ClientCommands::setinfo),
                        plain("client|info", 2, ClientCommands::info),
                        admin("client|list", -2, ClientCommands::list),
                        admin("client|kill", -3, ClientKill::execute),
                        plain("client|reply", 3, ClientCommands::reply),
                        admin("client|no-evict", 3, ClientCommands::onOrOff),
                        plain("client|no-touch", 3, ClientCommands::onOrOff),
                        plain("client|tracking", -3, ClientCommands::tracking),
                        plain("client|trackinginfo", 2, ClientCommands::trackinginfo),
                        plain("client|getredir", 2, context -> context.reply().integer(-1)),
                        admin("client|unblock", -3, ClientCommands::unblock),
                        plain(
                                "client|help",
                                2,
                                context ->
                                        Help.reply(
                                                context,
                                                "ID: the number of this connection",
                                                "GETNAME, SETNAME <name>: its name",
                                                "SETINFO <LIB-NAME|LIB-VER> <text>: its library",
                                                "INFO: what is known of it",
                                                "LIST [TYPE <type>] [ID <id> ...]: the same of all",
                                                "KILL <address> | <filter> <value> ...: closes",
                                                "REPLY <ON|OFF|SKIP>: which replies it gets"))));
    }

    private static Command plain(String name, int arity, Command.Action action) {
        return Command.of(name, arity, action, NOSCRIPT, LOADING, STALE);
    }

    private static Command admin(String name, int arity, Command.Action action) {
        return Command.of(name, arity, action, ADMIN, NOSCRIPT, LOADING, STALE);
    }

    private static void id(CommandContext context) {
        context.reply().integer(context.session().id());
    }

    private static void getname(CommandContext context) {
        String name = context.session().name();
        if (name.isEmpty()) {
            context.reply().nil();
        } else {
            context.reply().bulk(name);
        }
    }

    private static void setname(CommandContext context) throws CommandException {
        context.session().name(AccessCommands.checkedName(context.arguments().bytes(2)));
        context.reply().ok();
    }

    private static void setinfo(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        if (!arguments.is(2, "lib-name") && !arguments.is(2, "lib-ver")) {
            throw new CommandException("ERR Unrecognized option '" + arguments.text(2) + "'");
        }
        AccessCommands.checkedName(arguments.bytes(3));
        context.reply().ok();
    }

    private static void info(CommandContext context) {
        context.reply().verbatim(line(context, context.session()) + "\n");
    }

    private static void list(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        Predicate<Session> wanted = session -> true;
        if (arguments.count() == 4 && arguments.is(2, "type")) {
            wanted = ofType(arguments.text(3));
        } else if (arguments.count() > 3 && arguments.is(2, "id")) {
            List<Long> ids = new ArrayList<>();
            for (int i = 3; i < arguments.count(); i++) {
                if (!IntegerText.is(arguments.array(), arguments.offset(i), arguments.length(i))) {
                    throw new CommandException("ERR Invalid client ID");
                }
                ids.add(context.integer(i));
            }
            wanted = session -> ids.contains(session.id());
        } else if (arguments.count() != 2) {
            throw CommandException.syntax();
        }
        String lines =
                context.server().sessions().stream()
                        .filter(wanted)
                        .sorted(Comparator.comparingLong(Session::id))
                        .map(session -> line(context, session) + "\n")
                        .collect(Collectors.joining());
        context.reply().verbatim(lines);
    }

    /// Returns which clients are of a type.
    static Predicate<Session> ofType(String type) throws CommandException {
        String small = type.toLowerCase(Locale.ROOT);
        if (!TYPES.contains(small)) {
            throw new CommandException("ERR Unknown client type '" + type + "'");
        }
        return session ->
                switch (small) {
                    case "normal" -> session.subscriptions().count() == 0;
                    case "pubsub" -> session.subscriptions().count() > 0;
                    default -> false;
                };
    }

    private static String line(CommandContext context, Session session) {
        long now = context.nowMillis();
        SessionTransaction transaction = session.transaction();
        StringBuilder flags = new StringBuilder();
        flags.append(session.subscriptions().count() > 0 ? "P" : "");
        flags.append(transaction.isBegun() ? "x" : "");
        return "id="
                + session.id()
                + " addr="
                + session.link().peer().remoteAddress()
                + " laddr="
                + session.link().peer().localAddress()
                + " fd=0 name="
                + session.name()
                + " age="
                + (now - session.createdMillis()) / 1_000
                + " idle="
                + Math.max(0, now - session.lastUsedMillis()) / 1_000
                + " flags="
                + (flags.isEmpty() ? "N" : flags)
                + " db=0 sub="
                + session.subscriptions().channelCount()
                + " psub="
                + session.subscriptions().patternCount()
                + " ssub=0 multi="
                + (transaction.isBegun() ? transaction.queue().size() : -1)
                + " cmd="
                + session.lastCommand()
                + " user=default redir=-1 resp="
                + session.version();
    }

    private static void reply(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        if (arguments.is(2, "on")) {
            context.session().replies(Session.Replies.ALL);
        } else if (arguments.is(2, "off")) {
            context.session().replies(Session.Replies.NONE);
        } else if (arguments.is(2, "skip")) {
            context.session().replies(Session.Replies.NOT_NEXT);
        } else {
            throw CommandException.syntax();
        }
        context.reply().ok();
    }

    private static void onOrOff(CommandContext context) throws CommandException {
        if (!context.arguments().is(2, "on") && !context.arguments().is(2, "off")) {
            throw CommandException.syntax();
        }
        context.reply().ok();
    }

    private static void tracking(CommandContext context) throws CommandException {
        if (!context.arguments().is(2, "off")) {
            throw new CommandException("ERR this server does not track which keys clients know");
        }
        context.reply().ok();
    }

    private static void trackinginfo(CommandContext context) {
        context.reply().map(3);
        context.reply().bulk("flags");
        context.reply().set(1);
        context.reply().bulk("off");
        context.reply().bulk("redirect");
        context.reply().integer(-1);
        context.reply().bulk("prefixes");
        context.reply().array(0);
    }

    private static void unblock(CommandContext context) throws CommandException {
        context.integer(2);
        context.reply().integer(0);
    }
}
