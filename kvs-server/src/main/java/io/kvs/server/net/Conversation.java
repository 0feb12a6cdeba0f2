package io.kvs.server.net;

import io.kvs.protocol.InputBuffer;
import io.kvs.protocol.OutputBuffer;
import io.kvs.server.net.Protocol.Step;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A connection without its socket: what was received and not consumed, the protocol, and what is
/// to be sent.
///
/// Buffers are held only while there is something in them. Not safe for use by several threads at
/// once.
final class Conversation {
    private static final InputBuffer NOTHING = new InputBuffer(0);

    /// So few bytes are not counted: every connection may have them.
    private static final int UNCOUNTED_BYTES = 64 << 10;

    /// What may wait to be sent to a client that has not said who it is.
    private static final int UNESTABLISHED_OUTPUT_BYTES = 1 << 10;

    private final Network network;
    private final Link link;
    private final Buffers buffers;
    private final Patience patience;

    private long countedBytes;

    private @Nullable Protocol protocol;
    private @Nullable InputBuffer rest;
    private @Nullable OutputBuffer output;

    Conversation(Network network, Link link, Buffers buffers, Patience patience) {
        this.network = network;
        this.link = link;
        this.buffers = buffers;
        this.patience = patience;
    }

    /// Takes bytes that were received, and lets the protocol work on them.
    Step receive(ByteBuffer data) {
        patience.received();
        network.metrics().receivedBytes().add(data.remaining());
        InputBuffer held = rest;
        if (held != null) {
            held.append(data);
            return proceed();
        }
        InputBuffer shared = buffers.sharedInput();
        shared.append(data);
        Step step = process(shared);
        if (!shared.isEmpty()) {
            held = new InputBuffer(shared.size());
            held.append(shared.array(), shared.start(), shared.size());
            rest = held;
        }
        return step;
    }

    /// Lets the protocol work on what it has left.
    Step proceed() {
        InputBuffer held = rest;
        if (held == null) {
            return protocol == null ? Step.MORE : process(NOTHING);
        }
        Step step = process(held);
        if (held.isEmpty()) {
            rest = null;
        }
        return step;
    }

    private Step process(InputBuffer in) {
        Protocol speaking = protocol;
        if (speaking == null) {
            speaking = network.protocols().open(in.array()[in.start()], link);
            protocol = speaking;
        }
        int before = in.size();
        OutputBuffer out = output();
        out.limit(
                speaking.isEstablished()
                        ? network.options().outputBytesMax()
                        : UNESTABLISHED_OUTPUT_BYTES);
        Step step = speaking.process(in, out);
        if (in.size() < before) {
            patience.consumed();
        }
        return step;
    }

    /// Lets `task` append to the output.
    void append(Consumer<OutputBuffer> task) {
        task.accept(output());
    }

    private OutputBuffer output() {
        OutputBuffer held = output;
        if (held == null) {
            held = buffers.takeOutput(network.options().outputBytesMax());
            output = held;
        }
        return held;
    }

    /// Returns what is to be sent, or null if there is nothing.
    @Nullable OutputBuffer toSend() {
        OutputBuffer held = output;
        return held == null || held.isEmpty() ? null : held;
    }

    /// Gives the output buffer back: all of it was sent.
    void releaseOutput() {
        OutputBuffer held = output;
        if (held != null) {
            output = null;
            buffers.giveBack(held);
        }
    }

    /// Counts what the buffers and the protocol take; returns false if that is more than all
    /// connections may have.
    boolean isWithinBudget() {
        InputBuffer in = rest;
        OutputBuffer out = output;
        long bytes = (in == null ? 0L : in.capacity()) + (out == null ? 0L : out.capacity());
        bytes += protocol == null ? 0 : protocol.heldBytes();
        if (bytes <= UNCOUNTED_BYTES) {
            bytes = 0;
        }
        if (bytes == countedBytes) {
            return true;
        }
        long by = bytes - countedBytes;
        countedBytes = bytes;
        return network.budget().change(by);
    }

    /// Tells the patience how things stand.
    ///
    /// @param isWorking whether a job of the client is being done
    void noteState(boolean isWorking) {
        InputBuffer in = rest;
        boolean established =
                protocol == null ? !network.options().mustEstablish() : protocol.isEstablished();
        patience.state(established, isWorking, in == null ? 0 : in.size(), toSend() != null);
    }

    /// Tells the protocol that the connection is gone.
    void close() {
        rest = null;
        releaseOutput();
        network.budget().change(-countedBytes);
        countedBytes = 0;
        if (protocol != null) {
            protocol.closed();
        }
    }
}
