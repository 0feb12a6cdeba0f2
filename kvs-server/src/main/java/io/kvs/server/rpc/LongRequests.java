package io.kvs.server.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.kvs.Cursor;
import io.kvs.EntryTooLargeException;
import io.kvs.KvStore;
import io.kvs.KvsEngine;
import io.kvs.OrderedKvsEngine;
import io.kvs.OrderedReader;
import io.kvs.Scan;
import io.kvs.StoreStats;
import io.kvs.Transaction;
import io.kvs.WriteBatch;
import io.kvs.protocol.v1.Batch;
import io.kvs.protocol.v1.Change;
import io.kvs.protocol.v1.Commit;
import io.kvs.protocol.v1.ErrorCode;
import io.kvs.protocol.v1.Figures;
import io.kvs.protocol.v1.GetAll;
import io.kvs.protocol.v1.OptionalValue;
import io.kvs.protocol.v1.Page;
import io.kvs.protocol.v1.Response;
import io.kvs.protocol.v1.ScanEntry;
import io.kvs.protocol.v1.ScanNext;
import io.kvs.protocol.v1.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The requests of one connection that may take long: each call does one, and returns the response
/// but for its id. One call at a time.
final class LongRequests {
    private final KvsEngine engine;
    private final WriteGate gate;
    private final RpcLimits limits;
    private final Handles handles;

    LongRequests(RpcServer server, Handles handles) {
        this.engine = server.engine();
        this.gate = server.gate();
        this.limits = server.limits();
        this.handles = handles;
    }

    Response.Builder getAll(GetAll request) {
        List<byte[]> keys = new ArrayList<>(request.getKeysCount());
        for (ByteString key : request.getKeysList()) {
            keys.add(key.toByteArray());
        }
        Values.Builder values = Values.newBuilder();
        long bytes = 0;
        for (Optional<byte[]> found : engine.getAll(keys)) {
            OptionalValue.Builder value = OptionalValue.newBuilder();
            if (found.isPresent()) {
                bytes += found.get().length;
                value.setValue(UnsafeByteOperations.unsafeWrap(found.get()));
            }
            values.addValues(value);
        }
        if (bytes > limits.valueBytesMax()) {
            throw new EntryTooLargeException(
                    "the sum of the values", bytes, limits.valueBytesMax());
        }
        return Response.newBuilder().setValues(values);
    }

    Response.Builder write(Batch request) {
        WriteBatch batch = new WriteBatch();
        List<byte[]> keys = new ArrayList<>(request.getChangesCount());
        boolean expiring = false;
        for (Change change : request.getChangesList()) {
            byte[] key = change.getKey().toByteArray();
            byte[] value = change.hasValue() ? change.getValue().toByteArray() : null;
            long millis = change.getTimeToLiveMillis();
            Duration timeToLive = millis == 0 ? null : Duration.ofMillis(millis);
            batch.add(new WriteBatch.Operation(key, value, timeToLive));
            keys.add(key);
            expiring |= timeToLive != null;
        }
        return gate.write(
                keys,
                expiring,
                () -> {
                    engine.write(batch);
                    return Requests.done();
                });
    }

    Response.Builder scan(OrderedKvsEngine ordered, io.kvs.protocol.v1.Scan request) {
        OrderedReader reader =
                request.getHandle() == 0 ? ordered : handles.reader(request.getHandle());
        Cursor cursor = reader.scan(scan(request));
        boolean kept = false;
        try {
            Page.Builder page = Page.newBuilder();
            boolean more = fill(page, cursor, request.getKeysOnly(), entriesMax(request));
            if (more) {
                page.setHandle(handles.add(new OpenScan(cursor, request.getKeysOnly())));
            }
            kept = more;
            return Response.newBuilder().setPage(page);
        } finally {
            if (!kept) {
                cursor.close();
            }
        }
    }

