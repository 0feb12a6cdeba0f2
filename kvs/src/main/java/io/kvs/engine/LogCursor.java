package io.kvs.engine;

import io.kvs.CorruptionException;
import io.kvs.Cursor;
import io.kvs.Scan;
import io.kvs.StoreIoException;
import io.kvs.run.MergedCursor;
import io.kvs.run.RunEntry;
import io.kvs.segment.Place;
import io.kvs.segment.Words;
import io.kvs.view.View;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Iterates over a {@link View}: merges the runs, leaves out removed keys and expired values, and
/// reads the records that are asked for.
///
/// Entries are fetched some at a time, more with every time, and the memory of their records is
/// touched before any is read: the processor then waits for several at once.
final class LogCursor implements Cursor {
    private static final int BATCH_MIN = 4;
    private static final int BATCH_MAX = 64;

    private final Views views;
    private final View view;
    private final Scan scan;
    private final byte @Nullable [] from;
    private final byte @Nullable [] to;
    private final long takenMillis;
    private final Runnable ensureOpen;
    private final Runnable onClose;
    private @Nullable MergedCursor merged;
    private final byte[][] keys = new byte[BATCH_MAX][];
    private final Place[] places = new Place[BATCH_MAX];
    private int batch = BATCH_MIN;
    private int count;
    private int at = -1;
    private long left;
    private boolean exhausted;
    private boolean closed;

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
        this.ensureOpen = ensureOpen;
        this.onClose = onClose;
    }

    @Override
    public boolean next() {
        ensureUsable();
        if (at + 1 >= count && !exhausted) {
            fetch();
        }
        if (at + 1 >= count) {
            at = count;
            return false;
        }
        at++;
        return true;
    }

    @Override
    public byte[] key() {
        return keys[present()].clone();
    }

    @Override
    public byte[] value() {
        int entry = present();
        if (scan.isKeysOnly()) {
            throw new IllegalStateException("the scan asked for keys only");
        }
        return views.readScanned(places[entry], keys[entry]);
    }

    @Override
    public Optional<Instant> expiry() {
        return views.readScannedExpiry(places[present()]);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            onClose.run();
        }
    }

    private int present() {
        ensureUsable();
        if (at < 0 || at >= count) {
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
        while (true) {
            count = 0;
            at = -1;
            try {
                fetchBatch();
                batch = Math.min(2 * batch, BATCH_MAX);
                return;
            } catch (CorruptionException e) {
                merged = null;
                views.withoutRun(view, e);
            } catch (IOException e) {
                throw new StoreIoException("cannot read a run: " + e.getMessage(), e);
            } catch (IllegalStateException | InternalError e) {
                throw views.unusable(e);
            }
        }
    }

    private void fetchBatch() throws IOException {
        MergedCursor source = source();
        byte @Nullable [] last = lastKey;
        long words = 0;
        while (count < batch && count < left && source.nextKey()) {
            RunEntry newest = source.newest();
            if (isBehind(newest.key())) {
                exhausted = true;
                break;
            }
            last = newest.key();
            Place place = newest.tombstone() ? null : view.place(newest);
            if (place != null && !(newest.expiring() && isExpired(place))) {
                keys[count] = newest.key();
                places[count] = place;
                words += scan.isKeysOnly() ? 0 : place.segment().touch(place.offset());
                count++;
            }
        }
        Words.keep(words);
        lastKey = last;
        exhausted |= count < batch;
        left -= count;
    }

    private boolean isExpired(Place place) {
        return place.segment().isExpired(place.offset(), place.header(), takenMillis);
    }

    private boolean isBehind(byte[] key) {
        return scan.isReversed()
                ? from != null && Arrays.compareUnsigned(key, from) < 0
                : to != null && Arrays.compareUnsigned(key, to) >= 0;
    }

    /// Opens what is merged, at the start of the range or behind the key fetched last.
    private MergedCursor source() throws IOException {
        MergedCursor source = merged;
        if (source == null) {
            byte[] last = lastKey;
            if (scan.isReversed()) {
                source = MergedCursor.descending(view.sources(), view::rank);
                byte[] end = last == null ? to : last;
                if (end == null) {
                    source.seekEnd();
                } else {
                    source.seek(end);
                }
            } else {
                source = MergedCursor.ascending(view.sources(), view::rank);
                byte[] start = last == null ? from : Arrays.copyOf(last, last.length + 1);
                if (start != null) {
                    source.seek(start);
                }
            }
            merged = source;
        }
        return source;
    }
}
