package io.kvs.map;

import io.kvs.Cursor;
import io.kvs.Entry;
import io.kvs.OrderedKvsEngine;
import io.kvs.Scan;
import io.kvs.WriteBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Iterates over a range, reading some entries at a time.
///
/// An iterator of a map is not closed by those who leave it half way, so it must not hold a cursor
/// from one call to the next.
final class PagedIterator<T> implements Iterator<T> {
    /// Enough that opening a cursor costs little for each entry, and few that are read in vain.
    private static final int PAGE_ENTRIES_MAX = 128;

    /// A page ends with the entry that exceeds it, so that large values do not add up.
    private static final long PAGE_BYTES_MAX = 256 << 10;

    private static final byte[] NO_VALUE = {};

    private final OrderedKvsEngine engine;
    private final Function<Entry, T> element;

    /// What has not been read yet.
    private Scan rest;

    private Iterator<Entry> page = List.<Entry>of().iterator();
    private boolean ended;
    private byte @Nullable [] removable;

    PagedIterator(OrderedKvsEngine engine, Scan range, Function<Entry, T> element) {
        this.engine = engine;
        this.rest = range;
        this.element = element;
    }

    /// Reads entries from the beginning of `scan`, some if there are any.
    static List<Entry> page(OrderedKvsEngine engine, Scan scan) {
        List<Entry> page = new ArrayList<>();
        long bytes = 0;
        try (Cursor cursor = engine.scan(scan)) {
            while (bytes < PAGE_BYTES_MAX && cursor.next()) {
                byte[] value = scan.isKeysOnly() ? NO_VALUE : cursor.value();
                Entry entry = new Entry(cursor.key(), value);
                page.add(entry);
                bytes += entry.key().length + value.length;
            }
        }
        return page;
    }

    @Override
    public boolean hasNext() {
        if (!page.hasNext() && !ended) {
            turn();
        }
        return page.hasNext();
    }

    private void turn() {
        List<Entry> next = page(engine, rest.limit(PAGE_ENTRIES_MAX));
        if (next.isEmpty()) {
            ended = true;
        } else {
            byte[] last = next.getLast().key();
            rest =
                    rest.isReversed()
                            ? rest.to(last)
                            : rest.from(Arrays.copyOf(last, last.length + 1));
        }
        page = next.iterator();
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        Entry entry = page.next();
        removable = entry.key();
        return element.apply(entry);
    }

    /// Removes the last entry returned, whatever its value is by now.
    @Override
    public void remove() {
        if (removable == null) {
            throw new IllegalStateException("there is no last entry");
        }
        engine.write(new WriteBatch().remove(removable));
        removable = null;
    }
}
