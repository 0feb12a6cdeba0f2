package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.ADMIN;
import static io.kvs.server.redis.CommandFlag.FAST;
import static io.kvs.server.redis.CommandFlag.LOADING;
import static io.kvs.server.redis.CommandFlag.LONG;
import static io.kvs.server.redis.CommandFlag.NOSCRIPT;
import static io.kvs.server.redis.CommandFlag.NO_MULTI;
import static io.kvs.server.redis.CommandFlag.STALE;

import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.ReplyWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The commands about the server as a whole.
final class ServerCommands {
    private ServerCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of("info", -1, ServerCommands::info, LOADING, STALE),
                Command.of("time", 1, ServerCommands::time, LOADING, STALE, FAST),
                Command.of("lastsave", 1, ServerCommands::lastsave, LOADING, STALE, FAST),
                Command.of("save", 1, ServerCommands::save, ADMIN, NOSCRIPT, NO_MULTI, LONG),
                Command.of("bgsave", -1, ServerCommands::bgsave, ADMIN, NOSCRIPT, LONG),
                Command.of(
                        "shutdown",
                        -1,
                        ServerCommands::shutdown,
                        ADMIN,
                        NOSCRIPT,
                        LOADING,
                        STALE,
                        NO_MULTI),
                Command.of("role", 1, ServerCommands::role, NOSCRIPT, LOADING, STALE, FAST),
                Command.ofSubcommands(
                        "config",
                        config("config|get", -3, ServerCommands::configGet),
                        config("config|set", -4, ServerCommands::configSet),
                        config("config|resetstat", 2, ServerCommands::configResetstat),
                        config("config|rewrite", 2, ServerCommands::configRewrite),
                        Command.of(
                                "config|help",
                                2,
                                context ->
                                        Help.reply(
                                                context,
                                                "GET <pattern> [...]: parameters and values",
                                                "SET <parameter> <value> [...]: changes them",
                                                "RESETSTAT: begins to count anew"),
                                LOADING,
                                STALE)));
    }

    private static Command config(String name, int arity, Command.Action action) {
        return Command.of(name, arity, action, ADMIN, NOSCRIPT, LOADING, STALE);
    }

    private static void info(CommandContext context) {
        List<String> sections = new ArrayList<>();
        for (int i = 1; i < context.arguments().count(); i++) {
            sections.add(context.arguments().text(i).toLowerCase(Locale.ROOT));
        }
        context.reply().verbatim(new InfoReport(context).text(sections));
    }

    private static void time(CommandContext context) {
        Instant now = context.server().clock().instant();
        context.reply().array(2);
        context.reply().bulk(Long.toString(now.getEpochSecond()));
        context.reply().bulk(Integer.toString(now.getNano() / 1_000));
    }

    private static void lastsave(CommandContext context) {
        context.reply().integer(context.server().lastSaveSeconds());
    }

    private static void save(CommandContext context) {
        RedisServer server = context.server();
        context.offload(server::save, ReplyWriter::ok);
    }

    private static void bgsave(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        if (arguments.count() > 2 || arguments.count() == 2 && !arguments.is(1, "schedule")) {
            throw CommandException.syntax();
        }
        RedisServer server = context.server();
        context.offload(server::save, reply -> reply.simple("Background saving started"));
    }

    private static void shutdown(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        boolean saves = false;
        boolean savesNot = false;
        boolean aborts = false;
        for (int i = 1; i < arguments.count(); i++) {
            if (arguments.is(i, "nosave")) {
                savesNot = true;
            } else if (arguments.is(i, "save")) {
                saves = true;
            } else if (arguments.is(i, "abort")) {
                aborts = true;
            } else if (!arguments.is(i, "now") && !arguments.is(i, "force")) {
                throw CommandException.syntax();
            }
        }
        if (saves && savesNot || aborts && arguments.count() > 2) {
            throw CommandException.syntax();
        }
        if (aborts) {
            throw new CommandException("ERR No shutdown in progress.");
        }
        Runnable shutdown = context.server().facts().shutdown();
        if (shutdown == null) {
            throw new CommandException("ERR this server is not ended by its clients");
        }
        context.session().closeAfterReply();
        shutdown.run();
    }

    private static void role(CommandContext context) {
        context.reply().array(3);
        context.reply().bulk("master");
        context.reply().integer(0);
        context.reply().array(0);
    }

    private static void configGet(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        Map<String, String> found = new LinkedHashMap<>();
        for (int i = 2; i < arguments.count(); i++) {
            String wanted = arguments.text(i);
            Parameters.Parameter named = context.server().parameters().find(wanted);
            if (named != null) {
                found.put(wanted, named.value().get());
                continue;
            }
            Glob pattern = Glob.of(ByteString.of(wanted.toLowerCase(Locale.ROOT)).bytes());
            for (Parameters.Parameter parameter : context.server().parameters().all()) {
                if (pattern.matches(ByteString.of(parameter.name()).bytes())) {
                    found.put(parameter.name(), parameter.value().get());
                }
            }
        }
        context.reply().map(found.size());
        found.forEach((name, value) -> {
            context.reply().bulk(name);
            context.reply().bulk(value);
        });
    }

    private static void configSet(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        if (arguments.count() % 2 != 0) {
            throw CommandException.wrongNumberOfArguments("config|set");
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 2; i < arguments.count(); i += 2) {
            if (values.put(arguments.text(i), arguments.text(i + 1)) != null) {
                throw Parameters.failed(arguments.text(i), "duplicate parameter");
            }
        }
        context.server().parameters().set(values);
        context.reply().ok();
    }

    private static void configResetstat(CommandContext context) {
        context.server().statistics().reset();
        context.reply().ok();
    }

    private static void configRewrite(CommandContext context) throws CommandException {
        throw new CommandException("ERR The server is running without a config file");
    }
}
