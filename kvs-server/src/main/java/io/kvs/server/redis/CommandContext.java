package io.kvs.server.redis;

import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.ReplyWriter;
import java.util.function.Consumer;

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

    private Arguments arguments = Arguments.of();
    private Keyspace keyspace;
    private boolean isOffloaded;

    CommandContext(RedisServer server, Session session, ReplyWriter reply, Keyspace keyspace) {
        this.server = server;
        this.session = session;
        this.reply = reply;
        this.keyspace = keyspace;
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

    /// Lets the commands see the data through another keyspace from now on.
    void keyspace(Keyspace value) {
        keyspace = value;
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

    /// Runs `work` on the pool, then `then`, which writes the reply. Neither may use the arguments.
    public void offload(Runnable work, Consumer<ReplyWriter> then) {
        isOffloaded = true;
        session.link()
                .offload(
                        work,
                        (OutputBuffer out) -> {
                            isOffloaded = false;
                            reply.to(out);
                            then.accept(reply);
                        });
    }

    /// Returns whether the reply of the last command is still to come.
    boolean isOffloaded() {
        return isOffloaded;
    }
}
