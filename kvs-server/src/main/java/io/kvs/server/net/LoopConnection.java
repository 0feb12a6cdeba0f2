package io.kvs.server.net;

import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.OutputLimitException;
import io.kvs.server.net.Protocol.Step;
import io.kvs.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/// A connection that an {@link EventLoop} serves.
///
/// While something waits to be sent, or a job is being done, it is not read from: the client is
/// held back by its own socket, not by memory of the server.
final class LoopConnection implements Link {
    private final EventLoop loop;
    private final Network network;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Transport transport;
    private final Patience patience;
    private final Conversation conversation;
    private final Peer peer;

    private Step step = Step.MORE;
    private int interest = SelectionKey.OP_READ;
    private boolean answering;

    /// Whether the last read gave something, so that the next one may too.
    private boolean hasRead;

    private State state = State.OPEN;

    private enum State {
        /// The client may send requests.
        OPEN,
        /// The server is being closed: only what has come until now is read.
        FINISHING,
        /// The client has said that it sends nothing more, or nothing more is read.
        INPUT_ENDED,
        /// Everything was sent; what the client still sends is dropped until it closes too.
        LINGERING,
        CLOSED
    }

    LoopConnection(EventLoop loop, Network network, SocketChannel channel, SelectionKey key)
            throws IOException {
        this.loop = loop;
        this.network = network;
        this.channel = channel;
        this.key = key;
        this.peer = network.peer(channel);
        this.transport = network.transport(channel);
        this.patience = network.patience();
        this.conversation = new Conversation(network, this, loop.buffers(), patience);
    }

    /// Called when the channel can be read from or written to.
    void ready(int operations) {
        if ((operations & SelectionKey.OP_WRITE) != 0) {
            answerLater();
        } else if (state == State.LINGERING) {
            drop();
        } else if ((operations & SelectionKey.OP_READ) != 0) {
            read();
        }
    }

    private void read() {
        ByteBuffer buffer = loop.buffers().toRead();
        try {
            int count = transport.read(buffer);
            hasRead = count > 0;
            if (count > 0) {
                buffer.flip();
                run(() -> step = conversation.receive(buffer));
            } else if (count < 0 || state == State.FINISHING) {
                state = State.INPUT_ENDED;
                answerLater();
            } else {
                answerLater(); // The transport may have something to send of its own.
            }
        } catch (IOException _) {
            closeNow(); // The client is gone.
        }
    }

    /// Goes on: with the requests that are left, or with reading.
    void proceed() {
        if (step == Step.MORE) {
            read();
        } else {
            run(() -> step = conversation.proceed());
        }
    }

    private void run(Runnable call) {
        if (state == State.CLOSED) {
            return;
        }
        try {
            call.run();
            if (!conversation.isWithinBudget()) {
                network.refuse(peer, "the buffers of all clients together are full");
                closeNow();
            } else if (step == Step.YIELD) {
                resumeLater();
            } else {
                answerLater();
            }
        } catch (OutputLimitException e) {
            network.refuse(peer, String.valueOf(e.getMessage()));
            closeNow();
        } catch (RuntimeException | OutOfMemoryError e) {
            network.log().failure("connection " + peer.id() + " has failed", e);
            closeNow();
        }
    }

    private void answerLater() {
        if (!answering) {
            answering = true;
            loop.answerLater(this);
        }
    }

    /// Goes on in the next round, and reads nothing before.
    private void resumeLater() {
        interest(0);
        loop.resumeLater(this);
    }

    /// Sends what there is, and goes on as the protocol has asked for.
    void send() {
        answering = false;
        if (state == State.CLOSED || state == State.LINGERING) {
            return;
        }
        try {
            if (write()) {
                goOn();
            } else {
                interest(SelectionKey.OP_WRITE);
            }
            conversation.noteState(step == Step.WAIT);
        } catch (IOException _) {
            closeNow(); // The client is gone.
        }
    }

    private void goOn() throws IOException {
        switch (step) {
            case MORE -> {
                if (state == State.INPUT_ENDED) {
                    closeNow();
                } else if (state == State.FINISHING || (hasRead && transport.hasReadAhead())) {
                    loop.resumeLater(this);
                } else {
                    interest(SelectionKey.OP_READ);
                }
            }
            case FLUSH, YIELD -> resumeLater();
            case WAIT -> interest(0);
            case CLOSE -> linger();
        }
    }

    /// Returns whether all was sent.
    private boolean write() throws IOException {
        OutputBuffer output = conversation.toSend();
        while (output != null) {
            ByteBuffer buffer = loop.buffers().toWrite();
            int count = output.copyTo(buffer);
            int written = transport.write(buffer.flip());
            output.sent(written);
            if (written > 0) {
                patience.sent();
                network.metrics().sentBytes().add(written);
            }
            if (written < count) {
                return false;
            }
            output = conversation.toSend();
        }
        conversation.releaseOutput();
        return !transport.isPending() || transport.flush();
    }

    /// Ends the connection so that the client gets the last reply: closing a socket that has unread
    /// input would reset it.
    private void linger() throws IOException {
        if (state == State.INPUT_ENDED || state == State.FINISHING) {
            closeNow();
            return;
        }
        transport.endOutput();
        state = State.LINGERING;
        interest(SelectionKey.OP_READ);
        loop.closeLater(this);
    }

    private void drop() {
        try {
            if (channel.read(loop.buffers().toRead()) < 0) {
                closeNow();
            }
        } catch (IOException _) {
            closeNow();
        }
    }

    private void interest(int operations) {
        if (interest != operations) {
            interest = operations;
            key.interestOps(operations);
        }
    }

    /// Reads what has come until now, answers it, and closes.
    void finish() {
        if (state == State.OPEN) {
            state = State.FINISHING;
            if (step == Step.MORE && conversation.toSend() == null) {
                read();
            }
        } else if (state == State.LINGERING) {
            closeNow();
        }
    }

    /// Looks whether the client takes too long.
    void tick(long nowNanos) {
        String reason = patience.overdue(transport.isEstablished(), nowNanos);
        if (reason != null) {
            network.refuse(peer, reason);
            closeNow();
        }
    }

    @Override
    public Peer peer() {
        return peer;
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
            network.job(work, () -> loop.execute(back));
        } catch (RejectedExecutionException _) {
            gate.workEnds(loop.round());
            close(); // The server is being closed.
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
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        key.cancel();
        network.discard(channel);
        loop.forget(this);
        conversation.close();
    }
}
