package io.kvs.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.kvs.EntryTooLargeException;
import io.kvs.InvalidKeyException;
import io.kvs.TimeToLive;
import io.kvs.WriteBatch;
import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.rpc.RequestWriter;
import io.kvs.protocol.v1.Batch;
import io.kvs.protocol.v1.Change;
import io.kvs.protocol.v1.Compact;
import io.kvs.protocol.v1.CompareAndSet;
import io.kvs.protocol.v1.Expire;
import io.kvs.protocol.v1.Expiry;
import io.kvs.protocol.v1.GetAll;
import io.kvs.protocol.v1.Persist;
import io.kvs.protocol.v1.Ping;
import io.kvs.protocol.v1.Request;
import io.kvs.protocol.v1.Size;
import io.kvs.protocol.v1.Sync;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// The operations of {@link KvsClient}, none of which blocks: each returns at once with what the
/// answer will be.
///
/// Requests are carried out in the order in which a thread makes them, and any number can be on
/// their way. A future that fails holds the exception that the blocking form throws; wrong
/// arguments are thrown at once. What depends on a future runs on the thread that receives the
/// answers, so it must neither take long nor wait for another answer. Arrays that are passed in are
/// copied before the call returns. Safe for use by several threads.
public final class AsyncKvsClient {
    private static final int KEYS_MAX = 256;
    private static final long COMPACTION_NANOS_MAX = Long.MAX_VALUE / 4;

    private final Connector connector;

    AsyncKvsClient(Connector connector) {
        this.connector = connector;
    }

    /// See {@link KvsClient#get(byte[])}.
    public CompletableFuture<Optional<byte[]>> get(byte[] key) {
        InvalidKeyException.check(key);
        return submit((id, out) -> RequestWriter.get(id, key, 0, out), Answers::value);
    }

    /// See {@link KvsClient#set(byte[], byte[])}.
    public CompletableFuture<@Nullable Void> set(byte[] key, byte[] value) {
        InvalidKeyException.check(key);
        return submit((id, out) -> RequestWriter.set(id, key, value, 0, 0, out), Answers::done);
    }

    /// See {@link KvsClient#set(byte[], byte[], Duration)}.
    public CompletableFuture<@Nullable Void> set(byte[] key, byte[] value, Duration timeToLive) {
        InvalidKeyException.check(key);
        long millis = millis(timeToLive);
        return submit(
                (id, out) -> RequestWriter.set(id, key, value, millis, 0, out), Answers::done);
    }

    /// See {@link KvsClient#remove(byte[])}.
    public CompletableFuture<@Nullable Void> remove(byte[] key) {
        InvalidKeyException.check(key);
        return submit((id, out) -> RequestWriter.remove(id, key, 0, out), Answers::done);
    }

    /// See {@link KvsClient#getAll(List)}.
    public CompletableFuture<List<Optional<byte[]>>> getAll(List<byte[]> keys) {
        keys.forEach(InvalidKeyException::check);
        List<CompletableFuture<List<Optional<byte[]>>>> parts = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += KEYS_MAX) {
            parts.add(getPart(keys.subList(from, Math.min(keys.size(), from + KEYS_MAX))));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(_ -> parts.stream().flatMap(part -> part.join().stream()).toList());
    }

    private CompletableFuture<List<Optional<byte[]>>> getPart(List<byte[]> keys) {
        GetAll.Builder getAll = GetAll.newBuilder();
        keys.forEach(key -> getAll.addKeys(ByteString.copyFrom(key)));
        CompletableFuture<List<Optional<byte[]>>> values =
                submit(Request.newBuilder().setGetAll(getAll), Answers::values);
        List<byte[]> copies = keys.stream().map(byte[]::clone).toList();
        return values.exceptionallyCompose(failure -> {
            // What does not fit into one answer may fit into several.
            Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
            return cause instanceof EntryTooLargeException
                    ? getEach(copies)
                    : CompletableFuture.failedFuture(failure);
        });
    }

    private CompletableFuture<List<Optional<byte[]>>> getEach(List<byte[]> keys) {
        List<CompletableFuture<Optional<byte[]>>> each = keys.stream().map(this::get).toList();
        return CompletableFuture.allOf(each.toArray(CompletableFuture[]::new))
                .thenApply(_ -> each.stream().map(CompletableFuture::join).toList());
    }

    /// See {@link KvsClient#compareAndSet(byte[], byte[], byte[])}.
    public CompletableFuture<Boolean> compareAndSet(
            byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
        return exchange(key, expected, value, 0);
    }

    /// See {@link KvsClient#compareAndSet(byte[], byte[], byte[], Duration)}.
    public CompletableFuture<Boolean> compareAndSet(
            byte[] key, byte @Nullable [] expected, byte[] value, Duration timeToLive) {
        return exchange(key, expected, value, millis(timeToLive));
    }

