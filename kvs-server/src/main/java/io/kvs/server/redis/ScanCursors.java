package io.kvs.server.redis;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// Where scans go on, by the numbers that clients were given.
///
/// Keys are in order, and a place among them does not fit into a number; so the server remembers
/// the place for each number that it has given. A key that is there during the whole scan is
/// returned at least once, and in fact once: keys do not move. A number that is not known (too many
/// scans have been begun since, or the server has) stands for the beginning: the scan starts over,
/// and leaves nothing out.
///
/// The place before the last one of a scan is kept too, for a client that asks again since it did
/// not get the reply. Safe for use by several threads.
final class ScanCursors {
    private static final int CURSORS_MAX = 1 << 14;
    private static final long BYTES_MAX = 16 << 20;
    private static final byte[] START = {};

    private final Map<Long, Place> places = new LinkedHashMap<>();
    private long bytes;
    private long last = ThreadLocalRandom.current().nextLong() >>> 16;

    /// Where a scan goes on, and the number of the place before.
    private record Place(byte[] position, long before) {}

    /// Returns the place of a number: the first key that may come.
    synchronized byte[] position(long cursor) {
        Place place = places.get(cursor);
        if (place == null) {
            return START;
        }
        remove(place.before);
        return place.position;
    }

    /// Returns a number for a place.
    ///
    /// @param before the number of the page before
    synchronized long put(byte[] position, long before) {
        places.put(++last, new Place(position, before));
        bytes += position.length;
        while (places.size() > CURSORS_MAX || bytes > BYTES_MAX) {
            remove(places.keySet().iterator().next());
        }
        return last;
    }

    private void remove(long cursor) {
        Place place = places.remove(cursor);
        if (place != null) {
            bytes -= place.position.length;
        }
    }
}
