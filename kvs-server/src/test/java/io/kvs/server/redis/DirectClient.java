package io.kvs.server.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.kvs.protocol.InputBuffer;
import io.kvs.protocol.OutputBuffer;
import io.kvs.server.net.Link;
import io.kvs.server.net.Peer;
import io.kvs.server.net.Protocol;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// A client without a network, for one thread at a time; messages may come from any thread.
final class DirectClient implements Link, AutoCloseable {
    private static final AtomicLong IDS = new AtomicLong();

    private final long id = IDS.incrementAndGet();
    private final Protocol protocol;
    private final InputBuffer in = new InputBuffer(1 << 10);
    private final OutputBuffer out = new OutputBuffer(1 << 10, Integer.MAX_VALUE);

    DirectClient(RedisServer server) {
        protocol = server.open(this);
    }

    /// Returns the bytes that answer a command.
    String ask(String command) {
        byte[] bytes = (command + "\r\n").getBytes(ISO_8859_1);
        synchronized (out) {
            in.append(bytes, 0, bytes.length);
            protocol.process(in, out);
            return take();
        }
    }

    /// Returns what no command has asked for.
    String take() {
        synchronized (out) {
            String text = new String(out.toByteArray(), ISO_8859_1);
            out.clear();
            return text;
        }
    }

    @Override
    public Peer peer() {
        return new Peer(id, "127.0.0.1:1", "127.0.0.1:2");
    }

    @Override
    public void beforeWrite() {}

    @Override
    public void offload(Runnable work, Consumer<OutputBuffer> then) {
        work.run();
        then.accept(out);
    }

    @Override
    public void execute(Consumer<OutputBuffer> task) {
        synchronized (out) {
            task.accept(out);
        }
    }

    @Override
    public void close() {
        protocol.closed();
    }
}
