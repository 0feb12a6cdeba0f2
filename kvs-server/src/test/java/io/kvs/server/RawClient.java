package io.kvs.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/// A client that sends and expects bytes.
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    public RawClient(InetSocketAddress address) throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(address, TIMEOUT_MILLIS);
        in = socket.getInputStream();
    }

    /// Sends bytes; each character is one.
    public void send(String bytes) throws IOException {
        send(bytes.getBytes(ISO_8859_1));
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /// Returns the next bytes, up to so many; fewer if the server has closed the connection.
    public String receive(int count) throws IOException {
        return new String(in.readNBytes(count), ISO_8859_1);
    }

    /// Sends a request and returns as many bytes as are expected.
    public String ask(String request, int count) throws IOException {
        send(request);
        return receive(count);
    }

    /// Returns all bytes until the server closes the connection.
    public String receiveAll() throws IOException {
        return new String(in.readAllBytes(), ISO_8859_1);
    }

    /// Says that nothing more is sent.
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /// Has the connection reset when it is closed.
    public void resetOnClose() throws IOException {
        socket.setSoLinger(true, 0);
    }

    public Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
