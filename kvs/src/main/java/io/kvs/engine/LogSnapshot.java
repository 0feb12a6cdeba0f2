package io.kvs.engine;

import io.kvs.Cursor;
import io.kvs.InvalidKeyException;
import io.kvs.Scan;
import io.kvs.transaction.Versioned;
import io.kvs.transaction.VersionedSnapshot;
import io.kvs.view.View;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The store at a moment: a {@link View}, and the store, which usually still has the same record of
/// a key.
final class LogSnapshot implements VersionedSnapshot {
    private final Views views;
    private final View view;
    private final long takenMillis;
    private volatile boolean closed;

    /// Makes one.
    ///
    /// @param takenMillis the time at which values have expired or not
    LogSnapshot(Views views, View view, long takenMillis) {
        this.takenMillis = takenMillis;
        this.views = views;
        this.view = view;
    }

    View view() {
        return view;
    }

    long takenMillis() {
        return takenMillis;
    }

    @Override
    public long sequence() {
        ensureOpen();
        return view.sequence() - 1;
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        Versioned found = find(key);
        return found == null ? Optional.empty() : Optional.of(found.value());
    }

    @Override
    public @Nullable Versioned find(byte[] key) {
        InvalidKeyException.check(key);
        ensureOpen();
        return views.find(view, key, takenMillis);
    }

    @Override
    public Optional<InputStream> stream(byte[] key) {
        InvalidKeyException.check(key);
        ensureOpen();
        return Optional.ofNullable(views.stream(view, key, takenMillis));
    }

    @Override
    public Cursor scan(Scan scan) {
        ensureOpen();
        return new LogCursor(views, view, scan, takenMillis, this::ensureOpen, () -> {});
    }

    @Override
    public void close() {
        closed = true;
        view.close();
    }

    private void ensureOpen() {
        views.ensureOpen();
        if (closed) {
            throw new IllegalStateException("the snapshot is closed");
        }
    }
}
