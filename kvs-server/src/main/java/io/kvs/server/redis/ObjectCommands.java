package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.LOADING;
import static io.kvs.server.redis.CommandFlag.READONLY;
import static io.kvs.server.redis.CommandFlag.STALE;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The commands on how values are kept. How Redis keeps them is told from the values themselves:
/// clients ask for it to guess at sizes.
final class ObjectCommands {
    private static final int EMBEDDED_LENGTH_MAX = 44;
    private static final int SHARED_NUMBERS = 10_000;

    /// About what an entry takes besides its key and value.
    private static final int ENTRY_OVERHEAD_BYTES = 48;

    private ObjectCommands() {}

    static List<Command> all() {
        return List.of(
                Command.ofSubcommands(
                        "object",
                        reading("object|encoding", 3, ObjectCommands::encoding),
                        reading("object|freq", 3, ObjectCommands::freq),
                        reading("object|idletime", 3, ObjectCommands::idletime),
                        reading("object|refcount", 3, ObjectCommands::refcount),
                        Command.of("object|help", 2, ObjectCommands::objectHelp, LOADING, STALE)),
                Command.ofSubcommands(
                        "memory",
                        reading("memory|usage", -3, ObjectCommands::usage),
                        Command.of("memory|purge", 2, context -> context.reply().ok()),
                        Command.of("memory|help", 2, ObjectCommands::memoryHelp, LOADING, STALE)));
    }

    private static Command reading(String name, int arity, Command.Action action) {
        return Command.of(name, arity, action, READONLY).withKeys(2, 2, 1);
    }

    /// Returns the value of the key that is named, or null, and replies so, if there is none.
    private static byte @Nullable [] value(CommandContext context) {
        byte[] value = context.keyspace().get(context.key(2));
        if (value == null) {
            context.reply().nil();
        }
        return value;
    }

    private static void encoding(CommandContext context) {
        byte[] value = value(context);
        if (value != null) {
            context.reply().bulk(encodingOf(value));
        }
    }

    /// Returns how Redis would keep a value that was set as a whole.
    static String encodingOf(byte[] value) {
        if (IntegerText.is(value, 0, value.length)) {
            return "int";
        }
        return value.length <= EMBEDDED_LENGTH_MAX ? "embstr" : "raw";
    }

    private static void freq(CommandContext context) throws CommandException {
        if (value(context) != null) {
            throw new CommandException(
                    "ERR An LFU maxmemory policy is not selected, access frequency not tracked."
                            + " Please note that when switching between policies at runtime LRU and"
                            + " LFU data will take some time to adjust.");
        }
    }

    private static void idletime(CommandContext context) {
        if (value(context) != null) {
            context.reply().integer(0);
        }
    }

    private static void refcount(CommandContext context) throws CommandException {
        byte[] value = value(context);
        if (value != null) {
            boolean isShared =
                    IntegerText.is(value, 0, value.length)
                            && value[0] != '-'
                            && IntegerText.parse(value, 0, value.length) < SHARED_NUMBERS;
            context.reply().integer(isShared ? Integer.MAX_VALUE : 1);
        }
    }

    private static void usage(CommandContext context) throws CommandException {
        int count = context.arguments().count();
        for (int i = 3; i < count; i += 2) {
            if (!context.arguments().is(i, "samples") || i + 1 == count) {
                throw CommandException.syntax();
            }
            if (context.integer(i + 1) < 0) {
                throw CommandException.syntax();
            }
        }
        byte[] value = value(context);
        if (value != null) {
            context.reply()
                    .integer(
                            (long) context.arguments().length(2)
                                    + value.length
                                    + ENTRY_OVERHEAD_BYTES);
        }
    }

    private static void objectHelp(CommandContext context) {
        Help.reply(
                context,
                "ENCODING <key>: how Redis would keep the value",
                "FREQ <key>: an error, since it is not counted how often keys are used",
                "IDLETIME <key>: 0, since it is not noted when keys are used",
                "REFCOUNT <key>: how often Redis would refer to the value");
    }

    private static void memoryHelp(CommandContext context) {
        Help.reply(
                context,
                "USAGE <key> [SAMPLES <count>]: about how many bytes the entry takes",
                "PURGE: nothing, since there is nothing to give back");
    }
}
