package io.kvs.server.net;

import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.OutputLimitException;
import io.kvs.server.net.Protocol.Step;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// A connection that an {@link EventLoop} serves.
final class LoopConnection implements Link {
    private final EventLoop loop;
    private final Network network;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Conversation conversation;
    private final Peer peer;

    private Step step = Step.MORE;
    private int interest = SelectionKey.OP_READ;
    private boolean inputEnded;
    private boolean answering;
    private boolean closed;

    LoopConnection(EventLoop loop, Network network, SocketChannel channel, SelectionKey key)
            throws IOException {
        this.loop = loop;
        this.network = network;
        this.channel = channel;
        this.key = key;
        this.peer = network.peer(channel);
        this.conversation =
                new Conversation(
                        network.protocols(),
                        this,
                        loop.buffers(),
                        network.options().outputBytesMax());
    }

    /// Called when the channel can be read from or written to.
    void ready(int operations) {
        if ((operations & SelectionKey.OP_WRITE) != 0) {
            answerLater();
        } else if ((operations & SelectionKey.OP_READ) != 0) {
            read();
        }
    }

    private void read() {
        ByteBuffer buffer = loop.buffers().toRead();
        try {
            int count = channel.read(buffer);
            if (count < 0) {
                inputEnded = true;
                answerLater();
            } else if (count > 0) {
                buffer.flip();
                run(() -> step = conversation.receive(buffer));
            }
        } catch (IOException _) {
            closeNow(); // The client is gone.
        }
    }

    /// Lets the protocol go on with what it has left.
    void proceed() {
        run(() -> step = conversation.proceed());
    }

    private void run(Runnable call) {
        if (closed) {
            return;
        }
        try {
            call.run();
            answerLater();
        } catch (OutputLimitException _) {
            closeNow();
        } catch (RuntimeException | OutOfMemoryError e) {
            network.log().failure("connection " + id() + " has failed", e);
            closeNow();
        }
    }

    private void answerLater() {
        if (!answering) {
            answering = true;
            loop.answerLater(this);
        }
    }

    /// Sends what there is, and goes on as the protocol has asked for.
    void send() {
        answering = false;
        if (closed) {
            return;
        }
        try {
            if (!write()) {
                interest(SelectionKey.OP_WRITE);
                return;
            }
        } catch (IOException _) {
            closeNow();
            return;
        }
        switch (step) {
            case MORE -> {
                if (inputEnded) {
                    closeNow();
                } else {
                    interest(SelectionKey.OP_READ);
                }
            }
            case FLUSH -> {
                interest(0);
                loop.resumeLater(this);
            }
            case WAIT -> interest(0);
            case CLOSE -> closeNow();
        }
    }

    /// Returns whether all was sent.
    private boolean write() throws IOException {
        OutputBuffer output = conversation.toSend();
        while (output != null) {
            ByteBuffer buffer = loop.buffers().toWrite();
            int count = output.copyTo(buffer);
            int written = channel.write(buffer.flip());
            output.sent(written);
            if (written < count) {
                return false;
            }
            output = conversation.toSend();
        }
        conversation.releaseOutput();
        return true;
    }

    private void interest(int operations) {
        if (interest != operations) {
            interest = operations;
            key.interestOps(operations);
        }
    }

    /// Reads once more, answers what is whole, as far as the client takes it at once.
    void finish() {
        if (step == Step.MORE && !inputEnded) {
            read();
        }
    }

    /// Looks whether the client takes too long.
    void tick(long nowNanos) {}

    @Override
    public long id() {
        return peer.id();
    }

    @Override
    public String remoteAddress() {
        return peer.remoteAddress();
    }

    @Override
    public String localAddress() {
        return peer.localAddress();
    }

    @Override
    public void beforeWrite() {
        loop.round().beforeWrite();
    }

    @Override
    public void offload(Runnable work, Consumer<OutputBuffer> then) {
        SyncGate gate = network.gate();
        gate.workBegins();
        Runnable back =
                () -> {
                    gate.workEnds(loop.round());
                    run(() -> {
                        conversation.append(then);
                        step = conversation.proceed();
                    });
                };
        try {
            network.pool()
                    .execute(() -> {
                        try {
                            work.run();
                        } finally {
                            loop.execute(back);
                        }
                    });
        } catch (RejectedExecutionException _) {
            gate.workEnds(loop.round());
            closeNow(); // The server is being closed.
        }
    }

    @Override
    public void execute(Consumer<OutputBuffer> task) {
        loop.execute(() -> run(() -> conversation.append(task)));
    }

    @Override
    public void close() {
        loop.execute(this::closeNow);
    }

    /// Closes the channel without sending what waits.
    void closeNow() {
        if (closed) {
            return;
        }
        closed = true;
        key.cancel();
        network.discard(channel);
        loop.forget(this);
        conversation.close();
    }
}
