package io.kvs;

import java.util.stream.Stream;

/// A reader whose entries can be iterated in the order of their keys as unsigned bytes.
public interface OrderedReader extends KvsReader {

    /// Begins to iterate over the entries that `scan` describes, as they are at this moment. Close
    /// the cursor: until then it may keep old entries from being given back.
    Cursor scan(Scan scan);

    /// Returns the entries that `scan` describes, as they are at this moment, in order.
    ///
    /// The stream holds a cursor: close it, unless it is read to its end, which closes the cursor
    /// too. It does not split its work, and is meant for one thread.
    ///
    /// @throws IllegalArgumentException the scan asks for keys only; see {@link #keys(Scan)}
    default Stream<Entry> stream(Scan scan) {
        if (scan.isKeysOnly()) {
            throw new IllegalArgumentException("a scan of keys only has no entries");
        }
        return CursorSpliterator.stream(scan(scan), Entry::of);
    }

    /// Returns the keys that `scan` describes, as they are at this moment, in order. Close the
    /// stream as one of {@link #stream(Scan)}.
    default Stream<byte[]> keys(Scan scan) {
        return CursorSpliterator.stream(scan(scan.keysOnly()), Cursor::key);
    }

    /// Returns how many entries `scan` describes. Every key of them is visited.
    default long count(Scan scan) {
        try (Cursor cursor = scan(scan.keysOnly())) {
            long count = 0;
            while (cursor.next()) {
                count++;
            }
            return count;
        }
    }
}
