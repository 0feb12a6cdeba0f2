package io.kvs.server.rpc;

import com.google.protobuf.ByteString;
import io.kvs.EntryTooLargeException;
import io.kvs.ExpiringKvsEngine;
import io.kvs.KvsEngine;
import io.kvs.OrderedKvsEngine;
import io.kvs.Snapshot;
import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.rpc.MalformedFrameException;
import io.kvs.protocol.rpc.RequestReader;
import io.kvs.protocol.rpc.ResponseWriter;
import io.kvs.protocol.v1.Batch;
import io.kvs.protocol.v1.Close;
import io.kvs.protocol.v1.Commit;
import io.kvs.protocol.v1.CompareAndSet;
import io.kvs.protocol.v1.Done;
import io.kvs.protocol.v1.Error;
import io.kvs.protocol.v1.ErrorCode;
import io.kvs.protocol.v1.Expire;
import io.kvs.protocol.v1.Expiry;
import io.kvs.protocol.v1.GetAll;
import io.kvs.protocol.v1.Handle;
import io.kvs.protocol.v1.Persist;
import io.kvs.protocol.v1.Request;
import io.kvs.protocol.v1.Response;
import io.kvs.protocol.v1.Scan;
import io.kvs.protocol.v1.ScanNext;
import io.kvs.server.net.Link;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Carries out the requests of one connection.
///
/// What is short is done at once. What may take long is given to the pool, and the connection waits
/// for it, so the responses come in the order of the requests.
final class Requests {
    /// A batch with fewer bytes is written at once.
    private static final int SHORT_BATCH_BYTES_MAX = 16 << 10;

    /// Fewer keys are looked up at once.
    private static final int SHORT_KEYS_BYTES_MAX = 4 << 10;

    private final RpcServer server;
    private final KvsEngine engine;
    private final Link link;
    private final Handles handles;
    private final LongRequests longRequests;
    private boolean waiting;
    private boolean expiryPlanned;

    Requests(RpcServer server, Link link) {
        this.server = server;
        this.engine = server.engine();
        this.link = link;
        this.handles = new Handles(server.limits().handlesMax());
        this.longRequests = new LongRequests(server, handles);
    }

    /// Returns whether a request has been given away and is not done.
    boolean isWaiting() {
        return waiting;
    }

    /// Returns how many bytes are kept of what the client's transactions write.
    long heldBytes() {
        return handles.writtenBytes();
    }

    /// The connection is gone.
    void closed() {
        handles.leave();
    }

    /// Carries out a request, and writes the response or has it written later.
    ///
    /// @throws RuntimeException it could not be done; what was written is no response
    void execute(RequestReader request, OutputBuffer out) throws MalformedFrameException {
        long id = request.id();
        switch (request.kind()) {
            case Request.GET_FIELD_NUMBER -> get(request, out);
            case Request.SET_FIELD_NUMBER -> set(request, out);
            case Request.REMOVE_FIELD_NUMBER -> remove(request, out);
            case Request.PING_FIELD_NUMBER -> ResponseWriter.done(id, out);
            case Request.GET_ALL_FIELD_NUMBER -> getAll(request, out);
            case Request.COMPARE_AND_SET_FIELD_NUMBER ->
                    applied(id, compareAndSet(request.message(CompareAndSet.parser())), out);
            case Request.BATCH_FIELD_NUMBER -> write(request, out);
            case Request.EXPIRY_FIELD_NUMBER -> expiry(request, out);
            case Request.EXPIRE_FIELD_NUMBER -> {
                Expire expire = request.message(Expire.parser());
                Duration timeToLive = Duration.ofMillis(expire.getTimeToLiveMillis());
                ExpiringKvsEngine expiring = expiring();
                byte[] key = expire.getKey().toByteArray();
                applied(id, write(key, true, () -> expiring.expire(key, timeToLive)), out);
            }
            case Request.PERSIST_FIELD_NUMBER -> {
                Persist persist = request.message(Persist.parser());
                ExpiringKvsEngine expiring = expiring();
                byte[] key = persist.getKey().toByteArray();
                applied(id, write(key, false, () -> expiring.persist(key)), out);
            }
            case Request.SNAPSHOT_FIELD_NUMBER -> {
                Snapshot snapshot = ordered().snapshot();
                opened(id, snapshot, snapshot.sequence(), out);
            }
            case Request.BEGIN_FIELD_NUMBER -> opened(id, ordered().begin(), 0, out);
            case Request.CLOSE_FIELD_NUMBER -> {
                handles.close(request.message(Close.parser()).getHandle());
                ResponseWriter.done(id, out);
            }
            case Request.SCAN_FIELD_NUMBER -> {
                Scan scan = request.message(Scan.parser());
                OrderedKvsEngine ordered = ordered();
                planExpiry();
                later(id, () -> longRequests.scan(ordered, scan));
            }
            case Request.SCAN_NEXT_FIELD_NUMBER -> {
                ScanNext next = request.message(ScanNext.parser());
                later(id, () -> longRequests.next(next));
            }
            case Request.COMMIT_FIELD_NUMBER -> {
                Commit commit = request.message(Commit.parser());
                later(id, () -> longRequests.commit(commit));
            }
            case Request.SIZE_FIELD_NUMBER -> later(id, longRequests::size);
            case Request.SYNC_FIELD_NUMBER -> later(id, longRequests::sync);
            case Request.COMPACT_FIELD_NUMBER -> later(id, longRequests::compact);
            case Request.STATS_FIELD_NUMBER -> later(id, longRequests::figures);
            default ->
                    throw new RpcException(
                            ErrorCode.ERROR_UNSUPPORTED,
                            "the request is not known here: " + request.kind());
        }
    }

