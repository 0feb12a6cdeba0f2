package io.kvs.server.redis;

import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.ReplyWriter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a command works with: its arguments, the data, the client, and where its reply goes.
///
/// One for each connection, the same for all of its commands.
public final class CommandContext {
    private static final int REUSED_LENGTH_MAX = 1_024;
    private static final byte[] EMPTY = {};

    private final RedisServer server;
    private final Session session;
    private final ReplyWriter reply;

    /// The arrays handed out last: clients like to send keys and values of one length.
    private byte[] lastKey = EMPTY;

    private byte[] lastValue = EMPTY;

    private final EngineKeyspace own;

    private Arguments arguments = Arguments.of();
    private Keyspace keyspace;
    private @Nullable TransactionKeyspace transaction;
    private @Nullable Job job;
    private @Nullable Consumer<ReplyWriter> jobReply;
    private boolean isOffloaded;

    CommandContext(RedisServer server, Session session, ReplyWriter reply, EngineKeyspace own) {
        this.server = server;
        this.session = session;
        this.reply = reply;
        this.own = own;
        this.keyspace = own;
    }

    /// Returns the arguments, the name of the command first; valid until the action returns.
    public Arguments arguments() {
        return arguments;
    }

    void arguments(Arguments value) {
        arguments = value;
    }

    /// Returns a key among the arguments, in an array that the next call with one of the same
    /// length, or the next command, overwrites.
    public byte[] key(int index) {
        byte[] copy = copied(index, lastKey);
        if (copy.length <= REUSED_LENGTH_MAX) {
            lastKey = copy;
        }
        return copy;
    }

    /// Returns a value among the arguments, in an array that the next call with one of the same
    /// length, or the next command, overwrites. It is never the array of a {@link #key}.
    public byte[] value(int index) {
        byte[] copy = copied(index, lastValue);
        if (copy.length <= REUSED_LENGTH_MAX) {
            lastValue = copy;
        }
        return copy;
    }

    private byte[] copied(int index, byte[] reused) {
        int length = arguments.length(index);
        if (length != reused.length) {
            return arguments.bytes(index);
        }
        System.arraycopy(arguments.array(), arguments.offset(index), reused, 0, length);
        return reused;
    }

    /// Returns the data.
    public Keyspace keyspace() {
        return keyspace;
    }

    /// Returns the data itself, also within a transaction.
    EngineKeyspace own() {
        return own;
    }

    /// Returns where the reply goes.
    public ReplyWriter reply() {
        return reply;
    }

    /// Returns the client.
    public Session session() {
        return session;
    }

    /// Returns what all clients share.
    public RedisServer server() {
        return server;
    }

    /// Returns a number among the arguments.
    ///
    /// @throws CommandException it is none, or has more than 64 bits
    public long integer(int index) throws CommandException {
        return IntegerText.parse(
                arguments.array(), arguments.offset(index), arguments.length(index));
    }

    /// Returns the time, in milliseconds since 1970, UTC.
    public long nowMillis() {
        return server.clock().millis();
    }

    /// Tells who wants to know what has happened to a key; within a transaction when it is
    /// committed.
    void event(EventClass eventClass, String event, byte[] key) {
        if (server.notifications().isWanted(eventClass)) {
            if (transaction == null) {
                server.notifications().tell(eventClass, event, key);
            } else {
                byte[] kept = key.clone();
                transaction.onCommit(() -> server.notifications().tell(eventClass, event, kept));
            }
        }
    }

    /// Notes that a client has looked for a key.
    void lookedUp(byte[] key, boolean isPresent) {
        if (isPresent) {
            server.statistics().hit();
        } else {
            server.statistics().missed();
            event(EventClass.KEY_MISS, "keymiss", key);
        }
    }

    /// Work that may take long.
    @FunctionalInterface
    public interface Job {
        /// Does it.
        ///
        /// @throws CommandException it cannot be done
        void run() throws CommandException;
    }

    /// Runs `work` on the pool when the action has returned, then `then`, which writes the reply;
    /// if the work fails the reply is an error. Neither may use the arguments, nor {@link
    /// #keyspace()}: {@link #jobKeyspace()} is for the work. Within a transaction both run when the
    /// action has returned.
    public void offload(Job work, Consumer<ReplyWriter> then) {
        job = work;
        jobReply = then;
    }

    /// Returns the data for work that is offloaded, which takes the locks of keys itself if it
    /// writes.
    public Keyspace jobKeyspace() {
        return transaction == null ? server.jobKeyspace() : keyspace;
    }

    /// Starts what the action has offloaded, if it has.
    void startJob() throws CommandException {
        Job work = job;
        Consumer<ReplyWriter> then = jobReply;
        if (work == null || then == null) {
            return;
        }
        job = null;
        jobReply = null;
        if (transaction != null) {
            work.run();
            then.accept(reply);
            return;
        }
        isOffloaded = true;
        Arguments request = arguments.copy();
        long startNanos = System.nanoTime();
        Failures failures = new Failures(server.log());
        session.link()
                .offload(
                        () -> failures.watch(work),
                        (OutputBuffer out) -> {
                            isOffloaded = false;
                            reply.to(out);
                            int before = out.size();
                            String error = failures.error();
                            if (error == null) {
                                then.accept(reply);
                            } else {
                                reply.error(error);
                            }
                            session.replied(out, before);
                            server.took(session, request, System.nanoTime() - startNanos);
                        });
    }

    /// Forgets what the action has offloaded: it has failed.
    void dropJob() {
        job = null;
        jobReply = null;
    }

    /// Returns whether the reply of the last command is still to come.
    boolean isOffloaded() {
        return isOffloaded;
    }

    /// Returns the transaction that is being executed, or null.
    @Nullable TransactionKeyspace transaction() {
        return transaction;
    }

    /// Has the commands from now on see and change the data through a transaction; null for the
    /// data itself.
    void transaction(@Nullable TransactionKeyspace value) {
        transaction = value;
        keyspace = value == null ? own : value;
    }
}
