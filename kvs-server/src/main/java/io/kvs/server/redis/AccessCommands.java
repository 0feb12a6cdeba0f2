package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.FAST;
import static io.kvs.server.redis.CommandFlag.LOADING;
import static io.kvs.server.redis.CommandFlag.NOSCRIPT;
import static io.kvs.server.redis.CommandFlag.NO_AUTH;
import static io.kvs.server.redis.CommandFlag.STALE;

import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.ReplyWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The commands by which a client says who it is, and how it wants to be spoken to.
final class AccessCommands {
    /// The version of Redis whose commands, errors and replies these are.
    static final String REDIS_VERSION = "7.0.15";

    private static final String USER = "default";

    private AccessCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of(
                        "auth", -2, AccessCommands::auth, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH),
                Command.of(
                        "hello",
                        -1,
                        AccessCommands::hello,
                        NOSCRIPT,
                        LOADING,
                        STALE,
                        FAST,
                        NO_AUTH));
    }

    private static void auth(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        if (arguments.count() > 3) {
            throw CommandException.syntax();
        }
        boolean isNamed = arguments.count() == 3;
        if (!isNamed && !context.server().password().isRequired()) {
            throw new CommandException(
                    "ERR AUTH <password> called without any password configured for the default"
                            + " user. Are you sure your configuration is correct?");
        }
        authenticate(context, isNamed ? arguments.text(1) : USER, arguments.bytes(isNamed ? 2 : 1));
        context.reply().ok();
    }

    private static void authenticate(CommandContext context, String user, byte[] password)
            throws CommandException {
        boolean isRight =
                !context.server().password().isRequired()
                        || context.server().password().isRight(password);
        if (!user.equals(USER) || !isRight) {
            throw new CommandException(
                    "WRONGPASS invalid username-password pair or user is disabled.");
        }
        context.session().authenticated(true);
    }

    private static void hello(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        int version = context.reply().version();
        if (arguments.count() > 1) {
            version = version(arguments);
        }
        String name = null;
        for (int i = 2; i < arguments.count(); i++) {
            if (arguments.is(i, "auth") && i + 2 < arguments.count()) {
                authenticate(context, arguments.text(i + 1), arguments.bytes(i + 2));
                i += 2;
            } else if (arguments.is(i, "setname") && i + 1 < arguments.count()) {
                name = checkedName(arguments.bytes(i + 1));
                i++;
            } else {
                throw new CommandException(
                        "ERR Syntax error in HELLO option '" + arguments.text(i) + "'");
            }
        }
        if (!context.session().isAuthenticated()) {
            throw new CommandException(
                    "NOAUTH HELLO must be called with the client already authenticated, otherwise"
                            + " the HELLO <proto> AUTH <user> <pass> option can be used to authenticate"
                            + " the client and select the RESP protocol version at the same time");
        }
        greet(context, version, name);
    }

    private static int version(Arguments arguments) throws CommandException {
        String version = arguments.text(1);
        if (!version.matches("-?[0-9]{1,18}")) {
            throw new CommandException("ERR Protocol version is not an integer or out of range");
        }
        if (!version.equals("2") && !version.equals("3")) {
            throw new CommandException("NOPROTO unsupported protocol version");
        }
        return Integer.parseInt(version);
    }

    /// Returns a name that a client gives itself.
    ///
    /// @throws CommandException it has characters that would break the lines of `CLIENT LIST`
    static String checkedName(byte[] name) throws CommandException {
        StringBuilder text = new StringBuilder(name.length);
        for (byte character : name) {
            if (character < '!' || character > '~') {
                throw new CommandException(
                        "ERR Client names cannot contain spaces, newlines or special characters.");
            }
            text.append((char) character);
        }
        return text.toString();
    }

    private static void greet(CommandContext context, int version, @Nullable String name) {
        if (name != null) {
            context.session().name(name);
        }
        ReplyWriter reply = context.reply();
        reply.version(version);
        context.session().version(version);
        reply.map(7);
        reply.bulk("server");
        reply.bulk("redis");
        reply.bulk("version");
        reply.bulk(REDIS_VERSION);
        reply.bulk("proto");
        reply.integer(version);
        reply.bulk("id");
        reply.integer(context.session().id());
        reply.bulk("mode");
        reply.bulk("standalone");
        reply.bulk("role");
        reply.bulk("master");
        reply.bulk("modules");
        reply.array(0);
    }
}
