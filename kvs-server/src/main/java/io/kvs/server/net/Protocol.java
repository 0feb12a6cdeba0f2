package io.kvs.server.net;

import io.kvs.protocol.InputBuffer;
import io.kvs.protocol.OutputBuffer;

/// One client's requests and their replies: a state machine that knows nothing of sockets.
///
/// Bytes go in, bytes come out, so a test drives it with arrays. A {@link ProtocolFactory} makes
/// one for each connection. Never called by two threads at once, and every call sees what the calls
/// before have done. It must not block: work that may take long is given to {@link Link#offload}.
public interface Protocol {
    /// When so many bytes wait to be sent, a protocol returns {@link Step#FLUSH} instead of
    /// executing another request.
    int FLUSH_BYTES = 64 << 10;

    /// After so long a protocol returns {@link Step#YIELD} instead of executing another request: a
    /// client that sends many at once must not make others wait for all of them. Some tens of
    /// requests, as pipelines usually have, fit into one turn.
    long TURN_NANOS = 50_000;

    /// What a protocol needs next.
    enum Step {
        /// More bytes of the client: there is no whole request left.
        MORE,

        /// That the replies are sent, then another call: there may be whole requests left.
        FLUSH,

        /// That other clients have their turn, then another call: there may be whole requests left.
        /// The replies need not be sent before.
        YIELD,

        /// That a job it has {@linkplain Link#offload given away} is done, then another call.
        /// Meanwhile nothing more is read from the client.
        WAIT,

        /// That the replies are sent and the connection closed.
        CLOSE
    }

    /// Consumes complete requests from `in`, executes them, and appends replies to `out`.
    ///
    /// What it leaves in `in` is there, with more behind it, at the next call. Called when bytes
    /// have come, after {@link Step#FLUSH} and {@link Step#YIELD}, and after each job it has given
    /// away is done.
    ///
    /// @throws io.kvs.protocol.OutputLimitException a reply exceeds what may wait to be sent; the
    ///   connection is closed
    Step process(InputBuffer in, OutputBuffer out);

    /// Returns whether the client has said who it is, as far as it must. One that takes too long
    /// for that is cut off, as is one to which more than 1 KiB is to be sent before. When it
    /// changes, {@link #process} returns {@link Step#FLUSH}, since the limits are those of when it
    /// is called.
    boolean isEstablished();

    /// Returns how many bytes it keeps for the client between two calls: of requests that are to be
    /// executed later, and of what the client wants to be told of. They count like those of the
    /// buffers.
    long heldBytes();

    /// Told once, when the connection is gone: nothing is called any more. Jobs that were given
    /// away may still be running.
    void closed();
}
