package io.kvs.server.redis;

import io.kvs.KvsException;
import io.kvs.protocol.InputBuffer;
import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.OutputLimitException;
import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.ReplyWriter;
import io.kvs.protocol.resp.RespException;
import io.kvs.protocol.resp.RespParser;
import io.kvs.server.net.Protocol;
import java.nio.charset.StandardCharsets;

/// One client that speaks the protocol of Redis.
final class RedisProtocol implements Protocol {
    private static final int QUOTED_ARGUMENT_LENGTH_MAX = 128;

    private final RedisServer server;
    private final Session session;
    private final RespParser parser;
    private final ReplyWriter reply;
    private final CommandContext context;

    /// How many requests the current call has executed.
    private int requests;

    RedisProtocol(RedisServer server, Session session) {
        this.server = server;
        this.session = session;
        this.parser = new RespParser(server.limits());
        this.reply = new ReplyWriter(new OutputBuffer(0, 0));
        this.context =
                new CommandContext(
                        server,
                        session,
                        reply,
                        new EngineKeyspace(server.engine(), server.clock(), session.link()));
    }

    @Override
    public Step process(InputBuffer in, OutputBuffer out) {
        requests = 0;
        try {
            return executeAll(in, out);
        } finally {
            server.metrics().redisRequests().add(requests);
        }
    }

    private Step executeAll(InputBuffer in, OutputBuffer out) {
        reply.to(out);
        boolean authenticated = session.isAuthenticated();
        parser.authenticated(authenticated);
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
                if (!parser.next(in)) {
                    return Step.MORE;
                }
                requests++;
                execute(parser.arguments());
            }
        } catch (RespException e) {
            reply.error("ERR " + e.getMessage());
            return Step.CLOSE;
        }
    }

    private void execute(Arguments request) {
        int before = reply.buffer().size();
        try {
            Command command = find(request);
            context.arguments(request);
            command.action().execute(context);
        } catch (CommandException e) {
            fail(before, e.reply());
        } catch (KvsException e) {
            fail(before, "ERR " + e.getMessage());
        } catch (OutputLimitException e) {
            throw e;
        } catch (RuntimeException e) {
            server.log().failure("a command has failed", e);
            fail(before, "ERR internal error");
        }
    }

    /// Returns the command of a request, if the client may execute it.
    private Command find(Arguments request) throws CommandException {
        Command command = server.commands().find(request);
        if (command == null) {
            throw new CommandException(unknown(request));
        }
        if (!command.takes(request.count())) {
            throw CommandException.wrongNumberOfArguments(command.name());
        }
        if (!session.isAuthenticated() && !command.flags().contains(CommandFlag.NO_AUTH)) {
            throw new CommandException("NOAUTH Authentication required.");
        }
        return command;
    }

    private void fail(int before, String error) {
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
    public void closed() {
        server.forget(session);
    }
}
