package io.kvs.server.redis;

import static io.kvs.server.redis.CommandFlag.FAST;
import static io.kvs.server.redis.CommandFlag.LOADING;
import static io.kvs.server.redis.CommandFlag.NOSCRIPT;
import static io.kvs.server.redis.CommandFlag.SKIP_SLOWLOG;
import static io.kvs.server.redis.CommandFlag.STALE;

import io.kvs.KvsException;
import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.resp.Arguments;
import io.kvs.server.redis.SessionTransaction.Queued;
import java.util.List;

/// The commands by which several become one step.
final class TransactionCommands {
    private static final int WATCHED_MAX = 1 << 16;

    private TransactionCommands() {}

    static List<Command> all() {
        return List.of(
                Command.of("multi", 1, TransactionCommands::multi, NOSCRIPT, LOADING, STALE, FAST),
                Command.of(
                        "exec",
                        1,
                        TransactionCommands::exec,
                        NOSCRIPT,
                        LOADING,
                        STALE,
                        SKIP_SLOWLOG),
                Command.of(
                        "discard", 1, TransactionCommands::discard, NOSCRIPT, LOADING, STALE, FAST),
                Command.of("watch", -2, TransactionCommands::watch, NOSCRIPT, LOADING, STALE, FAST)
                        .withKeys(1, -1, 1),
                Command.of(
                        "unwatch",
                        1,
                        TransactionCommands::unwatch,
                        NOSCRIPT,
                        LOADING,
                        STALE,
                        FAST));
    }

    private static void multi(CommandContext context) throws CommandException {
        SessionTransaction transaction = context.session().transaction();
        if (transaction.isBegun()) {
            throw new CommandException("ERR MULTI calls can not be nested");
        }
        transaction.begin();
        context.reply().ok();
    }

    private static void discard(CommandContext context) throws CommandException {
        if (!context.session().transaction().isBegun()) {
            throw new CommandException("ERR DISCARD without MULTI");
        }
        abandon(context);
        context.reply().ok();
    }

    /// Forgets what a client has queued and watched.
    static void abandon(CommandContext context) {
        SessionTransaction transaction = context.session().transaction();
        transaction.end();
        transaction.unwatch(context.server().watches(), context.session());
    }

    private static void watch(CommandContext context) throws CommandException {
        SessionTransaction transaction = context.session().transaction();
        if (transaction.isBegun()) {
            throw new CommandException("ERR WATCH inside MULTI is not allowed");
        }
        Arguments arguments = context.arguments();
        for (int i = 1; i < arguments.count(); i++) {
            ByteString key = ByteString.of(arguments.bytes(i));
            if (!transaction.watched().contains(key)) {
                if (transaction.watched().size() == WATCHED_MAX) {
                    throw new CommandException("ERR too many keys are watched");
                }
                watch(context, key);
            }
        }
        context.reply().ok();
    }

    /// Watches a key, under its lock, so that a write comes either before or tells of itself.
    private static void watch(CommandContext context, ByteString key) {
        Session session = context.session();
        Stripes stripes = new Stripes(context.server().locks());
        stripes.add(key.bytes());
        stripes.lockExclusively();
        try {
            context.server().watches().add(key, session);
            long expiryMillis = context.keyspace().expiryMillis(key.bytes());
            session.transaction().watch(key, expiryMillis);
        } finally {
            stripes.unlock();
        }
    }

    private static void unwatch(CommandContext context) {
        context.session().transaction().unwatch(context.server().watches(), context.session());
        context.reply().ok();
    }

    private static void exec(CommandContext context) throws CommandException {
        SessionTransaction transaction = context.session().transaction();
        if (!transaction.isBegun()) {
            throw new CommandException("ERR EXEC without MULTI");
        }
        if (transaction.isFailed()) {
            abandon(context);
            throw new CommandException(
                    "EXECABORT Transaction discarded because of previous errors.");
        }
        boolean isLong = transaction.queue().stream().anyMatch(queued -> queued.command().isLong());
        if (!isLong) {
            execute(context, context.own());
            return;
        }
        OutputBuffer replies = new OutputBuffer(0, context.server().limits().requestBytesMax());
        context.offload(
                () -> {
                    context.reply().to(replies);
                    execute(context, context.server().jobKeyspace());
                },
                reply -> reply.buffer().write(replies.toByteArray()));
    }

    private static void execute(CommandContext context, EngineKeyspace data)
            throws CommandException {
        SessionTransaction transaction = context.session().transaction();
        KeyLocks locks = context.server().locks();
        try {
            locks.write(stripes(transaction, locks), true, () -> executeLocked(context, data));
        } finally {
            abandon(context);
        }
    }

    private static void executeLocked(CommandContext context, EngineKeyspace data)
            throws CommandException {
        SessionTransaction transaction = context.session().transaction();
        if (transaction.isTouched(context.nowMillis())) {
            context.reply().nilArray();
            return;
        }
        TransactionKeyspace keyspace = new TransactionKeyspace(data, context.server().clock());
        executeAll(context, transaction.queue(), keyspace);
        // Its own changes are no reason to tell it.
        transaction.unwatch(context.server().watches(), context.session());
        keyspace.commit();
    }

    private static Stripes stripes(SessionTransaction transaction, KeyLocks locks) {
        Stripes stripes = new Stripes(locks);
        for (Queued queued : transaction.queue()) {
            if (queued.command().usesAllKeys()) {
                stripes.addAll();
                return stripes;
            }
            if (queued.command().firstKey() > 0) {
                Isolation.addKeys(stripes, queued.command(), queued.arguments());
            }
        }
        transaction.watched().forEach(key -> stripes.add(key.bytes()));
        return stripes;
    }

    private static void executeAll(
            CommandContext context, List<Queued> queue, TransactionKeyspace keyspace) {
        context.transaction(keyspace);
        try {
            context.reply().array(queue.size());
            for (Queued queued : queue) {
                execute(context, queued);
            }
        } finally {
            context.transaction(null);
        }
    }

    private static void execute(CommandContext context, Queued queued) {
        int before = context.reply().buffer().size();
        context.arguments(queued.arguments());
        try {
            queued.command().action().execute(context);
            context.startJob();
        } catch (CommandException e) {
            fail(context, before, e.reply());
        } catch (KvsException e) {
            fail(context, before, "ERR " + e.getMessage());
        }
    }

    private static void fail(CommandContext context, int before, String error) {
        context.dropJob();
        context.reply().buffer().truncate(before);
        context.reply().error(error);
    }
}
