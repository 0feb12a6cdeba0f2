package io.kvs.server.net;

/// Makes the protocol that a client speaks, told by the first byte it sends.
@FunctionalInterface
public interface ProtocolFactory {

    /// Returns a new protocol for one connection.
    ///
    /// @param firstByte the first byte that the client has sent; it stays in the input
    /// @param link what the protocol may ask of the connection; stays valid
    Protocol open(byte firstByte, Link link);
}
