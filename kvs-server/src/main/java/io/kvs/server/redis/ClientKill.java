package io.kvs.server.redis;

import io.kvs.protocol.resp.Arguments;
import java.util.List;
import java.util.function.Predicate;

/// The subcommand `CLIENT KILL`, with an address alone or with filters.
final class ClientKill {
    private ClientKill() {}

    static void execute(CommandContext context) throws CommandException {
        if (context.arguments().count() == 3) {
            String address = context.arguments().text(2);
            if (kill(context, session -> session.link().peer().remoteAddress().equals(address))
                    == 0) {
                throw new CommandException("ERR No such client");
            }
            context.reply().ok();
        } else {
            context.reply().integer(kill(context, filter(context)));
        }
    }

    private static Predicate<Session> filter(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        boolean skipsItself = true;
        Predicate<Session> filter = session -> true;
        for (int i = 2; i < arguments.count(); i += 2) {
            if (i + 1 == arguments.count()) {
                throw CommandException.syntax();
            }
            String value = arguments.text(i + 1);
            if (arguments.is(i, "id")) {
                long id = id(context, i + 1);
                filter = filter.and(session -> session.id() == id);
            } else if (arguments.is(i, "type")) {
                filter = filter.and(ClientCommands.ofType(value));
            } else if (arguments.is(i, "addr")) {
                filter = filter.and(session -> session.link().peer().remoteAddress().equals(value));
            } else if (arguments.is(i, "laddr")) {
                filter = filter.and(session -> session.link().peer().localAddress().equals(value));
            } else if (arguments.is(i, "user")) {
                filter = filter.and(userFilter(value));
            } else if (arguments.is(i, "skipme") && value.matches("(?i)yes|no")) {
                skipsItself = value.equalsIgnoreCase("yes");
            } else {
                throw CommandException.syntax();
            }
        }
        Session itself = context.session();
        return skipsItself ? filter.and(session -> session != itself) : filter;
    }

    private static long id(CommandContext context, int index) throws CommandException {
        Arguments arguments = context.arguments();
        if (!IntegerText.is(arguments.array(), arguments.offset(index), arguments.length(index))
                || context.integer(index) < 1) {
            throw new CommandException("ERR client-id should be greater than 0");
        }
        return context.integer(index);
    }

    private static Predicate<Session> userFilter(String user) throws CommandException {
        if (!user.equals("default")) {
            throw new CommandException("ERR No such user '" + user + "'");
        }
        return session -> true;
    }

    /// Closes clients; returns how many. The one that asks for it gets the reply first.
    private static int kill(CommandContext context, Predicate<Session> filter) {
        List<Session> victims = context.server().sessions().stream().filter(filter).toList();
        for (Session victim : victims) {
            if (victim == context.session()) {
                victim.closeAfterReply();
            } else {
                victim.link().close();
            }
        }
        return victims.size();
    }
}
