package io.kvs.client;

import io.kvs.EntryTooLargeException;
import io.kvs.KvsException;
import io.kvs.RemoteException;
import io.kvs.StoreClosedException;
import io.kvs.protocol.InputBuffer;
import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.OutputLimitException;
import io.kvs.protocol.rpc.Frame;
import io.kvs.protocol.rpc.MalformedFrameException;
import io.kvs.protocol.rpc.Preamble;
import io.kvs.protocol.rpc.ResponseReader;
import io.kvs.protocol.v1.Response;
import io.kvs.protocol.v1.Welcome;
import io.kvs.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A connection to a server with any number of requests on their way.
///
/// How it works. Whoever has a request appends it to the output; if nobody is sending, it sends all
/// that is there, without blocking, so requests of several threads leave in one piece. What the
/// socket does not take is left to the connection's thread, which also reads all answers and
/// completes the replies. Once the connection has failed it stays so, and all replies fail.
final class Connection {
    private static final int READ_BYTES = 128 << 10;
    private static final int WRITE_BYTES = 64 << 10;
    private static final long TICK_MILLIS = 50;

    /// Before the server has told its limits.
    private static final int FIRST_FRAME_BYTES_MAX = 64 << 10;

    private final String server;
    private final SocketChannel channel;
    private final Transport transport;
    private final Selector selector;
    private final SelectionKey key;
    private final long timeoutNanos;
    private final Thread thread;
    private final Map<Long, Reply<?>> pending = new ConcurrentHashMap<>();
    private final ResponseReader response = new ResponseReader();

    /// Used by whoever is sending.
    private final ByteBuffer writeBuffer = ByteBuffer.allocateDirect(WRITE_BYTES);

    /// Requests to be sent; guards itself and what follows.
    private final OutputBuffer output;

    private boolean sending;
    private long lastId;
    private @Nullable Supplier<KvsException> failure;

    /// Of the connection's thread: what it was asked for while it received answers leaves in one
    /// piece with what it will be asked for by the next ones.
    private boolean sendAfterReceiving;

    private volatile boolean failed;
    private volatile int requestBytesMax;
    private volatile int responseBytesMax = FIRST_FRAME_BYTES_MAX;

    /// Takes over a channel that is connected.
    ///
    /// @param server names the server in messages
    /// @param transport of the channel, ready to be written to
    Connection(String server, SocketChannel channel, Transport transport, ClientOptions options)
            throws IOException {
        this.server = server;
        this.channel = channel;
        this.transport = transport;
        this.timeoutNanos = options.requestTimeout().toNanos();
        this.output = new OutputBuffer(WRITE_BYTES, options.unsentBytesMax());
        this.requestBytesMax = options.unsentBytesMax();
        writeBuffer.put(Preamble.bytes()).flip();
        channel.configureBlocking(false);
        selector = Selector.open();
        key = channel.register(selector, SelectionKey.OP_READ);
        thread = new Receiver();
        thread.start();
    }

    /// Takes the limits of the server.
    void welcome(Welcome welcome) {
        requestBytesMax = Math.min(requestBytesMax, welcome.getFrameBytesMax());
        // A page or several values are somewhat longer than the longest request.
        long longest = 2L * welcome.getFrameBytesMax() + (1 << 20);
        responseBytesMax = (int) Math.min(Integer.MAX_VALUE - 8, longest);
    }

    /// Returns the name of the server, for messages.
    String server() {
        return server;
    }

    /// Returns whether it cannot be used any more.
    boolean isFailed() {
        return failed;
    }

    /// Does nothing if it can be used.
    ///
    /// @throws KvsException why not
    void check() {
        if (failed) {
            synchronized (output) {
                if (failure != null) {
                    throw failure.get();
                }
            }
        }
    }

    /// Writes a request with an id into a buffer.
    @FunctionalInterface
    interface Encoder {
        void encode(long id, OutputBuffer out);
    }

    /// Sends a request, or leaves it to be sent; never blocks. Returns what the answer will be.
    <T extends @Nullable Object> Reply<T> submit(Encoder encoder, Reply.Decoder<T> decoder) {
        return submit(encoder, decoder, timeoutNanos);
    }

    /// Does the same with another time to wait for the answer.
    <T extends @Nullable Object> Reply<T> submit(
            Encoder encoder, Reply.Decoder<T> decoder, long waitNanos) {
        Reply<T> reply = new Reply<>(decoder, System.nanoTime() + waitNanos);
        RuntimeException refused;
        boolean send;
        synchronized (output) {
            refused = append(encoder, reply);
            send = refused == null && !sending;
            sending |= send;
        }
        if (refused != null) {
            reply.completeExceptionally(refused);
        } else if (send && thread.equals(Thread.currentThread())) {
            sendAfterReceiving = true;
        } else if (send) {
            send();
        }
        return reply;
    }

    /// Appends a request; returns why not.
    private @Nullable RuntimeException append(Encoder encoder, Reply<?> reply) {
        assert Thread.holdsLock(output);
        if (failure != null) {
            return failure.get();
        }
        int before = output.size();
        try {
            encoder.encode(lastId + 1, output);
        } catch (OutputLimitException e) {
            output.truncate(before);
            return new RemoteException(
                    "too much waits to be sent to " + server + ": " + e.getMessage(), false, null);
        }
        int bytes = output.size() - before - Frame.PREFIX_BYTES;
        if (bytes > requestBytesMax) {
            output.truncate(before);
            return new EntryTooLargeException("the request", bytes, requestBytesMax);
        }
        lastId++;
        pending.put(lastId, reply);
        return null;
    }

