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

    private final ProtocolFactory protocols;
    private final Link link;
    private final Buffers buffers;
    private final int outputBytesMax;

    private @Nullable Protocol protocol;
    private @Nullable InputBuffer rest;
    private @Nullable OutputBuffer output;

    Conversation(ProtocolFactory protocols, Link link, Buffers buffers, int outputBytesMax) {
        this.protocols = protocols;
        this.link = link;
        this.buffers = buffers;
        this.outputBytesMax = outputBytesMax;
    }

    /// Takes bytes that were received, and lets the protocol work on them.
    Step receive(ByteBuffer data) {
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
            speaking = protocols.open(in.array()[in.start()], link);
            protocol = speaking;
        }
        return speaking.process(in, output());
    }

    /// Lets `task` append to the output.
    void append(Consumer<OutputBuffer> task) {
        task.accept(output());
    }

    private OutputBuffer output() {
        OutputBuffer held = output;
        if (held == null) {
            held = buffers.takeOutput(outputBytesMax);
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

    /// Returns how many bytes were received of a request that is not whole.
    int restBytes() {
        InputBuffer held = rest;
        return held == null ? 0 : held.size();
    }

    /// Returns whether the client has said who it is, as far as it must.
    boolean isEstablished() {
        return protocol != null && protocol.isEstablished();
    }

    /// Tells the protocol that the connection is gone.
    void close() {
        rest = null;
        releaseOutput();
        if (protocol != null) {
            protocol.closed();
        }
    }
}
