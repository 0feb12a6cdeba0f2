package io.kvs.server.rpc;

import io.kvs.protocol.InputBuffer;
import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.OutputLimitException;
import io.kvs.protocol.rpc.Frame;
import io.kvs.protocol.rpc.MalformedFrameException;
import io.kvs.protocol.rpc.Preamble;
import io.kvs.protocol.rpc.RequestReader;
import io.kvs.protocol.rpc.ResponseWriter;
import io.kvs.protocol.v1.Error;
import io.kvs.protocol.v1.ErrorCode;
import io.kvs.protocol.v1.Hello;
import io.kvs.protocol.v1.Request;
import io.kvs.protocol.v1.Response;
import io.kvs.protocol.v1.Welcome;
import io.kvs.server.net.Link;
import io.kvs.server.net.Protocol;

/// One client that speaks our own protocol: preamble, hello, requests.
///
/// Nothing behind a frame that is malformed can be relied on, so it is answered with an error and
/// the connection is closed. A request that cannot be carried out is answered with an error, and
/// the connection goes on.
final class RpcProtocol implements Protocol {
    private static final long NO_ID = 0;

    private final RpcServer server;
    private final RequestReader request = new RequestReader();
    private final Requests requests;
    private boolean begun;
    private boolean established;
    private boolean closing;

    RpcProtocol(RpcServer server, Link link) {
        this.server = server;
        this.requests = new Requests(server, link);
    }

    @Override
    public Step process(InputBuffer in, OutputBuffer out) {
        long startNanos = System.nanoTime();
        try {
            while (!closing) {
                if (requests.isWaiting()) {
                    return Step.WAIT;
                }
                if (out.size() >= FLUSH_BYTES) {
                    return Step.FLUSH;
                }
                if (!in.isEmpty() && System.nanoTime() - startNanos >= TURN_NANOS) {
                    return Step.YIELD;
                }
                boolean wasEstablished = established;
                if (!next(in, out)) {
                    return Step.MORE;
                }
                if (established != wasEstablished) {
                    return Step.FLUSH; // From now on more may wait to be sent.
                }
            }
        } catch (MalformedFrameException e) {
            refuse(NO_ID, ErrorCode.ERROR_BAD_REQUEST, String.valueOf(e.getMessage()), out);
        }
        return Step.CLOSE;
    }

    /// Takes the next part of the input, if all of it is there; returns whether it was.
    private boolean next(InputBuffer in, OutputBuffer out) throws MalformedFrameException {
        if (!begun) {
            return begin(in, out);
        }
        int length =
                Frame.next(
                        in,
                        established
                                ? server.limits().frameBytesMax()
                                : RpcLimits.HELLO_FRAME_BYTES_MAX);
        if (length < 0) {
            return false;
        }
        int start = in.start() + Frame.PREFIX_BYTES;
        request.read(in.array(), start, start + length);
        // The bytes stay in place until more are appended, which happens between calls.
        in.consume(Frame.PREFIX_BYTES + length);
        if (established) {
            execute(out);
        } else {
            hello(out);
        }
        return true;
    }

    private boolean begin(InputBuffer in, OutputBuffer out) throws MalformedFrameException {
        if (in.size() < Preamble.LENGTH) {
            return false;
        }
        begun = true;
        int version = Preamble.read(in);
        if (version != Preamble.VERSION) {
            refuseVersion(NO_ID, Integer.toString(version), out);
        }
        return true;
    }

    private void hello(OutputBuffer out) throws MalformedFrameException {
        long id = request.id();
        if (request.kind() != Request.HELLO_FIELD_NUMBER) {
            refuse(id, ErrorCode.ERROR_UNAUTHENTICATED, "the first request must be hello", out);
            return;
        }
        Hello hello = request.message(Hello.parser());
        if (hello.getVersionMin() > Preamble.VERSION || hello.getVersionMax() < Preamble.VERSION) {
            String versions = hello.getVersionMin() + " to " + hello.getVersionMax();
            refuseVersion(id, versions, out);
        } else if (server.password().isRequired()
                && !server.password().isRight(hello.getToken().toByteArray())) {
            refuse(id, ErrorCode.ERROR_UNAUTHENTICATED, "the password is wrong or missing", out);
        } else {
            established = true;
            Welcome welcome = server.welcome().toBuilder().setVersion(Preamble.VERSION).build();
            ResponseWriter.write(Response.newBuilder().setId(id).setWelcome(welcome).build(), out);
        }
    }

    private void execute(OutputBuffer out) throws MalformedFrameException {
        int before = out.size();
        try {
            requests.execute(request, out);
        } catch (OutputLimitException e) {
            throw e;
        } catch (RuntimeException e) {
            out.truncate(before);
            write(request.id(), Errors.of(e, server.log()), out);
        }
    }

    private void refuseVersion(long id, String versions, OutputBuffer out) {
        refuse(
                id,
                ErrorCode.ERROR_UNSUPPORTED,
                "version "
                        + versions
                        + " of the protocol is not spoken here, only "
                        + Preamble.VERSION,
                out);
    }

    private void refuse(long id, ErrorCode code, String message, OutputBuffer out) {
        write(id, Errors.of(code, message), out);
        closing = true;
    }

    private static void write(long id, Error error, OutputBuffer out) {
        ResponseWriter.write(Response.newBuilder().setId(id).setError(error).build(), out);
    }

    @Override
    public boolean isEstablished() {
        return established;
    }

    @Override
    public long heldBytes() {
        return requests.heldBytes();
    }

    @Override
    public void closed() {
        requests.closed();
    }
}