    private void get(RequestReader request, OutputBuffer out) {
        byte[] key = request.key();
        Optional<byte[]> found =
                request.handle() == 0 ? engine.get(key) : handles.reader(request.handle()).get(key);
        if (found.isEmpty()) {
            ResponseWriter.absent(request.id(), out);
            return;
        }
        byte[] value = found.get();
        checkValue(value.length);
        ResponseWriter.value(request.id(), value, out);
    }

    private void set(RequestReader request, OutputBuffer out) {
        checkValue(request.valueLength());
        byte[] key = request.key();
        byte[] value = request.value();
        long millis = request.timeToLiveMillis();
        if (request.handle() != 0) {
            handles.noteWritten(request.handle(), key, value.length);
            if (millis == 0) {
                handles.transaction(request.handle()).set(key, value);
            } else {
                handles.transaction(request.handle()).set(key, value, Duration.ofMillis(millis));
            }
        } else if (millis == 0) {
            change(key, false, () -> engine.set(key, value));
        } else {
            ExpiringKvsEngine expiring = expiring();
            change(key, true, () -> expiring.set(key, value, Duration.ofMillis(millis)));
        }
        ResponseWriter.done(request.id(), out);
    }

    private void remove(RequestReader request, OutputBuffer out) {
        byte[] key = request.key();
        if (request.handle() == 0) {
            change(key, false, () -> engine.remove(key));
        } else {
            handles.noteWritten(request.handle(), key, 0);
            handles.transaction(request.handle()).remove(key);
        }
        ResponseWriter.done(request.id(), out);
    }

    private void getAll(RequestReader request, OutputBuffer out) throws MalformedFrameException {
        GetAll getAll = request.message(GetAll.parser());
        if (request.length() > SHORT_KEYS_BYTES_MAX) {
            later(request.id(), () -> longRequests.getAll(getAll));
        } else {
            ResponseWriter.write(longRequests.getAll(getAll).setId(request.id()).build(), out);
        }
    }

    private void write(RequestReader request, OutputBuffer out) throws MalformedFrameException {
        Batch batch = request.message(Batch.parser());
        if (request.length() > SHORT_BATCH_BYTES_MAX) {
            later(request.id(), () -> longRequests.write(batch));
        } else {
            link.beforeWrite();
            longRequests.write(batch);
            ResponseWriter.done(request.id(), out);
        }
    }

    private boolean compareAndSet(CompareAndSet change) {
        byte[] key = change.getKey().toByteArray();
        byte[] expected = change.hasExpected() ? change.getExpected().toByteArray() : null;
        if (change.getTimeToLiveMillis() == 0) {
            byte[] value = change.hasValue() ? value(change.getValue()) : null;
            return write(key, false, () -> engine.compareAndSet(key, expected, value));
        }
        if (!change.hasValue()) {
            throw new RpcException(ErrorCode.ERROR_BAD_REQUEST, "a time to live without a value");
        }
        ExpiringKvsEngine expiring = expiring();
        Duration timeToLive = Duration.ofMillis(change.getTimeToLiveMillis());
        byte[] value = value(change.getValue());
        return write(key, true, () -> expiring.compareAndSet(key, expected, value, timeToLive));
    }

