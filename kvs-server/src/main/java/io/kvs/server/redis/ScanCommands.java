package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.FAST;
import static io.kvs.server.redis.CommandFlag.LONG;
import static io.kvs.server.redis.CommandFlag.READONLY;
import static io.kvs.server.redis.CommandFlag.WRITE;

import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// The commands on all keys.
final class ScanCommands {
    /// A page of so many keys is read at once; a longer one on the pool.
    private static final int SHORT_PAGE = 64;

    private static final int FLUSHED_AT_ONCE = 256;
    private static final byte[] START = {};

    private ScanCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of("keys", 2, ScanCommands::keys, READONLY, LONG),
                Command.of("scan", -2, ScanCommands::scan, READONLY, LONG),
                Command.of("randomkey", 1, ScanCommands::randomkey, READONLY, LONG),
                Command.of("dbsize", 1, ScanCommands::dbsize, READONLY, FAST),
                Command.of("flushdb", -1, ScanCommands::flush, WRITE, LONG),
                Command.of("flushall", -1, ScanCommands::flush, WRITE, LONG));
    }

    private static void dbsize(CommandContext context) {
        context.reply().integer(context.keyspace().size());
    }

    private static void keys(CommandContext context) throws CommandException {
        Glob pattern = Glob.of(context.arguments().bytes(1));
        Keyspace keyspace = context.jobKeyspace();
        long bytesMax = context.server().limits().requestBytesMax();
        List<byte[]> found = new ArrayList<>();
        context.offload(
                () -> collect(keyspace, pattern, bytesMax, found),
                reply -> replyKeys(reply, found));
    }

    private static void collect(Keyspace keyspace, Glob pattern, long bytesMax, List<byte[]> found)
            throws CommandException {
        long bytes = 0;
        try (KeyIterator keys = keyspace.keys(pattern.prefix())) {
            byte[] key;
            while ((key = keys.next()) != null && pattern.mayMatchFrom(key)) {
                if (pattern.matches(key)) {
                    found.add(key);
                    bytes += key.length;
                }
                if (bytes > bytesMax) {
                    throw new CommandException("ERR there are too many keys; use SCAN");
                }
            }
        }
    }

    private static void replyKeys(ReplyWriter reply, List<byte[]> keys) {
        reply.array(keys.size());
        keys.forEach(reply::bulk);
    }

    private static void scan(CommandContext context) throws CommandException {
        long cursor = ScanPage.cursor(context.arguments().text(1));
        ScanPage page = ScanPage.of(context, cursor);
        if (page.count() > SHORT_PAGE) {
            context.offload(page::read, page::reply);
        } else {
            page.read();
            page.reply(context.reply());
        }
    }

    private static void randomkey(CommandContext context) {
        Keyspace keyspace = context.jobKeyspace();
        List<byte[]> found = new ArrayList<>();
        context.offload(
                () -> RandomKey.find(keyspace, ThreadLocalRandom.current(), found),
                reply -> {
                    if (found.isEmpty()) {
                        reply.nil();
                    } else {
                        reply.bulk(found.getFirst());
                    }
                });
    }

    private static void flush(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        boolean isPlain = arguments.count() == 1;
        if (!isPlain
                && (arguments.count() > 2
                        || !arguments.is(1, "sync") && !arguments.is(1, "async"))) {
            throw CommandException.syntax();
        }
        Keyspace keyspace = context.jobKeyspace();
        boolean isLocked = context.transaction() != null;
        KeyLocks locks = context.server().locks();
        context.offload(() -> flush(keyspace, isLocked ? null : locks), ReplyWriter::ok);
    }

    /// Removes all keys that there are now, some at a time, so that others need not wait until all
    /// are gone. A key that is written meanwhile may be removed or not.
    ///
    /// @param locks taken for the keys; null if they are held
    private static void flush(Keyspace keyspace, @Nullable KeyLocks locks) throws CommandException {
        try (KeyIterator keys = keyspace.keys(START)) {
            List<Change> some = new ArrayList<>();
            byte[] key;
            while ((key = keys.next()) != null) {
                some.add(Change.removal(key));
                if (some.size() == FLUSHED_AT_ONCE) {
                    remove(keyspace, locks, some);
                }
            }
            remove(keyspace, locks, some);
        }
    }

    private static void remove(Keyspace keyspace, @Nullable KeyLocks locks, List<Change> removals)
            throws CommandException {
        if (locks == null) {
            keyspace.write(removals);
        } else {
            Stripes stripes = new Stripes(locks);
            removals.forEach(removal -> stripes.add(removal.key()));
            stripes.lockExclusively();
            try {
                keyspace.write(removals);
            } finally {
                stripes.unlock();
            }
        }
        removals.clear();
    }
}
