package io.kvs.server.redis;

import io.kvs.protocol.InputBuffer;
import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.OutputLimitException;
import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.ReplyWriter;
import io.kvs.protocol.resp.RespException;
import io.kvs.protocol.resp.RespParser;
import io.kvs.server.net.Protocol;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// One client that speaks the protocol of Redis.
final class RedisProtocol implements Protocol {
    private static final int QUOTED_ARGUMENT_LENGTH_MAX = 128;

    /// Executed at once within a transaction too.
    private static final Set<String> NEVER_QUEUED =
            Set.of("exec", "discard", "multi", "watch", "quit", "reset");

    /// What a client that waits for messages may still say in version 2 of the protocol.
    private static final Set<String> WHILE_SUBSCRIBED =
            Set.of(
                    "subscribe",
                    "psubscribe",
                    "unsubscribe",
                    "punsubscribe",
                    "ping",
                    "quit",
                    "reset");

    private final RedisServer server;
    private final Session session;
    private final RespParser parser;
    private final ReplyWriter reply;
    private final CommandContext context;
    private final Isolation isolation;

    /// When the last command had been executed, and so the next one began.
    private long endNanos;

    RedisProtocol(RedisServer server, Session session) {
        this.server = server;
        this.session = session;
        this.parser = new RespParser(server.limits());
        this.reply = new ReplyWriter(new OutputBuffer(0, 0));
        this.context = new CommandContext(server, session, reply, server.keyspace(session.link()));
        this.isolation = new Isolation(server.locks());
    }

    @Override
    public Step process(InputBuffer in, OutputBuffer out) {
        reply.to(out);
        boolean authenticated = session.isAuthenticated();
        parser.authenticated(authenticated);
        session.used(server.clock().millis());
        long executed = 0;
        endNanos = System.nanoTime();
        long turnEndNanos = endNanos + TURN_NANOS;
        try {
            while (true) {
                if (session.isClosing()) {
                    return Step.CLOSE;
                }
                if (context.isOffloaded()) {
                    return Step.WAIT;
                }
                // A client that has just said who it is has other limits from the next call on.
                if (out.size() >= FLUSH_BYTES || session.isAuthenticated() != authenticated) {
                    return Step.FLUSH;
                }
                if (!in.isEmpty() && endNanos - turnEndNanos >= 0) {
                    return Step.YIELD;
                }
                if (!parser.next(in)) {
                    return Step.MORE;
                }
                executed++;
                execute(parser.arguments());
            }
        } catch (RespException e) {
            reply.error("ERR " + e.getMessage());
            return Step.CLOSE;
        } finally {
            server.statistics().executed(executed);
            server.metrics().redisRequests().add(executed);
        }
    }

    private void execute(Arguments request) {
        OutputBuffer out = reply.buffer();
        int before = out.size();
        try {
            Command command = admitted(request);
            if (session.transaction().isBegun() && !NEVER_QUEUED.contains(command.name())) {
                queue(command, request);
            } else {
                session.used(command);
                context.arguments(request);
                isolation.run(command, context);
                context.startJob();
            }
        } catch (CommandException e) {
            fail(before, e.reply());
        } catch (OutputLimitException e) {
            throw e;
        } catch (RuntimeException e) {
            fail(before, Failures.error(e, server.log()));
        }
        if (!context.isOffloaded()) {
            session.replied(out, before);
            long startNanos = endNanos;
            endNanos = System.nanoTime();
            server.took(session, request, endNanos - startNanos);
        }
    }

    private void queue(Command command, Arguments request) throws CommandException {
        try {
            session.transaction().queue(command, request, server.limits().requestBytesMax());
        } catch (CommandException e) {
            session.transaction().fail();
            throw e;
        }
        reply.simple("QUEUED");
    }

    /// Returns the command of a request, if the client may execute it now.
    private Command admitted(Arguments request) throws CommandException {
        try {
            Command command = find(request);
            checkState(command);
            return command;
        } catch (CommandException e) {
            session.transaction().fail();
            throw e;
        }
    }

    private Command find(Arguments request) throws CommandException {
        Command command = server.commands().find(request);
        if (command == null) {
            throw new CommandException(unknown(request));
        }
        if (command.hasSubcommands() && request.count() > 1) {
            Command subcommand = command.subcommand(request);
            if (subcommand == null) {
                throw CommandException.unknownSubcommand(command.name(), start(request, 1));
            }
            command = subcommand;
        }
        if (!command.takes(request.count())) {
            throw wrongNumberOfArguments(command);
        }
        return command;
    }

    private CommandException wrongNumberOfArguments(Command command) {
        CommandException error = CommandException.wrongNumberOfArguments(command.name());
        if (!command.name().equals("exec")) {
            return error;
        }
        TransactionCommands.abandon(context);
        return new CommandException(
                "EXECABORT Transaction discarded because of:"
                        + error.reply().substring("ERR".length()));
    }

    private void checkState(Command command) throws CommandException {
        if (!session.isAuthenticated() && !command.flags().contains(CommandFlag.NO_AUTH)) {
            throw new CommandException("NOAUTH Authentication required.");
        }
        if (session.transaction().isBegun() && command.flags().contains(CommandFlag.NO_MULTI)) {
            throw new CommandException("ERR Command not allowed inside a transaction");
        }
        if (session.version() == 2
                && session.subscriptions().count() > 0
                && !WHILE_SUBSCRIBED.contains(command.name())) {
            throw new CommandException(
                    "ERR Can't execute '"
                            + command.name()
                            + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are"
                            + " allowed in this context");
        }
    }

    private void fail(int before, String error) {
        context.dropJob();
        server.statistics().failed();
        reply.buffer().truncate(before);
        reply.error(error);
    }

    private static String unknown(Arguments request) {
        StringBuilder text = new StringBuilder("ERR unknown command '");
        text.append(start(request, 0)).append("', with args beginning with: ");
        int lengthMax = text.length() + QUOTED_ARGUMENT_LENGTH_MAX;
        for (int i = 1; i < request.count() && text.length() < lengthMax; i++) {
            text.append('\'').append(start(request, i)).append("' ");
        }
        return text.toString();
    }

    private static String start(Arguments request, int index) {
        int length = Math.min(request.length(index), QUOTED_ARGUMENT_LENGTH_MAX);
        return new String(request.array(), request.offset(index), length, StandardCharsets.UTF_8);
    }

    @Override
    public boolean isEstablished() {
        return session.isAuthenticated();
    }

    @Override
    public long heldBytes() {
        return session.transaction().heldBytes() + session.subscriptions().heldBytes();
    }

    @Override
    public void closed() {
        TransactionCommands.abandon(context);
        session.subscriptions().end(server.pubSub());
        server.forget(session);
    }
}
