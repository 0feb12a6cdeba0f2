package io.kvs.server.redis;

import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.ReplyWriter;
import java.util.function.Consumer;

/// What a command works with: its arguments, the data, the client, and where its reply goes.
///
/// One for each connection, the same for all of its commands.
public final class CommandContext {
    private static final int SCRATCH_LENGTH_MAX = 512;

    private final RedisServer server;
    private final Session session;
    private final ReplyWriter reply;
    private final byte[][] keys = new byte[SCRATCH_LENGTH_MAX + 1][];
    private final byte[][] values = new byte[SCRATCH_LENGTH_MAX + 1][];

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
        return scratch(keys, index);
    }

    /// Returns a value among the arguments, in an array that the next call with one of the same
    /// length, or the next command, overwrites. It is never the array of a {@link #key}.
    public byte[] value(int index) {
        return scratch(values, index);
    }

    private byte[] scratch(byte[][] arrays, int index) {
        int length = arguments.length(index);
        if (length > SCRATCH_LENGTH_MAX) {
            return arguments.bytes(index);
        }
        byte[] array = arrays[length];
        if (array == null) {
            array = new byte[length];
            arrays[length] = array;
        }
        System.arraycopy(arguments.array(), arguments.offset(index), array, 0, length);
        return array;
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
