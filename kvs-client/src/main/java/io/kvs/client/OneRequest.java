package io.kvs.client;

import io.kvs.KeyNotFoundException;
import io.kvs.RemoteException;
import io.kvs.protocol.InputBuffer;
import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.rpc.Frame;
import io.kvs.protocol.rpc.MalformedFrameException;
import io.kvs.protocol.rpc.Preamble;
import io.kvs.protocol.rpc.RequestWriter;
import io.kvs.protocol.rpc.ResponseReader;
import io.kvs.protocol.v1.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One request over a connection of its own, for a process that does nothing else and should start
/// fast: no thread, no selector, nothing of protobuf's library, and one message each way.
///
/// Each call throws what {@link KvsClient} throws.
public final class OneRequest {
    /// No server takes longer values than 512 MiB.
    private static final int RESPONSE_BYTES_MAX = 600 << 20;

    private static final int READ_BYTES = 64 << 10;
    private static final byte[] CLIENT_NAME = "kvs-client".getBytes(StandardCharsets.US_ASCII);
    private static final long HELLO_ID = 1;
    private static final long REQUEST_ID = 2;

    private final InetSocketAddress address;
    private final String server;
    private final byte[] token;
    private final @Nullable ClientTls tls;
    private final Duration connectTimeout;
    private final Duration requestTimeout;

    /// Makes it; nothing is sent yet.
    public OneRequest(ClientOptions options) {
        String password = options.password();
        address = options.address();
        server = Connector.text(address);
        token = password == null ? new byte[0] : password.getBytes(StandardCharsets.UTF_8);
        tls = options.tls();
        connectTimeout = options.connectTimeout();
        requestTimeout = options.requestTimeout();
    }

    /// Returns the value of `key`, or null if there is none.
    public byte @Nullable [] get(byte[] key) {
        ResponseReader response = ask(out -> RequestWriter.get(REQUEST_ID, key, 0, out));
        try {
            return Answers.value(response, server).orElse(null);
        } catch (MalformedFrameException e) {
            throw RemoteErrors.notOurs(server, e);
        }
    }

    /// Stores `value` under `key`.
    public void set(byte[] key, byte[] value) {
        done(ask(out -> RequestWriter.set(REQUEST_ID, key, value, 0, 0, out)));
    }

    /// Removes `key`.
    ///
    /// @throws KeyNotFoundException there is none
    public void remove(byte[] key) {
        done(ask(out -> RequestWriter.remove(REQUEST_ID, key, 0, out)));
    }

    private void done(ResponseReader response) {
        try {
            Answers.done(response, server);
        } catch (MalformedFrameException e) {
            throw RemoteErrors.notOurs(server, e);
        }
    }

    /// Writes a request into a buffer.
    @FunctionalInterface
    private interface Encoder {
        void encode(OutputBuffer out);
    }

    private ResponseReader ask(Encoder request) {
        boolean sent = false;
        try (Socket connected = connect();
                Socket socket = secure(connected)) {
            socket.setSoTimeout((int) requestTimeout.toMillis());
            OutputBuffer out = new OutputBuffer(READ_BYTES, Integer.MAX_VALUE - 8);
            out.write(Preamble.bytes());
            RequestWriter.hello(HELLO_ID, token, CLIENT_NAME, out);
            request.encode(out);
            sent = true;
            socket.getOutputStream().write(out.toByteArray());
            return answer(socket.getInputStream());
        } catch (MalformedFrameException e) {
            throw RemoteErrors.notOurs(server, e);
        } catch (IOException e) {
            throw sent ? RemoteErrors.lost(server, e) : RemoteErrors.unreachable(server, e);
        }
    }

    private Socket connect() throws IOException {
        if (address.isUnresolved()) {
            throw RemoteErrors.noHost(address);
        }
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(address, (int) connectTimeout.toMillis());
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private Socket secure(Socket connected) throws IOException {
        if (tls == null) {
            return connected;
        }
        try {
            connected.setSoTimeout((int) connectTimeout.toMillis());
            return tls.over(connected, address);
        } catch (IOException e) {
            throw RemoteErrors.noTls(server, e);
        }
    }

    /// Reads the answers to hello and to the request; returns the second.
    private ResponseReader answer(InputStream in) throws IOException, MalformedFrameException {
        ResponseReader response = new ResponseReader();
        InputBuffer input = new InputBuffer(READ_BYTES);
        byte[] piece = new byte[READ_BYTES];
        while (true) {
            int length = Frame.next(input, RESPONSE_BYTES_MAX);
            if (length < 0) {
                int count = in.read(piece);
                if (count < 0) {
                    throw new IOException("the server has closed it");
                }
                input.append(piece, 0, count);
                continue;
            }
            int start = input.start() + Frame.PREFIX_BYTES;
            response.read(input.array(), start, start + length);
            input.consume(Frame.PREFIX_BYTES + length);
            if (response.id() == REQUEST_ID) {
                return response;
            }
            if (response.kind() != Response.WELCOME_FIELD_NUMBER) {
                throw refusal(response);
            }
        }
    }

    /// Makes the error for an answer to hello that is no welcome.
    private RuntimeException refusal(ResponseReader response) throws MalformedFrameException {
        if (response.kind() != Response.ERROR_FIELD_NUMBER) {
            throw new MalformedFrameException("an answer to no request");
        }
        return new RemoteException(
                "the server at " + server + " says: " + response.error().message(), false, null);
    }
}
