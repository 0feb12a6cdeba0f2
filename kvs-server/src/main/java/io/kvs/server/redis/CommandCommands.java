package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.LOADING;
import static io.kvs.server.redis.CommandFlag.STALE;

import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The subcommands of `COMMAND`, which tell of the commands themselves.
final class CommandCommands {
    private CommandCommands() {}

    static List<Command> all() {
        return List.of(
                Command.ofSubcommands(
                        "command",
                        CommandCommands::everything,
                        Command.of("command|count", 2, CommandCommands::count, LOADING, STALE),
                        Command.of("command|info", -2, CommandCommands::info, LOADING, STALE),
                        Command.of("command|docs", -2, CommandCommands::docs, LOADING, STALE),
                        Command.of("command|list", -2, CommandCommands::list, LOADING, STALE),
                        Command.of("command|getkeys", -4, CommandCommands::keys, LOADING, STALE),
                        Command.of(
                                "command|help",
                                2,
                                context ->
                                        Help.reply(
                                                context,
                                                "COUNT: how many commands there are",
                                                "INFO [name ...]: how they are called",
                                                "DOCS [name ...]: what they are about",
                                                "LIST [FILTERBY PATTERN <pattern>]: their names",
                                                "GETKEYS <command> ...: the keys among arguments"),
                                LOADING,
                                STALE)));
    }

    private static void everything(CommandContext context) {
        Collection<Command> commands = context.server().commands().all();
        context.reply().array(commands.size());
        commands.forEach(command -> describe(context.reply(), command));
    }

    private static void count(CommandContext context) {
        context.reply().integer(context.server().commands().all().size());
    }

    private static void info(CommandContext context) {
        Arguments arguments = context.arguments();
        if (arguments.count() == 2) {
            everything(context);
            return;
        }
        context.reply().array(arguments.count() - 2);
        for (int i = 2; i < arguments.count(); i++) {
            Command command = find(context, arguments.text(i));
            if (command == null) {
                context.reply().nil();
            } else {
                describe(context.reply(), command);
            }
        }
    }

    private static @Nullable Command find(CommandContext context, String name) {
        int bar = name.indexOf('|');
        Command command = context.server().commands().find(bar < 0 ? name : name.substring(0, bar));
        return bar < 0 || command == null
                ? command
                : command.subcommand(Arguments.of("", name.substring(bar + 1)));
    }

    private static void describe(ReplyWriter reply, Command command) {
        List<String> flags =
                command.flags().stream()
                        .filter(flag -> flag != CommandFlag.LONG)
                        .map(CommandFlag::word)
                        .toList();
        reply.array(10);
        reply.bulk(command.name());
        reply.integer(command.arity());
        reply.set(flags.size());
        flags.forEach(reply::simple);
        reply.integer(command.firstKey());
        reply.integer(command.lastKey());
        reply.integer(command.keyStep());
        List<String> categories = categories(command);
        reply.set(categories.size());
        categories.forEach(reply::simple);
        reply.array(0);
        describeKeys(reply, command);
        reply.array(command.subcommands().size());
        command.subcommands().forEach(subcommand -> describe(reply, subcommand));
    }

    private static List<String> categories(Command command) {
        List<String> categories = new ArrayList<>();
        if (command.isWrite()) {
            categories.add("@write");
        }
        if (command.isReadonly()) {
            categories.add("@read");
        }
        if (command.flags().contains(CommandFlag.ADMIN)) {
            categories.add("@admin");
            categories.add("@dangerous");
        }
        if (command.flags().contains(CommandFlag.PUBSUB)) {
            categories.add("@pubsub");
        }
        categories.add(command.flags().contains(CommandFlag.FAST) ? "@fast" : "@slow");
        return categories;
    }

    private static void describeKeys(ReplyWriter reply, Command command) {
        if (command.firstKey() == 0) {
            reply.array(0);
            return;
        }
        boolean isCounted = command.lastKey() >= 0;
        reply.array(1);
        reply.map(3);
        reply.bulk("flags");
        reply.set(1);
        reply.simple(command.isWrite() ? "RW" : "RO");
        reply.bulk("begin_search");
        reply.map(2);
        reply.bulk("type");
        reply.bulk("index");
        reply.bulk("spec");
        reply.map(1);
        reply.bulk("index");
        reply.integer(command.firstKey());
        reply.bulk("find_keys");
        reply.map(2);
        reply.bulk("type");
        reply.bulk("range");
        reply.bulk("spec");
        reply.map(3);
        reply.bulk("lastkey");
        reply.integer(isCounted ? command.lastKey() - command.firstKey() : command.lastKey());
        reply.bulk("keystep");
        reply.integer(command.keyStep());
        reply.bulk("limit");
        reply.integer(0);
    }

    private static void docs(CommandContext context) {
        Arguments arguments = context.arguments();
        List<Command> commands = new ArrayList<>();
        if (arguments.count() == 2) {
            commands.addAll(context.server().commands().all());
        }
        for (int i = 2; i < arguments.count(); i++) {
            Command command = find(context, arguments.text(i));
            if (command != null) {
                commands.add(command);
            }
        }
        context.reply().map(commands.size());
        for (Command command : commands) {
            context.reply().bulk(command.name());
            context.reply().map(2);
            context.reply().bulk("summary");
            context.reply().bulk("");
            context.reply().bulk("group");
            context.reply().bulk(group(command));
        }
    }

    private static String group(Command command) {
        if (command.flags().contains(CommandFlag.PUBSUB)) {
            return "pubsub";
        }
        return command.isWrite() || command.isReadonly() ? "generic" : "server";
    }

    private static void list(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        List<String> names = context.server().commands().all().stream().map(Command::name).toList();
        if (arguments.count() == 5 && arguments.is(2, "filterby")) {
            names = filtered(context, names);
        } else if (arguments.count() != 2) {
            throw CommandException.syntax();
        }
        context.reply().array(names.size());
        names.forEach(context.reply()::bulk);
    }

    private static List<String> filtered(CommandContext context, List<String> names)
            throws CommandException {
        Arguments arguments = context.arguments();
        if (arguments.is(3, "pattern")) {
            Glob pattern = Glob.of(arguments.bytes(4));
            return names.stream()
                    .filter(name -> pattern.matches(ByteString.of(name).bytes()))
                    .toList();
        }
        if (arguments.is(3, "aclcat")) {
            String category = "@" + arguments.text(4);
            return context.server().commands().all().stream()
                    .filter(command -> categories(command).contains(category))
                    .map(Command::name)
                    .toList();
        }
        if (arguments.is(3, "module")) {
            return List.of();
        }
        throw CommandException.syntax();
    }

    private static void keys(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        String[] texts = new String[arguments.count() - 2];
        Arrays.setAll(texts, i -> arguments.text(i + 2));
        Command command = context.server().commands().find(texts[0]);
        if (command != null && command.hasSubcommands() && texts.length > 1) {
            command = command.subcommand(Arguments.of(texts));
        }
        if (command == null) {
            throw new CommandException("ERR Invalid command specified");
        }
        if (command.firstKey() == 0) {
            throw new CommandException("ERR The command has no key arguments");
        }
        if (!command.takes(texts.length)) {
            throw new CommandException("ERR Invalid number of arguments specified for command");
        }
        List<byte[]> found = new ArrayList<>();
        int last = command.lastKey(texts.length);
        for (int i = command.firstKey(); i <= last; i += command.keyStep()) {
            found.add(arguments.bytes(i + 2));
        }
        context.reply().array(found.size());
        found.forEach(context.reply()::bulk);
    }
}
