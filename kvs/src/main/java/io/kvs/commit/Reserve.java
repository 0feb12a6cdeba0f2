package io.kvs.commit;

import io.kvs.format.FileNames;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import java.io.IOException;

/// Blocks that are set aside in a file of their own, with which a full disk can be cleaned up: one
/// part for a segment of tombstones, which a removal may borrow, and one for the compaction of a
/// segment.
///
/// Thread-safe.
public final class Reserve {
    private static final int SEGMENT_MAX_BYTES = 16 << 20;
    private static final int FILE_MAX_BYTES = 16 << 10;

    private final Disk disk;

    /// How large the file is to be at least, and is; 0 if that is not known.
    private long keptBytes;

    private volatile boolean used;

    Reserve(Disk disk) {
        this.disk = disk;
    }

    /// Makes the reserve whole, and about as large as it has to be.
    ///
    /// @param segmentBytes the capacity of a segment
    public synchronized void keep(long segmentBytes) throws IOException {
        long wanted = total(segmentBytes);
        if (wanted == keptBytes) {
            return;
        }
        try (DiskFile file = open()) {
            long size = file.size();
            try {
                new Zeros().fill(file, size, wanted, Disk.LARGE_PAGE_BYTES);
            } catch (IOException e) {
                file.setSize(size);
                throw e;
            }
            if (size > wanted + wanted / 2) {
                file.setSize(wanted);
            }
        }
        keptBytes = wanted;
        used = false;
    }

    /// Returns whether a part has been used: then the disk is full, and nothing is to be written
    /// that can be done without.
    public boolean isUsed() {
        return used;
    }

    /// Gives the part that is for tombstones back to the file system; returns how large a segment
    /// fits there, or 0 if that part is in use already.
    synchronized long lend(long segmentBytes) throws IOException {
        long rest = forCompaction(segmentBytes);
        try (DiskFile file = open()) {
            if (file.size() < total(segmentBytes)) {
                return 0;
            }
            use(file, rest);
        }
        return forRemovals(segmentBytes) - forFile(segmentBytes);
    }

    /// Takes so much from the reserve that a file of `bytes` fits; returns whether there was any.
    synchronized boolean shrink(int bytes) throws IOException {
        try (DiskFile file = open()) {
            long size = file.size();
            use(file, Math.max(0, size - bytes - FILE_MAX_BYTES / 2));
            return size > 0;
        }
    }

    private void use(DiskFile file, long rest) throws IOException {
        keptBytes = 0;
        file.setSize(rest);
        used = true;
    }

    /// Gives all of it back to the file system; returns whether there was any.
    public synchronized boolean release() throws IOException {
        keptBytes = 0;
        boolean present = disk.list().contains(FileNames.RESERVE);
        if (present) {
            disk.delete(FileNames.RESERVE);
        }
        return present;
    }

    private DiskFile open() throws IOException {
        return disk.list().contains(FileNames.RESERVE)
                ? disk.open(FileNames.RESERVE, Disk.Access.READ_WRITE)
                : disk.create(FileNames.RESERVE);
    }

    private static long total(long segmentBytes) {
        return forCompaction(segmentBytes) + forRemovals(segmentBytes);
    }

    /// Room for the largest segment a compaction has to copy, its hint file and the manifest.
    private static long forCompaction(long segmentBytes) {
        return Math.min(segmentBytes, SEGMENT_MAX_BYTES) + 2 * forFile(segmentBytes);
    }

    /// Room for a segment of tombstones and the manifest.
    private static long forRemovals(long segmentBytes) {
        long quarter = Math.min(segmentBytes, SEGMENT_MAX_BYTES) / 4;
        return Math.max(quarter, forFile(segmentBytes)) + forFile(segmentBytes);
    }

    private static long forFile(long segmentBytes) {
        return Math.min(segmentBytes, FILE_MAX_BYTES);
    }
}
