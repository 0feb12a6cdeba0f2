package io.kvs.client;

import io.kvs.Cursor;
import io.kvs.ExpiringKvsEngine;
import io.kvs.OrderedKvsEngine;
import io.kvs.RemoteException;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.Transaction;
import io.kvs.WriteBatch;
import io.kvs.protocol.v1.Feature;
import io.kvs.protocol.v1.Welcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The engine of a server.
///
/// ```java
/// try (KvsClient client = KvsClient.open(ClientOptions.defaults())) {
///     client.set("key", "value");
///     client.async().get(key).thenAccept(this::use);
/// }
/// ```
///
/// Every operation does what the engine of the server does, and throws what it throws; what an
/// acknowledged write survives is chosen there. Besides, each throws {@link RemoteException} if the
/// server cannot be reached or does not answer in time, and {@link UnsupportedOperationException}
/// if its engine has no {@linkplain #isOrdered() scans, snapshots and transactions} or {@linkplain
/// #isExpiring() times to live}.
///
/// All threads share one connection, and their requests travel together. When it is lost, requests
/// on their way fail, cursors, snapshots and transactions are gone, and the next request connects
/// again. Those that nobody uses for five minutes are closed by the server. Entries come in pages.
/// Of a cursor of a transaction, what was sent counts as read, which is at most twice what it has
/// gone through.
///
/// An interrupt does not end waiting for an answer.
public final class KvsClient implements OrderedKvsEngine, ExpiringKvsEngine {
    private final Connector connector;
    private final AsyncKvsClient async;

    private KvsClient(Connector connector) {
        this.connector = connector;
        this.async = new AsyncKvsClient(connector);
    }

    /// Connects to a server.
    ///
    /// @throws RemoteException nobody listens there, it does not answer in time, wants another
    ///   password, or speaks another protocol or version
    public static KvsClient open(ClientOptions options) {
        KvsClient client = new KvsClient(new Connector(options));
        client.connection();
        return client;
    }

    /// Returns the same operations in a form that does not block.
    public AsyncKvsClient async() {
        return async;
    }

    /// Returns what the server tells of itself: its version, the name of its engine.
    public ServerInfo server() {
        Welcome welcome = connector.welcome();
        return new ServerInfo(
                welcome.getServerName(),
                welcome.getServerVersion(),
                welcome.getEngine(),
                welcome.getValueBytesMax());
    }

    /// What a server tells of itself.
    ///
    /// @param name of the program
    /// @param version of the program
    /// @param engine what keeps the data
    /// @param valueBytesMax the longest value that it takes, in bytes
    public record ServerInfo(String name, String version, String engine, long valueBytesMax) {}

    /// Returns whether the server's engine has scans, snapshots and transactions.
    public boolean isOrdered() {
        return connector.welcome().getFeaturesList().contains(Feature.FEATURE_ORDERED);
    }

    /// Returns whether the server's engine has times to live.
    public boolean isExpiring() {
        return connector.welcome().getFeaturesList().contains(Feature.FEATURE_EXPIRING);
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        return Reply.await(async.get(key));
    }

    @Override
    public List<Optional<byte[]>> getAll(List<byte[]> keys) {
        return Reply.await(async.getAll(keys));
    }

    @Override
    public void set(byte[] key, byte[] value) {
        Reply.await(async.set(key, value));
    }

    @Override
    public void set(byte[] key, byte[] value, Duration timeToLive) {
        Reply.await(async.set(key, value, timeToLive));
    }

    @Override
    public void remove(byte[] key) {
        Reply.await(async.remove(key));
    }

    @Override
    public boolean compareAndSet(byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
        return Reply.await(async.compareAndSet(key, expected, value));
    }

    @Override
    public boolean compareAndSet(
            byte[] key, byte @Nullable [] expected, byte[] value, Duration timeToLive) {
        return Reply.await(async.compareAndSet(key, expected, value, timeToLive));
    }

    @Override
    public Optional<Instant> expiry(byte[] key) {
        return Reply.await(async.expiry(key));
    }

    @Override
    public boolean expire(byte[] key, Duration timeToLive) {
        return Reply.await(async.expire(key, timeToLive));
    }

    @Override
    public boolean persist(byte[] key) {
        return Reply.await(async.persist(key));
    }

    @Override
    public void write(WriteBatch batch) {
        Reply.await(async.write(batch));
    }

    @Override
    public void sync() {
        Reply.await(async.sync());
    }

    @Override
    public void compact() {
        Reply.await(async.compact());
    }

    @Override
    public long size() {
        return Reply.await(async.size());
    }

    @Override
    public Cursor scan(Scan scan) {
        Connection connection = connection();
        return RemoteCursor.open(connection, 0, scan, () -> {});
    }

    @Override
    public Snapshot snapshot() {
        return RemoteSnapshot.take(connection());
    }

    @Override
    public Transaction begin() {
        return RemoteTransaction.begin(connection());
    }

    private Connection connection() {
        Connection present = connector.current();
        return present != null ? present : Reply.await(connector.connect());
    }

    /// Closes the connection. What was acknowledged stays; the server does not sync it for that.
    /// Closing twice does nothing.
    @Override
    public void close() {
        connector.close();
    }
}
