package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.DENYOOM;
import static io.kvs.server.redis.CommandFlag.FAST;
import static io.kvs.server.redis.CommandFlag.LONG;
import static io.kvs.server.redis.CommandFlag.READONLY;
import static io.kvs.server.redis.CommandFlag.WRITE;
import static io.kvs.server.redis.Keyspace.NEVER;

import io.kvs.protocol.resp.Arguments;
import java.util.Arrays;
import java.util.List;

/// The commands on parts of values, and on their lengths.
final class RangeCommands {
    private static final byte[] NOTHING = {};

    private RangeCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of("strlen", 2, RangeCommands::strlen, READONLY, FAST).withKeys(1, 1, 1),
                Command.of("append", 3, RangeCommands::append, WRITE, DENYOOM, FAST)
                        .withKeys(1, 1, 1),
                Command.of("getrange", 4, RangeCommands::getrange, READONLY).withKeys(1, 1, 1),
                Command.of("substr", 4, RangeCommands::getrange, READONLY).withKeys(1, 1, 1),
                Command.of("setrange", 4, RangeCommands::setrange, WRITE, DENYOOM)
                        .withKeys(1, 1, 1),
                Command.of("lcs", -3, RangeCommands::lcs, READONLY, LONG).withKeys(1, 2, 1));
    }

    private static void strlen(CommandContext context) {
        byte[] value = context.keyspace().get(context.key(1));
        context.lookedUp(context.key(1), value != null);
        context.reply().integer(value == null ? 0 : value.length);
    }

    private static void append(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        byte[] key = context.key(1);
        StoredValue old = context.keyspace().read(key);
        byte[] before = old == null ? NOTHING : old.value();
        int added = arguments.length(2);
        checkLength(context, (long) before.length + added);
        byte[] value = Arrays.copyOf(before, before.length + added);
        System.arraycopy(arguments.array(), arguments.offset(2), value, before.length, added);
        context.keyspace().set(key, value, old == null ? NEVER : old.expiryMillis());
        context.event(EventClass.STRING, "append", key);
        context.reply().integer(value.length);
    }

    private static void checkLength(CommandContext context, long length) throws CommandException {
        if (length > context.server().limits().bulkBytesMax()) {
            throw new CommandException(
                    "ERR string exceeds maximum allowed size (proto-max-bulk-len)");
        }
    }

    private static void getrange(CommandContext context) throws CommandException {
        long first = context.integer(2);
        long last = context.integer(3);
        byte[] value = context.keyspace().get(context.key(1));
        context.lookedUp(context.key(1), value != null);
        if (value == null || first < 0 && last < 0 && first > last) {
            context.reply().bulk(NOTHING);
            return;
        }
        first = Math.max(0, first < 0 ? first + value.length : first);
        last = Math.max(0, last < 0 ? last + value.length : last);
        last = Math.min(last, value.length - 1L);
        if (first > last) {
            context.reply().bulk(NOTHING);
        } else {
            context.reply().bulk(value, (int) first, (int) (last - first + 1));
        }
    }

    private static void setrange(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        long offset = context.integer(2);
        if (offset < 0) {
            throw new CommandException("ERR offset is out of range");
        }
        byte[] key = context.key(1);
        StoredValue old = context.keyspace().read(key);
        byte[] before = old == null ? NOTHING : old.value();
        int length = arguments.length(3);
        if (length == 0) {
            context.reply().integer(before.length);
            return;
        }
        checkLength(context, offset > Integer.MAX_VALUE ? offset : offset + length);
        byte[] value = Arrays.copyOf(before, Math.max(before.length, (int) offset + length));
        System.arraycopy(arguments.array(), arguments.offset(3), value, (int) offset, length);
        context.keyspace().set(key, value, old == null ? NEVER : old.expiryMillis());
        context.event(EventClass.STRING, "setrange", key);
        context.reply().integer(value.length);
    }

    private static void lcs(CommandContext context) throws CommandException {
        byte[] first = context.keyspace().get(context.arguments().bytes(1));
        byte[] second = context.keyspace().get(context.arguments().bytes(2));
        LcsOptions options = LcsOptions.of(context);
        CommonSubsequence common =
                new CommonSubsequence(
                        first == null ? NOTHING : first, second == null ? NOTHING : second);
        if (common.tableBytes() > context.server().limits().bulkBytesMax()) {
            throw new CommandException(
                    "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
        }
        context.offload(common::find, reply -> options.reply(common, reply));
    }
}