    private void change(byte[] key, boolean expiring, Runnable work) {
        write(
                key,
                expiring,
                () -> {
                    work.run();
                    return true;
                });
    }

    private <T> T write(byte[] key, boolean expiring, Supplier<T> work) {
        link.beforeWrite();
        return server.gate().write(List.of(key), expiring, work);
    }

    private byte[] value(ByteString value) {
        checkValue(value.size());
        return value.toByteArray();
    }

    private void checkValue(int length) {
        if (length > server.limits().valueBytesMax()) {
            throw new EntryTooLargeException("the value", length, server.limits().valueBytesMax());
        }
    }

    private void expiry(RequestReader request, OutputBuffer out) throws MalformedFrameException {
        byte[] key = request.message(Expiry.parser()).getKey().toByteArray();
        Instant expiry = expiring().expiry(key).orElse(null);
        if (expiry == null) {
            ResponseWriter.absent(request.id(), out);
        } else {
            Response.Builder response = Response.newBuilder().setId(request.id());
            ResponseWriter.write(response.setExpiryMillis(expiry.toEpochMilli()).build(), out);
        }
    }

    private static void applied(long id, boolean applied, OutputBuffer out) {
        ResponseWriter.write(Response.newBuilder().setId(id).setApplied(applied).build(), out);
    }

    private void opened(long id, AutoCloseable resource, long sequence, OutputBuffer out) {
        Handle.Builder handle =
                Handle.newBuilder().setHandle(handles.add(resource)).setSequence(sequence);
        planExpiry();
        ResponseWriter.write(Response.newBuilder().setId(id).setHandle(handle).build(), out);
    }

    /// Looks after a while for handles that are not used, as long as there are handles.
    private void planExpiry() {
        if (!expiryPlanned) {
            expiryPlanned = true;
            CompletableFuture.delayedExecutor(
                            Handles.IDLE_MAX.toMillis() / 4, TimeUnit.MILLISECONDS)
                    .execute(() -> link.execute(_ -> expire()));
        }
    }

    private void expire() {
        expiryPlanned = false;
        if (handles.expire()) {
            planExpiry();
        }
    }

    private ExpiringKvsEngine expiring() {
        if (engine instanceof ExpiringKvsEngine expiring) {
            return expiring;
        }
        throw new RpcException(ErrorCode.ERROR_UNSUPPORTED, "this engine has no times to live");
    }

    private OrderedKvsEngine ordered() {
        if (engine instanceof OrderedKvsEngine ordered) {
            return ordered;
        }
        throw new RpcException(
                ErrorCode.ERROR_UNSUPPORTED,
                "this engine has no scans, snapshots and transactions");
    }

    /// Has `work` done by the pool; the connection waits.
    private void later(long id, Supplier<Response.Builder> work) {
        waiting = true;
        Job job = new Job(id, work);
        link.offload(
                job,
                out -> {
                    waiting = false;
                    ResponseWriter.write(job.response(), out);
                });
    }

    /// What the pool does for a request.
    private final class Job implements Runnable {
        private final long id;
        private final Supplier<Response.Builder> work;
        private volatile @Nullable Response response;

        Job(long id, Supplier<Response.Builder> work) {
            this.id = id;
            this.work = work;
        }

        @Override
        public void run() {
            if (!handles.beginUse()) {
                return;
            }
            try {
                response = work.get().setId(id).build();
            } catch (RuntimeException e) {
                response = error(Errors.of(e, server.log()));
            } finally {
                handles.endUse();
            }
        }

        Response response() {
            Response made = response;
            return made == null
                    ? error(Errors.of(ErrorCode.ERROR_INTERNAL, "internal error"))
                    : made;
        }

        private Response error(Error error) {
            return Response.newBuilder().setId(id).setError(error).build();
        }
    }

    /// Returns the response that something is done.
    static Response.Builder done() {
        return Response.newBuilder().setDone(Done.getDefaultInstance());
    }
}
