package io.kvs.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/// The bytes of one connection on their way through its socket.
///
/// Over a socket that does not block, what cannot be done at once is left. Not safe for use by
/// several threads at once, but one may read while another writes.
public interface Transport {

    /// Reads what has come.
    ///
    /// @return how many bytes; 0 if there are none yet; -1 if the client sends no more
    int read(ByteBuffer target) throws IOException;

    /// Returns whether a read would give bytes although the socket has none.
    boolean hasReadAhead();

    /// Takes bytes to be sent.
    ///
    /// @return how many were taken
    int write(ByteBuffer source) throws IOException;

    /// Sends what was taken; returns whether all of it is gone.
    boolean flush() throws IOException;

    /// Returns whether something that was taken is to be sent.
    boolean isPending();

    /// Returns whether client and server have agreed how to speak.
    boolean isEstablished();

    /// Tells the client that nothing more will be sent.
    void endOutput() throws IOException;
}
