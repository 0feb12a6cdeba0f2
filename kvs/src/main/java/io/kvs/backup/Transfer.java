package io.kvs.backup;

import io.kvs.BackupProgress;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import java.io.IOException;

/// Brings files from one directory into another, through a link where that is possible.
final class Transfer {
    private static final int PIECE_BYTES = 1 << 20;

    private final Disk source;
    private final Disk target;
    private final BackupProgress progress;
    private final long bytes;
    private long doneBytes;
    private long copiedBytes;
    private int files;

    /// Starts it.
    ///
    /// @param bytes what there is to bring in all
    Transfer(Disk source, Disk target, long bytes, BackupProgress progress) {
        this.source = source;
        this.target = target;
        this.bytes = bytes;
        this.progress = progress;
    }

    /// Brings a file that never changes again, up to `length` at least.
    ///
    /// @param synced whether its content is on stable storage; if not, it is afterwards
    void share(String name, long length, boolean synced) throws IOException {
        if (!source.link(name, target)) {
            copy(name, length);
            return;
        }
        if (!synced) {
            try (DiskFile file = target.open(name, Disk.Access.READ_WRITE)) {
                file.sync();
            }
        }
        files++;
        reach(length);
    }

    /// Brings the first `length` bytes of a file as a file of its own, and puts it on stable
    /// storage. One that is shorter, which is damage, is as short afterwards.
    void copy(String name, long length) throws IOException {
        try (DiskFile from = source.open(name, Disk.Access.READ);
                DiskFile to = target.create(name)) {
            byte[] piece = new byte[(int) Math.min(PIECE_BYTES, length)];
            long at = 0;
            int read = 0;
            do {
                read = from.read(at, piece, 0, (int) Math.min(piece.length, length - at));
                to.write(at, piece, 0, read);
                at += read;
                copiedBytes += read;
                reach(read);
            } while (read > 0 && at < length);
            to.sync();
        }
        files++;
    }

    /// Counts a file that was written to the target in another way.
    void add(long length) {
        files++;
        copiedBytes += length;
    }

    int files() {
        return files;
    }

    /// Returns what of the files there was to write.
    long copiedBytes() {
        return copiedBytes;
    }

    private void reach(long more) {
        doneBytes += more;
        progress.reach(doneBytes, bytes);
    }
}
