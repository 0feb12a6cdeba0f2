package io.kvs.recovery;

import io.kvs.CorruptionException;
import io.kvs.hint.HintEntry;
import io.kvs.hint.HintReader;
import io.kvs.io.Disk;
import io.kvs.segment.Segment;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The keys of damaged records, as far as hint files know them.
///
/// Asked only where a record cannot tell its key any more; then the hint file of its segment is
/// read once more.
final class HintedKeys {
    private final Disk disk;
    private final Map<Long, Map<Long, byte[]>> keysBySegment = new HashMap<>();
    private long storeId;

    HintedKeys(Disk disk) {
        this.disk = disk;
    }

    void setStoreId(long id) {
        storeId = id;
    }

    /// Returns whether the hint file of the segment says that the record at `offset` has this key.
    boolean hasKey(Segment segment, long offset, byte[] key) {
        Map<Long, byte[]> keys = keysBySegment.computeIfAbsent(segment.id(), id -> read(segment));
        byte[] known = keys.get(offset);
        return known != null && Arrays.equals(known, key);
    }

    private Map<Long, byte[]> read(Segment segment) {
        Map<Long, byte[]> keys = new HashMap<>();
        try (HintReader reader = HintReader.open(disk, storeId, segment.id(), segment.sorted())) {
            for (HintEntry entry = reader.next(); entry != null; entry = reader.next()) {
                if (!segment.isWhole(entry.offset())) {
                    keys.put(entry.offset(), entry.key());
                }
            }
        } catch (IOException | CorruptionException e) {
            // Then nothing is known; what was found damaged is reported where it is read.
        }
        return keys;
    }
}
