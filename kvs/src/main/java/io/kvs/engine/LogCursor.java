package io.kvs.engine;

import io.kvs.CorruptionException;
import io.kvs.Cursor;
import io.kvs.Scan;
import io.kvs.StoreIoException;
import io.kvs.run.FetchedEntries;
import io.kvs.run.NewestCursor;
import io.kvs.view.ReadSections;
import io.kvs.view.View;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Iterates over a {@link View}: merges the runs, leaves out removed keys and expired values, and
/// reads the records that are asked for.
///
/// Entries are fetched some at a time, more with every time; see {@link FetchedEntries}.
final class LogCursor implements Cursor {
    private static final int BATCH_MIN = 16;
    private static final int BATCH_GROWTH = 4;

    private final Views views;
    private final View view;
    private final Scan scan;
    private final byte @Nullable [] from;
    private final byte @Nullable [] to;
    private final long takenMillis;
    private final Runnable ensureOpen;
    private final Runnable onClose;

    /// What is merged, from where to go on; null while a batch is being fetched, so that a cursor
    /// which is closed meanwhile does not give it back.
    private final AtomicReference<@Nullable NewestCursor> merged = new AtomicReference<>();

    private final FetchedEntries entries;
    private int batch = BATCH_MIN;
    private int at = -1;
    private long left;
    private boolean exhausted;
    private volatile boolean closed;

    /// The key fetched last, behind which to go on.
    private byte @Nullable [] lastKey;

    /// Makes a cursor.
    ///
    /// @param takenMillis the time at which values have expired or not
    /// @param ensureOpen throws if what the cursor was opened from is closed
    /// @param onClose called once when the cursor is closed
    LogCursor(
            Views views,
            View view,
            Scan scan,
            long takenMillis,
            Runnable ensureOpen,
            Runnable onClose) {
        this.takenMillis = takenMillis;
        this.views = views;
        this.view = view;
        this.scan = scan;
        this.from = scan.from();
        this.to = scan.to();
        this.left = scan.limit();
        this.entries = new FetchedEntries((int) Math.min(left, FetchedEntries.COUNT_MAX));
        this.ensureOpen = ensureOpen;
        this.onClose = onClose;
    }

    @Override
    public boolean next() {
        ensureUsable();
        if (at + 1 >= entries.count() && !exhausted) {
            fetch();
        }
        if (at + 1 >= entries.count()) {
            at = entries.count();
            return false;
        }
        at++;
        return true;
    }

    @Override
    public byte[] key() {
        return entries.key(present());
    }

    @Override
    public byte[] value() {
        int entry = present();
        if (scan.isKeysOnly()) {
            throw new IllegalStateException("the scan asked for keys only");
        }
        try {
            return views.readScanned(entries, entry);
        } catch (IllegalStateException e) {
            ensureUsable(); // As in fetch.
            throw e;
        }
    }

    @Override
    public Optional<Instant> expiry() {
        return views.readScannedExpiry(entries.place(present()));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            NewestCursor source = merged.getAndSet(null);
            if (source != null) {
                source.release();
            }
            onClose.run();
        }
    }

    private int present() {
        ensureUsable();
        if (at < 0 || at >= entries.count()) {
            throw new IllegalStateException("there is no present entry");
        }
        return at;
    }

    private void ensureUsable() {
        ensureOpen.run();
        if (closed) {
            throw new IllegalStateException("the cursor is closed");
        }
    }

    private void fetch() {
        if (entries.count() > 0) {
            lastKey = entries.key(entries.count() - 1);
        }
        while (true) {
            entries.clear();
            at = -1;
            try {
                fetchBatch();
                batch = Math.min(BATCH_GROWTH * batch, FetchedEntries.COUNT_MAX);
                return;
            } catch (CorruptionException e) {
                views.withoutRun(view, e);
            } catch (IOException e) {
                throw new StoreIoException("cannot read a run: " + e.getMessage(), e);
            } catch (IllegalStateException | InternalError e) {
                ensureUsable(); // Another thread may have closed it.
                throw views.unusable(e);
            }
        }
    }

    private void fetchBatch() throws IOException {
        ReadSections.Reader section = view.sections().enter();
        try {
            NewestCursor source = merged.getAndSet(null);
            fetchFrom(source == null ? open() : source);
        } finally {
            section.leave();
        }
    }

    /// Fetches a batch. To open what is merged is not a part of it: with both in one method the
    /// compiler needs seconds for it, and in these a scan takes several times as long.
    private void fetchFrom(NewestCursor source) throws IOException {
        int wanted = (int) Math.min(batch, left);
        while (entries.count() < wanted && !exhausted) {
            exhausted = !source.nextKey(entries);
            int last = entries.count() - 1;
            if (!exhausted && isBehind(last)) {
                exhausted = true;
                entries.dropLast();
            } else if (!exhausted && isNone(last)) {
                entries.dropLast();
            }
        }
        left -= entries.count();
        exhausted |= left == 0;
        if (!scan.isKeysOnly()) {
            entries.copyRecords();
        }
        if (exhausted) {
            source.release();
        } else {
            merged.set(source);
        }
    }

    /// Returns whether an entry stands for no value.
    private boolean isNone(int entry) {
        return entries.isTombstone(entry)
                || entries.isExpiring(entry) && entries.place(entry).isExpired(takenMillis);
    }

    private boolean isBehind(int entry) {
        byte[] end = scan.isReversed() ? from : to;
        if (end == null) {
            return false;
        }
        int order =
                Arrays.compareUnsigned(
                        entries.keys(),
                        entries.keyFrom(entry),
                        entries.keyTo(entry),
                        end,
                        0,
                        end.length);
        return scan.isReversed() ? order < 0 : order >= 0;
    }

    /// Opens what is merged, at the start of the range or behind the key fetched last.
    private NewestCursor open() throws IOException {
        byte[] last = lastKey;
        if (scan.isReversed()) {
            NewestCursor source = view.descending();
            byte[] end = last == null ? to : last;
            if (end == null) {
                source.seekEnd();
            } else {
                source.seek(end);
            }
            return source;
        }
        NewestCursor source = view.ascending();
        byte[] start = last == null ? from : Arrays.copyOf(last, last.length + 1);
        if (start != null) {
            source.seek(start);
        }
        return source;
    }
}
