package io.kvs.server.rpc;

import com.google.protobuf.ByteString;
import io.kvs.Durability;
import io.kvs.KvsEngine;
import io.kvs.protocol.InputBuffer;
import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.rpc.Preamble;
import io.kvs.protocol.rpc.RequestWriter;
import io.kvs.protocol.v1.Hello;
import io.kvs.protocol.v1.Request;
import io.kvs.protocol.v1.Response;
import io.kvs.server.access.Password;
import io.kvs.server.log.ServerLog;
import io.kvs.server.net.Link;
import io.kvs.server.net.Peer;
import io.kvs.server.net.Protocol;
import io.kvs.server.net.Protocol.Step;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One side of a conversation with the protocol, without a socket.
final class Talk implements Link {
    static final int VALUE_BYTES_MAX = 100_000;

    private final Protocol protocol;
    private final InputBuffer in = new InputBuffer(0);
    private final OutputBuffer out = new OutputBuffer(0, 10 << 20);
    private @Nullable Consumer<OutputBuffer> done;
    private Step step = Step.MORE;
    private int turns;
    private int writes;
    private int jobs;

    Talk(KvsEngine engine, @Nullable String password) {
        RpcServer server =
                new RpcServer(
                        engine,
                        WriteGate.ALONE,
                        new RpcServer.Identity("1.2", "tested", Durability.SYNC),
                        VALUE_BYTES_MAX,
                        Password.of(password),
                        ServerLog.NONE);
        protocol = server.open(this);
    }

    /// Begins a conversation that has said hello.
    static Talk begun(KvsEngine engine) throws IOException {
        Talk talk = new Talk(engine, null);
        talk.receive(Preamble.bytes());
        talk.ask(hello(1, 1, ""));
        return talk;
    }

    static Request.Builder hello(int versionMin, int versionMax, String password) {
        return Request.newBuilder()
                .setHello(
                        Hello.newBuilder()
                                .setVersionMin(versionMin)
                                .setVersionMax(versionMax)
                                .setToken(ByteString.copyFromUtf8(password)));
    }

    /// Returns the frame of a request.
    static byte[] frame(Request.Builder request) {
        OutputBuffer frame = new OutputBuffer(0, 10 << 20);
        RequestWriter.write(request.build(), frame);
        return frame.toByteArray();
    }

    /// Has the protocol receive bytes, as far as it goes.
    void receive(byte... bytes) {
        receive(bytes, 0, bytes.length);
    }

    void receive(byte[] bytes, int offset, int count) {
        in.append(bytes, offset, count);
        do {
            Consumer<OutputBuffer> ready = done;
            if (ready != null) {
                done = null;
                ready.accept(out);
            }
            step = protocol.process(in, out);
            turns++;
        } while (step == Step.WAIT && done != null
                || step == Step.YIELD
                || step == Step.FLUSH && out.size() < Protocol.FLUSH_BYTES);
    }

    /// Sends a request; returns the one response to it.
    Response ask(Request.Builder request) throws IOException {
        receive(frame(request));
        List<Response> responses = responses();
        if (responses.size() != 1) {
            throw new AssertionError("one response was expected: " + responses);
        }
        return responses.getFirst();
    }

    /// Takes what was answered.
    List<Response> responses() throws IOException {
        ByteArrayInputStream bytes = new ByteArrayInputStream(out.toByteArray());
        out.clear();
        List<Response> responses = new ArrayList<>();
        while (bytes.available() > 0) {
            int length = 0;
            for (int i = 0; i < 4; i++) {
                length |= bytes.read() << 8 * i;
            }
            responses.add(Response.parseFrom(bytes.readNBytes(length)));
        }
        return responses;
    }

    Step step() {
        return step;
    }

    /// Returns how often the protocol was called.
    int turns() {
        return turns;
    }

    boolean isEstablished() {
        return protocol.isEstablished();
    }

    /// Returns for how many writes durability was asked for.
    int writes() {
        return writes;
    }

    /// Returns how many requests were given to the pool.
    int jobs() {
        return jobs;
    }

    /// Returns how many bytes of memory wait to be consumed.
    int waitingBytes() {
        return in.size();
    }

    void hangUp() {
        protocol.closed();
    }

    @Override
    public Peer peer() {
        return new Peer(1, "here", "there");
    }

    @Override
    public void beforeWrite() {
        writes++;
    }

    @Override
    public void offload(Runnable work, Consumer<OutputBuffer> then) {
        jobs++;
        work.run();
        done = then;
    }

    @Override
    public void execute(Consumer<OutputBuffer> task) {
        task.accept(out);
    }

    @Override
    public void close() {
        throw new AssertionError("the protocol closes by what it returns");
    }
}