    private CompletableFuture<Boolean> exchange(
            byte[] key, byte @Nullable [] expected, byte @Nullable [] value, long millis) {
        InvalidKeyException.check(key);
        CompareAndSet.Builder change =
                CompareAndSet.newBuilder()
                        .setKey(ByteString.copyFrom(key))
                        .setTimeToLiveMillis(millis);
        if (expected != null) {
            change.setExpected(ByteString.copyFrom(expected));
        }
        if (value != null) {
            change.setValue(ByteString.copyFrom(value));
        }
        return submit(Request.newBuilder().setCompareAndSet(change), Answers::applied);
    }

    /// See {@link KvsClient#write(WriteBatch)}.
    public CompletableFuture<@Nullable Void> write(WriteBatch batch) {
        Batch.Builder changes = Batch.newBuilder();
        for (WriteBatch.Operation operation : batch.operations()) {
            // The arrays of a batch never change.
            Change.Builder change =
                    Change.newBuilder().setKey(UnsafeByteOperations.unsafeWrap(operation.key()));
            byte[] value = operation.value();
            if (value != null) {
                change.setValue(UnsafeByteOperations.unsafeWrap(value));
            }
            if (operation.timeToLive() != null) {
                change.setTimeToLiveMillis(millis(operation.timeToLive()));
            }
            changes.addChanges(change);
        }
        return submit(Request.newBuilder().setBatch(changes), Answers::done);
    }

    /// See {@link KvsClient#expiry(byte[])}.
    public CompletableFuture<Optional<Instant>> expiry(byte[] key) {
        InvalidKeyException.check(key);
        Expiry expiry = Expiry.newBuilder().setKey(ByteString.copyFrom(key)).build();
        return submit(Request.newBuilder().setExpiry(expiry), Answers::expiry);
    }

    /// See {@link KvsClient#expire(byte[], Duration)}.
    public CompletableFuture<Boolean> expire(byte[] key, Duration timeToLive) {
        InvalidKeyException.check(key);
        Expire.Builder expire =
                Expire.newBuilder()
                        .setKey(ByteString.copyFrom(key))
                        .setTimeToLiveMillis(millis(timeToLive));
        return submit(Request.newBuilder().setExpire(expire), Answers::applied);
    }

    /// See {@link KvsClient#persist(byte[])}.
    public CompletableFuture<Boolean> persist(byte[] key) {
        InvalidKeyException.check(key);
        Persist persist = Persist.newBuilder().setKey(ByteString.copyFrom(key)).build();
        return submit(Request.newBuilder().setPersist(persist), Answers::applied);
    }

    /// See {@link KvsClient#sync()}.
    public CompletableFuture<@Nullable Void> sync() {
        Request.Builder request = Request.newBuilder().setSync(Sync.getDefaultInstance());
        return submit(request, Answers::done);
    }

    /// See {@link KvsClient#compact()}.
    public CompletableFuture<@Nullable Void> compact() {
        Request.Builder request = Request.newBuilder().setCompact(Compact.getDefaultInstance());
        return submit(encoder(request), Answers::done, COMPACTION_NANOS_MAX);
    }

    /// See {@link KvsClient#size()}.
    public CompletableFuture<Long> size() {
        Request.Builder request = Request.newBuilder().setSize(Size.getDefaultInstance());
        return submit(request, Answers::count);
    }

    /// Asks for an answer, and nothing else.
    public CompletableFuture<@Nullable Void> ping() {
        Request.Builder request = Request.newBuilder().setPing(Ping.getDefaultInstance());
        return submit(request, Answers::done);
    }

    /// Returns a time to live in milliseconds, rounded up as engines do.
    static long millis(Duration timeToLive) {
        TimeToLive.check(timeToLive);
        return TimeToLive.expiryMillis(timeToLive, 0);
    }

    /// Returns what writes a request, once it has an id.
    static Connection.Encoder encoder(Request.Builder request) {
        return (id, out) -> RequestWriter.write(request.setId(id).build(), out);
    }

    private <T extends @Nullable Object> CompletableFuture<T> submit(
            Request.Builder request, Reply.Decoder<T> decoder) {
        return submit(encoder(request), decoder);
    }

    private <T extends @Nullable Object> CompletableFuture<T> submit(
            Connection.Encoder encoder, Reply.Decoder<T> decoder) {
        Connection connection = connector.current();
        return connection != null
                ? connection.submit(encoder, decoder)
                : connectAndSubmit(encoder, decoder, connector.requestNanos());
    }

    private <T extends @Nullable Object> CompletableFuture<T> submit(
            Connection.Encoder encoder, Reply.Decoder<T> decoder, long waitNanos) {
        Connection connection = connector.current();
        return connection != null
                ? connection.submit(encoder, decoder, waitNanos)
                : connectAndSubmit(encoder, decoder, waitNanos);
    }

    /// The request is written now, since the caller may change what it has passed afterwards.
    private <T extends @Nullable Object> CompletableFuture<T> connectAndSubmit(
            Connection.Encoder encoder, Reply.Decoder<T> decoder, long waitNanos) {
        OutputBuffer written = new OutputBuffer(0, Integer.MAX_VALUE - 8);
        encoder.encode(0, written);
        byte[] frame = written.toByteArray();
        return connector
                .connect()
                .thenCompose(made ->
                        made.submit(
                                (id, out) -> RequestWriter.withId(id, frame, out),
                                decoder,
                                waitNanos));
    }
}