    /// Sends what there is. Called by the one who is sending.
    private void send() {
        try {
            boolean taken = true;
            while (taken && transport.flush()) {
                if (!writeBuffer.hasRemaining()) {
                    synchronized (output) {
                        if (output.isEmpty()) {
                            sending = false;
                            return;
                        }
                        writeBuffer.clear();
                        output.sent(output.copyTo(writeBuffer));
                        writeBuffer.flip();
                    }
                }
                transport.write(writeBuffer);
                taken = !writeBuffer.hasRemaining();
            }
            sendLater();
        } catch (IOException e) {
            fail(lost(e));
        } catch (CancelledKeyException e) {
            fail(lost(null)); // It has failed, and this only comes later.
        }
    }

    /// Leaves sending to the connection's thread.
    private void sendLater() {
        key.interestOpsOr(SelectionKey.OP_WRITE);
        if (!thread.equals(Thread.currentThread())) {
            selector.wakeup();
        }
    }

    /// What the connection's thread does until the connection fails.
    private void serve() {
        InputBuffer input = new InputBuffer(0);
        ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BYTES);
        long lookedNanos = System.nanoTime();
        try (selector) {
            while (!failed) {
                selector.select(TICK_MILLIS);
                selector.selectedKeys().clear();
                int ready = key.readyOps();
                if ((ready & SelectionKey.OP_WRITE) != 0) {
                    key.interestOpsAnd(~SelectionKey.OP_WRITE);
                    send();
                }
                if ((ready & SelectionKey.OP_READ) != 0) {
                    receive(input, readBuffer);
                }
                if (sendAfterReceiving) {
                    sendAfterReceiving = false;
                    send();
                }
                long nowNanos = System.nanoTime();
                if (nowNanos - lookedNanos >= TICK_MILLIS * 1_000_000) {
                    lookedNanos = nowNanos;
                    giveUpOverdue(nowNanos);
                }
            }
        } catch (IOException e) {
            fail(lost(e));
        } catch (MalformedFrameException e) {
            fail(() -> RemoteErrors.notOurs(server, e));
        } catch (RuntimeException | java.lang.Error e) {
            fail(() -> new RemoteException("the connection to " + server + " failed", true, e));
        }
    }

    private void receive(InputBuffer input, ByteBuffer readBuffer)
            throws IOException, MalformedFrameException {
        int count;
        do {
            count = transport.read(readBuffer.clear());
            if (count < 0) {
                fail(lost(null));
                return;
            }
            input.append(readBuffer.flip());
            receive(input);
        } while (count > 0 && transport.hasReadAhead());
    }

    /// Takes the answers that are whole.
    private void receive(InputBuffer input) throws MalformedFrameException {
        int length = Frame.next(input, responseBytesMax);
        while (length >= 0) {
            int start = input.start() + Frame.PREFIX_BYTES;
            response.read(input.array(), start, start + length);
            receive();
            input.consume(Frame.PREFIX_BYTES + length);
            length = Frame.next(input, responseBytesMax);
        }
    }

    private void receive() throws MalformedFrameException {
        if (response.id() == 0) {
            if (response.kind() != Response.ERROR_FIELD_NUMBER) {
                throw new MalformedFrameException("an answer to no request");
            }
            String message = response.error().message();
            fail(() ->
                    new RemoteException(
                            "the server at " + server + " says: " + message, true, null));
            return;
        }
        // Nobody waits any more for one that came too late.
        Reply<?> reply = pending.remove(response.id());
        if (reply != null) {
            try {
                reply.receive(response, server);
            } catch (MalformedFrameException e) {
                reply.completeExceptionally(RemoteErrors.notOurs(server, e));
                throw e;
            }
        }
    }

    private void giveUpOverdue(long nowNanos) {
        pending.forEach((id, reply) -> {
            if (reply.isOverdue(nowNanos) && pending.remove(id) != null) {
                reply.completeExceptionally(RemoteErrors.late(server));
            }
        });
    }

    private Supplier<KvsException> lost(@Nullable IOException cause) {
        return () -> RemoteErrors.lost(server, cause);
    }

    /// Closes it; what was not answered fails with {@link StoreClosedException}.
    void close() {
        fail(StoreClosedException::new);
    }

    private void fail(Supplier<KvsException> why) {
        synchronized (output) {
            if (failure != null) {
                return;
            }
            failure = why;
            failed = true;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // It is given up in any case.
        }
        selector.wakeup();
        pending.forEach((id, reply) -> {
            if (pending.remove(id) != null) {
                reply.completeExceptionally(why.get());
            }
        });
    }

    /// Returns whether a thread is the one of a connection.
    static boolean isReceiver(Thread thread) {
        return thread instanceof Receiver;
    }

    /// The connection's thread.
    private final class Receiver extends Thread {
        Receiver() {
            super("kvs-client " + server);
            setDaemon(true);
        }

        @Override
        public void run() {
            serve();
        }
    }
}
