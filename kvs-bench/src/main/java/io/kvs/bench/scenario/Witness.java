package io.kvs.bench.scenario;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.SplittableRandom;

/// A well-behaved client: it gets one value after the other, in the protocol of Redis.
final class Witness implements AutoCloseable {
    private static final byte[] REQUEST_START = "*2\r\n$3\r\nGET\r\n$16\r\n".getBytes(US_ASCII);
    private static final byte[] LINE_END = "\r\n".getBytes(US_ASCII);
    private static final String REPLY_START = "$100\r\n";
    private static final int REPLY_BYTES = REPLY_START.length() + 100 + LINE_END.length;

    private final Socket socket;
    private final DataInputStream in;
    private final int keys;
    private final SplittableRandom random = new SplittableRandom(1);
    private final byte[] request = new byte[REQUEST_START.length + 16 + LINE_END.length];
    private final byte[] reply = new byte[REPLY_BYTES];

    Witness(InetSocketAddress server, int keys) throws IOException {
        this.socket = new Socket(server.getAddress(), server.getPort());
        this.socket.setTcpNoDelay(true);
        this.in = new DataInputStream(socket.getInputStream());
        this.keys = keys;
        System.arraycopy(REQUEST_START, 0, request, 0, REQUEST_START.length);
        System.arraycopy(LINE_END, 0, request, request.length - 2, LINE_END.length);
    }

    /// Gets values for a while; returns how long each took.
    Sample measure(long nanos) throws IOException {
        Sample sample = new Sample();
        long endNanos = System.nanoTime() + nanos;
        while (System.nanoTime() - endNanos < 0) {
            System.arraycopy(
                    Entries.key(random.nextInt(keys)), 0, request, REQUEST_START.length, 16);
            long startNanos = System.nanoTime();
            socket.getOutputStream().write(request);
            in.readFully(reply);
            sample.addSince(startNanos);
            if (!new String(reply, 0, REPLY_START.length(), US_ASCII).equals(REPLY_START)) {
                throw new IllegalStateException("not the reply to a get");
            }
        }
        return sample;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
