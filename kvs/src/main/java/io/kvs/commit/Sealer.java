package io.kvs.commit;

import io.kvs.format.FileNames;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.SegmentHeader;
import io.kvs.hint.HintBuilder;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.segment.Segment;
import java.io.IOException;

/// Turns a log segment that gets no more records into one that never changes again.
///
/// The order is: content on stable storage, hint file, manifest, and only then the file is cut to
/// the end of its records.
public final class Sealer {
    private final Disk disk;
    private final long storeId;

    /// Makes a sealer for the segments of a store.
    public Sealer(Disk disk, long storeId) {
        this.disk = disk;
        this.storeId = storeId;
    }

    /// Writes the hint file and returns the manifest entry of a segment whose records end at `end`
    /// and are on stable storage. A hint file that cannot be written, perhaps on a full disk, is
    /// left out: it is a cache.
    public Entry prepare(Segment segment, long end) {
        if (!segment.isDamaged()) {
            buildHint(segment, end);
        }
        return new Entry(
                segment.id(),
                false,
                true,
                segment.baseSequence(),
                Math.max(end, SegmentHeader.BYTES),
                segment.baseSequence() + (end >>> 3));
    }

    private void buildHint(Segment segment, long end) {
        try {
            if (!HintBuilder.build(disk, storeId, segment, end)) {
                segment.markDamaged();
            }
        } catch (IOException e) {
            // Whoever needs it finds it missing, and reads the segment or makes it again.
        }
    }

    /// Cuts the file of a sealed segment to the end of its records.
    public void trim(Entry sealed) throws IOException {
        try (DiskFile file = disk.open(FileNames.segment(sealed.id()), Disk.Access.READ_WRITE)) {
            if (file.size() > sealed.length()) {
                file.setSize(sealed.length());
            }
        }
    }
}
