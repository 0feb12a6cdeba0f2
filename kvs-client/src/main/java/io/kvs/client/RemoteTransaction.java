package io.kvs.client;

import io.kvs.Cursor;
import io.kvs.InvalidKeyException;
import io.kvs.Scan;
import io.kvs.Transaction;
import io.kvs.protocol.rpc.RequestWriter;
import io.kvs.protocol.v1.Begin;
import io.kvs.protocol.v1.Commit;
import io.kvs.protocol.v1.Request;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A transaction that the server holds.
final class RemoteTransaction implements Transaction {
    private static final long FOR_EVER = 0;

    private final Connection connection;
    private final long handle;
    private boolean ended;

    private RemoteTransaction(Connection connection, long handle) {
        this.connection = connection;
        this.handle = handle;
    }

    static RemoteTransaction begin(Connection connection) {
        Request.Builder request = Request.newBuilder().setBegin(Begin.getDefaultInstance());
        return new RemoteTransaction(
                connection, RemoteSnapshot.open(connection, request).getHandle());
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        checkUse(key);
        return await((id, out) -> RequestWriter.get(id, key, handle, out), Answers::value);
    }

    @Override
    public Cursor scan(Scan scan) {
        return RemoteCursor.openCounted(connection, handle, scan, this::check);
    }

    @Override
    public long count(Scan scan) {
        // All of it is read in any case.
        try (Cursor cursor = RemoteCursor.open(connection, handle, scan.keysOnly(), this::check)) {
            long count = 0;
            while (cursor.next()) {
                count++;
            }
            return count;
        }
    }

    @Override
    public void set(byte[] key, byte[] value) {
        checkUse(key);
        set(key, value, FOR_EVER);
    }

    @Override
    public void set(byte[] key, byte[] value, Duration timeToLive) {
        checkUse(key);
        set(key, value, AsyncKvsClient.millis(timeToLive));
    }

    private void set(byte[] key, byte[] value, long millis) {
        await((id, out) -> RequestWriter.set(id, key, value, millis, handle, out), Answers::done);
    }

    @Override
    public void remove(byte[] key) {
        checkUse(key);
        await((id, out) -> RequestWriter.remove(id, key, handle, out), Answers::done);
    }

    @Override
    public void commit() {
        check();
        ended = true;
        Commit.Builder commit = Commit.newBuilder().setHandle(handle);
        await(AsyncKvsClient.encoder(Request.newBuilder().setCommit(commit)), Answers::done);
    }

    private <T extends @Nullable Object> T await(
            Connection.Encoder encoder, Reply.Decoder<T> decoder) {
        return Reply.await(connection.submit(encoder, decoder));
    }

    private void checkUse(byte[] key) {
        check();
        InvalidKeyException.check(key);
    }

    private void check() {
        connection.check();
        if (ended) {
            throw new IllegalStateException("the transaction has ended");
        }
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            RemoteCursor.close(connection, handle);
        }
    }
}
