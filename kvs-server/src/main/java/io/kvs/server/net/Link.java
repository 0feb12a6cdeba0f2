package io.kvs.server.net;

import io.kvs.protocol.OutputBuffer;
import java.util.function.Consumer;

/// What a {@link Protocol} may ask of its connection.
public interface Link {

    /// Returns who is at the other end.
    Peer peer();

    /// To be called before every write to the engine by the protocol's own calls, not by jobs: the
    /// reply then waits for what durability the server promises, as does everybody who may have
    /// read the write. Cheap.
    void beforeWrite();

    /// Runs `work` on the pool for long work, then `then` as the protocol's own call, and {@link
    /// Protocol#process} after it. `then` appends what is to be sent; it is called also if `work`
    /// has thrown, but not if the connection is gone by then. The work may write to the engine.
    void offload(Runnable work, Consumer<OutputBuffer> then);

    /// Has `task` run soon as the protocol's own call, to append what no request asked for. Any
    /// thread may call this. If the connection is gone it is dropped.
    void execute(Consumer<OutputBuffer> task);

    /// Closes the connection soon, without sending what waits. Any thread may call this.
    void close();
}
