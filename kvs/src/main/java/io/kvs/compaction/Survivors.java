package io.kvs.compaction;

import io.kvs.format.BlobReference;
import io.kvs.segment.Segment;
import java.util.Arrays;
import java.util.List;

/// What a compaction has to look at in one segment, in key order: values that the keydir pointed at
/// when they were collected, and tombstones. Of each only the place is kept; the rest is read from
/// the segment again.
final class Survivors {
    private final Segment segment;

    /// Offsets divided by 8.
    private final int[] places;

    private final List<BlobReference> blobs;

    /// Makes them.
    ///
    /// @param blobs the blobs that any record of the segment refers to
    Survivors(Segment segment, int[] places, List<BlobReference> blobs) {
        this.blobs = blobs;
        this.segment = segment;
        this.places = places;
    }

    Segment segment() {
        return segment;
    }

    List<BlobReference> blobs() {
        return blobs;
    }

    int count() {
        return places.length;
    }

    /// Returns the number of the first record whose key does not come before `key`.
    int firstFrom(byte[] key) {
        int low = 0;
        int high = places.length;
        while (low < high) {
            int middle = low + high >>> 1;
            if (Arrays.compareUnsigned(key(middle), key) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /// Returns the key of a record.
    byte[] key(int number) {
        return read(number).key();
    }

    /// Reads a record.
    ///
    /// @throws io.kvs.CorruptionException it is damaged; the segment is marked
    Survivor read(int number) {
        try {
            return Survivor.read(segment, offset(number));
        } catch (InternalError e) {
            throw Survivor.damaged(segment, offset(number), e);
        }
    }

    /// Returns the offset of a record.
    long offset(int number) {
        return (long) places[number] << 3;
    }
}