    private static Scan scan(io.kvs.protocol.v1.Scan request) {
        Scan scan = Scan.all();
        if (!request.getFrom().isEmpty()) {
            scan = scan.from(request.getFrom().toByteArray());
        }
        if (!request.getTo().isEmpty()) {
            scan = scan.to(request.getTo().toByteArray());
        }
        if (request.getReversed()) {
            scan = scan.reversed();
        }
        if (request.getLimit() != 0) {
            scan = scan.limit(request.getLimit());
        }
        return request.getKeysOnly() ? scan.keysOnly() : scan;
    }

    private static int entriesMax(io.kvs.protocol.v1.Scan request) {
        return request.hasPageEntriesMax()
                ? bounded(request.getPageEntriesMax())
                : RpcLimits.PAGE_ENTRIES_MAX;
    }

    private static int bounded(int asked) {
        return Integer.compareUnsigned(asked, RpcLimits.PAGE_ENTRIES_MAX) < 0
                ? asked
                : RpcLimits.PAGE_ENTRIES_MAX;
    }

    Response.Builder next(ScanNext request) {
        OpenScan scan = handles.scan(request.getHandle());
        int entriesMax =
                request.hasPageEntriesMax()
                        ? Math.max(1, bounded(request.getPageEntriesMax()))
                        : RpcLimits.PAGE_ENTRIES_MAX;
        Page.Builder page = Page.newBuilder();
        try {
            if (fill(page, scan.cursor(), scan.keysOnly(), entriesMax)) {
                page.setHandle(request.getHandle());
            } else {
                handles.close(request.getHandle());
            }
        } catch (IllegalStateException e) {
            handles.close(request.getHandle());
            throw new RpcException(
                    ErrorCode.ERROR_NO_SUCH_HANDLE,
                    "the snapshot or the transaction that it was opened from is closed");
        }
        return Response.newBuilder().setPage(page);
    }

    /// Adds entries to a page; returns whether there may be more.
    private boolean fill(Page.Builder page, Cursor cursor, boolean keysOnly, int entriesMax) {
        long bytes = 0;
        while (page.getEntriesCount() < entriesMax && bytes < RpcLimits.PAGE_BYTES_MAX) {
            if (!cursor.next()) {
                return false;
            }
            ScanEntry.Builder entry = ScanEntry.newBuilder();
            byte[] key = cursor.key();
            entry.setKey(UnsafeByteOperations.unsafeWrap(key));
            bytes += key.length;
            if (!keysOnly) {
                byte[] value = cursor.value();
                if (value.length > limits.valueBytesMax()) {
                    throw new EntryTooLargeException(
                            "the value", value.length, limits.valueBytesMax());
                }
                entry.setValue(UnsafeByteOperations.unsafeWrap(value));
                bytes += value.length;
            }
            cursor.expiry().ifPresent(expiry -> entry.setExpiryMillis(expiry.toEpochMilli()));
            page.addEntries(entry);
        }
        return true;
    }

    Response.Builder commit(Commit request) {
        Transaction transaction = handles.transaction(request.getHandle());
        try {
            return gate.write(
                    handles.writtenKeys(request.getHandle()),
                    true,
                    () -> {
                        transaction.commit();
                        return Requests.done();
                    });
        } finally {
            handles.close(request.getHandle());
        }
    }

    Response.Builder size() {
        return Response.newBuilder().setCount(engine.size());
    }

    Response.Builder sync() {
        engine.sync();
        return Requests.done();
    }

    Response.Builder compact() {
        engine.compact();
        return Requests.done();
    }

    /// Returns the figures that the engine has, if it is one that has any.
    Response.Builder figures() {
        Figures.Builder figures = Figures.newBuilder();
        if (engine instanceof KvStore store) {
            StoreStats stats = store.stats();
            figures.putFigures("keys", stats.keys());
            figures.putFigures("live_bytes", stats.liveBytes());
            figures.putFigures("dead_bytes", stats.deadBytes());
            figures.putFigures("disk_bytes", stats.diskBytes());
            figures.putFigures("syncs", stats.syncs());
        }
        return Response.newBuilder().setFigures(figures);
    }

    /// A cursor and whether it has values.
    record OpenScan(Cursor cursor, boolean keysOnly) implements AutoCloseable {
        @Override
        public void close() {
            cursor.close();
        }
    }
}
