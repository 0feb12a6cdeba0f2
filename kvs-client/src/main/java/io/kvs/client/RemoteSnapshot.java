package io.kvs.client;

import io.kvs.Cursor;
import io.kvs.InvalidKeyException;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.protocol.rpc.RequestWriter;
import io.kvs.protocol.v1.Handle;
import io.kvs.protocol.v1.Request;
import io.kvs.protocol.v1.Response;
import java.util.Optional;

/// A snapshot that the server holds.
final class RemoteSnapshot implements Snapshot {
    private final Connection connection;
    private final Handle handle;
    private volatile boolean closed;

    private RemoteSnapshot(Connection connection, Handle handle) {
        this.connection = connection;
        this.handle = handle;
    }

    static RemoteSnapshot take(Connection connection) {
        io.kvs.protocol.v1.Snapshot take = io.kvs.protocol.v1.Snapshot.getDefaultInstance();
        Request.Builder request = Request.newBuilder().setSnapshot(take);
        return new RemoteSnapshot(connection, open(connection, request));
    }

    /// Has the server open something.
    static Handle open(Connection connection, Request.Builder request) {
        return Reply.await(
                connection.submit(
                        AsyncKvsClient.encoder(request),
                        (response, server) ->
                                Answers.require(response, Response.HANDLE_FIELD_NUMBER, server)
                                        .message(Handle.parser())));
    }

    @Override
    public long sequence() {
        check();
        return handle.getSequence();
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        InvalidKeyException.check(key);
        check();
        return Reply.await(
                connection.submit(
                        (id, out) -> RequestWriter.get(id, key, handle.getHandle(), out),
                        Answers::value));
    }

    @Override
    public Cursor scan(Scan scan) {
        return RemoteCursor.open(connection, handle.getHandle(), scan, this::check);
    }

    private void check() {
        connection.check();
        if (closed) {
            throw new IllegalStateException("the snapshot is closed");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            RemoteCursor.close(connection, handle.getHandle());
        }
    }
}
