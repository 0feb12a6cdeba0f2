import org.jspecify.annotations.NullMarked;

/// What client and server say to each other: bytes as requests and replies; and how the bytes go
/// through a socket. No threads.
@NullMarked
module io.kvs.protocol {
    requires static transitive org.jspecify;
    requires transitive com.google.protobuf;

    exports io.kvs.protocol;
    exports io.kvs.protocol.resp;
    exports io.kvs.protocol.rpc;
    exports io.kvs.protocol.v1;
    exports io.kvs.transport;
}
