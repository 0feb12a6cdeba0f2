package io.kvs.client;

import com.google.protobuf.ByteString;
import io.kvs.Cursor;
import io.kvs.Scan;
import io.kvs.protocol.v1.Close;
import io.kvs.protocol.v1.Page;
import io.kvs.protocol.v1.Request;
import io.kvs.protocol.v1.Response;
import io.kvs.protocol.v1.ScanEntry;
import io.kvs.protocol.v1.ScanNext;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A cursor of the server, read page by page.
final class RemoteCursor implements Cursor {
    private final Connection connection;
    private final boolean keysOnly;

    /// Whether what the server has gone through counts as read. Then it goes at most twice as far
    /// as this cursor.
    private final boolean counted;

    /// Throws if what the cursor was opened from is closed.
    private final Runnable open;

    private Page page;
    private int index = -1;
    private int returned;
    private @Nullable ScanEntry present;
    private boolean closed;

    private RemoteCursor(
            Connection connection, Page page, boolean keysOnly, boolean counted, Runnable open) {
        this.connection = connection;
        this.page = page;
        this.keysOnly = keysOnly;
        this.counted = counted;
        this.open = open;
    }

    /// Opens a cursor on the present state, or on that of a snapshot.
    ///
    /// @param reader the handle of the snapshot, or 0
    /// @param open throws if the snapshot is closed
    static RemoteCursor open(Connection connection, long reader, Scan scan, Runnable open) {
        return open(connection, reader, scan, false, open);
    }

    /// Opens a cursor of a transaction.
    static RemoteCursor openCounted(
            Connection connection, long transaction, Scan scan, Runnable open) {
        return open(connection, transaction, scan, true, open);
    }

    private static RemoteCursor open(
            Connection connection, long reader, Scan scan, boolean counted, Runnable open) {
        open.run();
        connection.check();
        Page first = Page.getDefaultInstance();
        // In a request these two would mean that there is no limit.
        if (scan.limit() > 0 && !isEmpty(scan.to())) {
            io.kvs.protocol.v1.Scan.Builder request = request(scan).setHandle(reader);
            if (counted) {
                request.setPageEntriesMax(0);
            }
            first = page(connection, Request.newBuilder().setScan(request));
        }
        return new RemoteCursor(connection, first, scan.isKeysOnly(), counted, open);
    }

    private static boolean isEmpty(byte @Nullable [] bound) {
        return bound != null && bound.length == 0;
    }

    private static io.kvs.protocol.v1.Scan.Builder request(Scan scan) {
        io.kvs.protocol.v1.Scan.Builder request =
                io.kvs.protocol.v1.Scan.newBuilder()
                        .setReversed(scan.isReversed())
                        .setKeysOnly(scan.isKeysOnly());
        byte[] from = scan.from();
        if (from != null) {
            request.setFrom(ByteString.copyFrom(from));
        }
        byte[] to = scan.to();
        if (to != null) {
            request.setTo(ByteString.copyFrom(to));
        }
        return scan.limit() == Scan.UNLIMITED ? request : request.setLimit(scan.limit());
    }

    private static Page page(Connection connection, Request.Builder request) {
        return Reply.await(
                connection.submit(
                        AsyncKvsClient.encoder(request),
                        (response, server) ->
                                Answers.require(response, Response.PAGE_FIELD_NUMBER, server)
                                        .message(Page.parser())));
    }

    @Override
    public boolean next() {
        check();
        present = null;
        index++;
        while (index == page.getEntriesCount()) {
            if (page.getHandle() == 0) {
                index--;
                return false;
            }
            page = nextPage();
            index = 0;
        }
        present = page.getEntries(index);
        returned++;
        return true;
    }

    private Page nextPage() {
        ScanNext.Builder request = ScanNext.newBuilder().setHandle(page.getHandle());
        if (counted) {
            request.setPageEntriesMax(Math.max(1, returned));
        }
        return page(connection, Request.newBuilder().setScanNext(request));
    }

    @Override
    public byte[] key() {
        return present().getKey().toByteArray();
    }

    @Override
    public byte[] value() {
        ScanEntry entry = present();
        if (keysOnly) {
            throw new IllegalStateException("the scan asked for keys only");
        }
        return entry.getValue().toByteArray();
    }

    @Override
    public Optional<Instant> expiry() {
        long millis = present().getExpiryMillis();
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private ScanEntry present() {
        check();
        if (present == null) {
            throw new IllegalStateException("there is no present entry");
        }
        return present;
    }

    private void check() {
        connection.check();
        open.run();
        if (closed) {
            throw new IllegalStateException("the cursor is closed");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            present = null;
            close(connection, page.getHandle());
            page = Page.getDefaultInstance();
        }
    }

    /// Has the server close something, if there is anything to close, without waiting for it.
    static void close(Connection connection, long handle) {
        if (handle != 0) {
            Close.Builder close = Close.newBuilder().setHandle(handle);
            Reply<@Nullable Void> _ =
                    connection.submit(
                            AsyncKvsClient.encoder(Request.newBuilder().setClose(close)),
                            Answers::done);
        }
    }
}
