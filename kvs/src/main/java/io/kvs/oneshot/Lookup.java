package io.kvs.oneshot;

import io.kvs.format.FileNames;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.PositionMask;
import io.kvs.hint.HintEntry;
import io.kvs.hint.HintReader;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Looks one key up in segments through their hint files.
final class Lookup {
    private final Disk disk;
    private final long storeId;
    private final byte[] key;

    Lookup(Disk disk, long storeId, byte[] key) {
        this.disk = disk;
        this.storeId = storeId;
        this.key = key;
    }

    /// Returns the newest record of the key in a sealed segment, or null.
    @Nullable Found find(Entry sealed) throws IOException, NotSimpleException {
        try (HintReader reader = HintReader.open(disk, storeId, sealed.id(), sealed.sorted())) {
            if (reader.covered() != sealed.length()) {
                throw new NotSimpleException("a hint file does not cover its segment");
            }
            HintEntry hint = hint(reader);
            return hint == null ? null : read(sealed.id(), sealed.baseSequence(), hint);
        }
    }

    /// Returns what a hint file knows of the newest record of the key, or null.
    @Nullable HintEntry hint(HintReader reader) throws IOException {
        reader.skipTowards(key);
        for (HintEntry hint = reader.next(); hint != null; hint = reader.next()) {
            int order = Arrays.compareUnsigned(hint.key(), key);
            if (order >= 0) {
                return order == 0 ? hint : null;
            }
        }
        return null;
    }

    /// Reads and verifies the record of the key that a hint file has named.
    Found read(long segmentId, long baseSequence, HintEntry hint)
            throws IOException, NotSimpleException {
        byte[] bytes = new byte[Math.toIntExact(hint.size())];
        try (DiskFile file = disk.open(FileNames.segment(segmentId), Disk.Access.READ)) {
            if (file.read(hint.offset(), bytes, 0, bytes.length) < bytes.length) {
                throw new NotSimpleException("a segment is too short");
            }
        }
        long salt = PositionMask.salt(storeId, segmentId);
        HeapRecords records = new HeapRecords(bytes, hint.offset(), salt);
        long header = records.header(hint.offset());
        if (!records.isWhole(hint.offset(), header)
                || !records.hasKey(hint.offset(), header, key)) {
            throw new NotSimpleException("a record is damaged");
        }
        return records.found(hint.offset(), header, baseSequence);
    }
}
