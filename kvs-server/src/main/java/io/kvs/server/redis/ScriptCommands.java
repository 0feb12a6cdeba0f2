package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.LONG;
import static io.kvs.server.redis.CommandFlag.NOSCRIPT;
import static io.kvs.server.redis.CommandFlag.SKIP_MONITOR;
import static io.kvs.server.redis.CommandFlag.STALE;
import static io.kvs.server.redis.CommandFlag.WRITE;

import io.kvs.protocol.resp.Arguments;
import java.util.ArrayList;
import java.util.List;
import org.luaj.vm2.LuaValue;

/// The commands that run scripts. They run on the pool, for a script may take long.
final class ScriptCommands {
    private ScriptCommands() {}

    static List<Command> all() {
        return List.of(
                script("eval", (scripts, request) -> scripts.load(request.bytes(1))),
                script("evalsha", (scripts, request) -> known(scripts, request)),
                Command.ofSubcommands(
                        "script",
                        Command.of("script|load", 3, ScriptCommands::load, NOSCRIPT, STALE, LONG),
                        Command.of("script|exists", -3, ScriptCommands::exists, NOSCRIPT, STALE),
                        Command.of("script|flush", -2, ScriptCommands::flush, NOSCRIPT, STALE),
                        Command.of("script|kill", 2, ScriptCommands::kill, NOSCRIPT, STALE),
                        Command.of("script|help", 2, ScriptCommands::help, STALE)));
    }

    /// Where a script comes from.
    @FunctionalInterface
    private interface Source {
        /// Returns it.
        Script find(Scripts scripts, Arguments request) throws CommandException;
    }

    private static Command script(String name, Source source) {
        return Command.of(
                name,
                -3,
                context -> run(context, source),
                NOSCRIPT,
                STALE,
                SKIP_MONITOR,
                WRITE,
                LONG);
    }

    private static Script known(Scripts scripts, Arguments request) throws CommandException {
        Script script = scripts.find(request.text(1));
        if (script == null) {
            throw new CommandException("NOSCRIPT No matching script. Please use EVAL.");
        }
        return script;
    }

    private static void run(CommandContext context, Source source) throws CommandException {
        Arguments request = context.arguments().copy();
        long keyCount = context.integer(2);
        if (keyCount < 0) {
            throw new CommandException("ERR Number of keys can't be negative");
        }
        if (keyCount > request.count() - 3) {
            throw new CommandException("ERR Number of keys can't be greater than number of args");
        }
        int firstArgument = 3 + (int) keyCount;
        LuaValue[] result = {LuaValue.NIL};
        context.offload(
                () -> {
                    Script script = source.find(context.server().scripts(), request);
                    List<byte[]> keys = slice(request, 3, firstArgument);
                    List<byte[]> rest = slice(request, firstArgument, request.count());
                    result[0] = new ScriptRun(context, script, keys, rest).run();
                },
                reply -> LuaReplies.write(result[0], reply));
    }

    private static List<byte[]> slice(Arguments request, int from, int to) {
        List<byte[]> values = new ArrayList<>();
        for (int i = from; i < to; i++) {
            values.add(request.bytes(i));
        }
        return values;
    }

    private static void load(CommandContext context) {
        byte[] text = context.arguments().bytes(2);
        context.offload(
                () -> context.server().scripts().load(text),
                reply -> reply.bulk(Scripts.digest(text)));
    }

    private static void exists(CommandContext context) {
        Arguments arguments = context.arguments();
        context.reply().array(arguments.count() - 2);
        for (int i = 2; i < arguments.count(); i++) {
            Script script = context.server().scripts().find(arguments.text(i));
            context.reply().integer(script == null ? 0 : 1);
        }
    }

    private static void flush(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        boolean isKnown =
                arguments.count() == 2
                        || arguments.count() == 3
                                && (arguments.is(2, "sync") || arguments.is(2, "async"));
        if (!isKnown) {
            throw new CommandException("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
        }
        context.server().scripts().clear();
        context.reply().ok();
    }

    private static void kill(CommandContext context) throws CommandException {
        throw new CommandException("NOTBUSY No scripts in execution right now.");
    }

    private static void help(CommandContext context) {
        Help.reply(
                context,
                "EXISTS <sha1> [<sha1> ...]",
                "    Which of the scripts are known.",
                "FLUSH [ASYNC|SYNC]",
                "    Forget all scripts.",
                "LOAD <script>",
                "    Make a script known, for EVALSHA.");
    }
}
