package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.DENYOOM;
import static io.kvs.server.redis.CommandFlag.FAST;
import static io.kvs.server.redis.CommandFlag.READONLY;
import static io.kvs.server.redis.CommandFlag.WRITE;

import io.kvs.protocol.resp.Arguments;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The commands on keys, whatever their values are.
final class KeyCommands {
    private KeyCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of("del", -2, KeyCommands::del, WRITE).withKeys(1, -1, 1),
                Command.of("unlink", -2, KeyCommands::del, WRITE, FAST).withKeys(1, -1, 1),
                Command.of("exists", -2, KeyCommands::exists, READONLY, FAST).withKeys(1, -1, 1),
                Command.of("touch", -2, KeyCommands::exists, READONLY, FAST).withKeys(1, -1, 1),
                Command.of("type", 2, KeyCommands::type, READONLY, FAST).withKeys(1, 1, 1),
                Command.of("rename", 3, KeyCommands::rename, WRITE).withKeys(1, 2, 1),
                Command.of("renamenx", 3, KeyCommands::renamenx, WRITE, FAST).withKeys(1, 2, 1),
                Command.of("copy", -3, KeyCommands::copy, WRITE, DENYOOM).withKeys(1, 2, 1));
    }

    private static void del(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        if (arguments.count() == 2) {
            byte[] key = context.key(1);
            boolean isDeleted = context.keyspace().delete(key);
            if (isDeleted) {
                context.event(EventClass.GENERIC, "del", key);
            }
            context.reply().integer(isDeleted ? 1 : 0);
            return;
        }
        Set<ByteString> present = new LinkedHashSet<>();
        for (int i = 1; i < arguments.count(); i++) {
            if (context.keyspace().get(context.key(i)) != null) {
                present.add(ByteString.of(arguments.bytes(i)));
            }
        }
        if (!present.isEmpty()) {
            context.keyspace()
                    .write(present.stream().map(key -> Change.removal(key.bytes())).toList());
        }
        for (ByteString key : present) {
            context.event(EventClass.GENERIC, "del", key.bytes());
        }
        context.reply().integer(present.size());
    }

    private static void exists(CommandContext context) {
        long count = 0;
        for (int i = 1; i < context.arguments().count(); i++) {
            byte[] key = context.key(i);
            boolean isPresent = context.keyspace().get(key) != null;
            context.lookedUp(key, isPresent);
            count += isPresent ? 1 : 0;
        }
        context.reply().integer(count);
    }

    private static void type(CommandContext context) {
        context.reply().simple(context.keyspace().get(context.key(1)) == null ? "none" : "string");
    }

    private static void rename(CommandContext context) throws CommandException {
        move(context, true);
        context.reply().ok();
    }

    private static void renamenx(CommandContext context) throws CommandException {
        context.reply().integer(move(context, false) ? 1 : 0);
    }

    /// Gives a value another key; returns whether it did.
    private static boolean move(CommandContext context, boolean replaces) throws CommandException {
        byte[] source = context.arguments().bytes(1);
        byte[] target = context.arguments().bytes(2);
        StoredValue value = context.keyspace().read(source);
        if (value == null) {
            throw new CommandException("ERR no such key");
        }
        if (Arrays.equals(source, target) || !replaces && context.keyspace().get(target) != null) {
            return false;
        }
        context.keyspace()
                .write(
                        List.of(
                                Change.removal(source),
                                new Change(target, value.value(), value.expiryMillis())));
        context.event(EventClass.GENERIC, "rename_from", source);
        context.event(EventClass.GENERIC, "rename_to", target);
        return true;
    }

    private static void copy(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        boolean replaces = false;
        for (int i = 3; i < arguments.count(); i++) {
            if (arguments.is(i, "replace")) {
                replaces = true;
            } else if (arguments.is(i, "db") && i + 1 < arguments.count()) {
                if (context.integer(++i) != 0) {
                    throw new CommandException("ERR DB index is out of range");
                }
            } else {
                throw CommandException.syntax();
            }
        }
        byte[] source = arguments.bytes(1);
        byte[] target = arguments.bytes(2);
        if (Arrays.equals(source, target)) {
            throw new CommandException("ERR source and destination objects are the same");
        }
        StoredValue value = context.keyspace().read(source);
        context.lookedUp(source, value != null);
        if (value == null || !replaces && context.keyspace().get(target) != null) {
            context.reply().integer(0);
            return;
        }
        context.keyspace().set(target, value.value(), value.expiryMillis());
        context.event(EventClass.GENERIC, "copy_to", target);
        context.reply().integer(1);
    }
}
