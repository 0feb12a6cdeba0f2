package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.DENYOOM;
import static io.kvs.server.redis.CommandFlag.FAST;
import static io.kvs.server.redis.CommandFlag.READONLY;
import static io.kvs.server.redis.CommandFlag.WRITE;
import static io.kvs.server.redis.Keyspace.NEVER;

import io.kvs.protocol.resp.Arguments;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The commands that read and replace whole values.
final class StringCommands {
    private StringCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of("get", 2, StringCommands::get, READONLY, FAST).withKeys(1, 1, 1),
                Command.of("set", -3, StringCommands::set, WRITE, DENYOOM).withKeys(1, 1, 1),
                Command.of("setnx", 3, StringCommands::setnx, WRITE, DENYOOM, FAST)
                        .withKeys(1, 1, 1),
                Command.of("setex", 4, StringCommands::setex, WRITE, DENYOOM).withKeys(1, 1, 1),
                Command.of("psetex", 4, StringCommands::psetex, WRITE, DENYOOM).withKeys(1, 1, 1),
                Command.of("getset", 3, StringCommands::getset, WRITE, DENYOOM, FAST)
                        .withKeys(1, 1, 1),
                Command.of("getdel", 2, StringCommands::getdel, WRITE, FAST).withKeys(1, 1, 1),
                Command.of("getex", -2, StringCommands::getex, WRITE, FAST).withKeys(1, 1, 1),
                Command.of("mget", -2, StringCommands::mget, READONLY, FAST).withKeys(1, -1, 1),
                Command.of("mset", -3, StringCommands::mset, WRITE, DENYOOM).withKeys(1, -1, 2),
                Command.of("msetnx", -3, StringCommands::msetnx, WRITE, DENYOOM)
                        .withKeys(1, -1, 2));
    }

    private static void get(CommandContext context) {
        byte[] key = context.key(1);
        replyLookedUp(context, key, context.keyspace().get(key));
    }

    private static void replyLookedUp(CommandContext context, byte[] key, byte @Nullable [] value) {
        context.lookedUp(key, value != null);
        reply(context, value);
    }

    private static void reply(CommandContext context, byte @Nullable [] value) {
        if (value == null) {
            context.reply().nil();
        } else {
            context.reply().bulk(value);
        }
    }

    private static void set(CommandContext context) throws CommandException {
        if (context.arguments().count() == 3) {
            byte[] key = context.key(1);
            context.keyspace().set(key, context.value(2));
            context.event(EventClass.STRING, "set", key);
            context.reply().ok();
        } else {
            setWith(context, SetOptions.ofSet(context.arguments()));
        }
    }

    private static void setWith(CommandContext context, SetOptions options)
            throws CommandException {
        long expiryMillis = options.expiryMillis(context, "set");
        byte[] key = context.key(1);
        byte[] old = options.repliesOld() ? context.keyspace().get(key) : null;
        boolean isConditional = options.onlyIfAbsent() || options.onlyIfPresent();
        if (isConditional && isPresent(context, key) == options.onlyIfAbsent()) {
            reply(context, old);
            return;
        }
        long kept = options.keepsExpiry() ? context.keyspace().expiryMillis(key) : NEVER;
        store(context, 2, options.keepsExpiry() ? Math.max(kept, NEVER) : expiryMillis);
        if (expiryMillis != NEVER) {
            context.event(EventClass.GENERIC, "expire", key);
        }
        if (options.repliesOld()) {
            reply(context, old);
        } else {
            context.reply().ok();
        }
    }

    /// Stores an argument under the key that is the first one.
    private static void store(CommandContext context, int index, long expiryMillis)
            throws CommandException {
        byte[] key = context.key(1);
        context.keyspace().set(key, context.value(index), expiryMillis);
        context.event(EventClass.STRING, "set", key);
    }

    private static boolean isPresent(CommandContext context, byte[] key) {
        return context.keyspace().get(key) != null;
    }

    private static void setnx(CommandContext context) throws CommandException {
        boolean isAbsent = !isPresent(context, context.key(1));
        if (isAbsent) {
            store(context, 2, NEVER);
        }
        context.reply().integer(isAbsent ? 1 : 0);
    }

    private static void setex(CommandContext context) throws CommandException {
        setFor(context, ExpiryOption.EX, "setex");
    }

    private static void psetex(CommandContext context) throws CommandException {
        setFor(context, ExpiryOption.PX, "psetex");
    }

    private static void setFor(CommandContext context, ExpiryOption option, String command)
            throws CommandException {
        store(context, 3, option.expiryMillis(context, 2, command));
        context.event(EventClass.GENERIC, "expire", context.key(1));
        context.reply().ok();
    }

    private static void getset(CommandContext context) throws CommandException {
        byte[] old = context.keyspace().get(context.key(1));
        store(context, 2, NEVER);
        replyLookedUp(context, context.key(1), old);
    }

    private static void getdel(CommandContext context) {
        byte[] key = context.key(1);
        byte[] value = context.keyspace().get(key);
        if (value != null && context.keyspace().delete(key)) {
            context.event(EventClass.GENERIC, "del", key);
        }
        replyLookedUp(context, key, value);
    }

    private static void getex(CommandContext context) throws CommandException {
        SetOptions options = SetOptions.ofGetex(context.arguments());
        byte[] key = context.key(1);
        byte[] value = context.keyspace().get(key);
        if (value != null) {
            long expiryMillis = options.expiryMillis(context, "getex");
            if (expiryMillis != NEVER) {
                ExpiryCommands.expire(context, key, expiryMillis);
            } else if (options.persists() && context.keyspace().persist(key)) {
                context.event(EventClass.GENERIC, "persist", key);
            }
        }
        replyLookedUp(context, key, value);
    }

    private static void mget(CommandContext context) {
        int count = context.arguments().count();
        context.reply().array(count - 1);
        for (int i = 1; i < count; i++) {
            byte[] key = context.key(i);
            replyLookedUp(context, key, context.keyspace().get(key));
        }
    }

    private static void mset(CommandContext context) throws CommandException {
        storePairs(context, pairs(context, "mset"));
        context.reply().ok();
    }

    private static void msetnx(CommandContext context) throws CommandException {
        List<Change> pairs = pairs(context, "msetnx");
        boolean areAbsent = true;
        for (Change pair : pairs) {
            areAbsent &= !isPresent(context, pair.key());
        }
        if (areAbsent) {
            storePairs(context, pairs);
        }
        context.reply().integer(areAbsent ? 1 : 0);
    }

    private static List<Change> pairs(CommandContext context, String command)
            throws CommandException {
        Arguments arguments = context.arguments();
        if (arguments.count() % 2 == 0) {
            throw CommandException.wrongNumberOfArguments(command);
        }
        List<Change> pairs = new ArrayList<>(arguments.count() / 2);
        for (int i = 1; i < arguments.count(); i += 2) {
            pairs.add(new Change(arguments.bytes(i), arguments.bytes(i + 1), NEVER));
        }
        return pairs;
    }

    private static void storePairs(CommandContext context, List<Change> pairs)
            throws CommandException {
        context.keyspace().write(pairs);
        for (Change pair : pairs) {
            context.event(EventClass.STRING, "set", pair.key());
        }
    }
}
