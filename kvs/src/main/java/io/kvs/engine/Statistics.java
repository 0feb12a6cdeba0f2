package io.kvs.engine;

import io.kvs.StoreIoException;
import io.kvs.StoreStats;
import io.kvs.StoreStats.BufferStats;
import io.kvs.StoreStats.CacheStats;
import io.kvs.commit.GroupCommit;
import io.kvs.commit.Log;
import io.kvs.compaction.Compactor;
import io.kvs.index.Keydir;
import io.kvs.io.Disk;
import io.kvs.recovery.Recovered;
import io.kvs.segment.SegmentWriter;
import io.kvs.view.Pins;
import java.io.IOException;

/// The figures of an open store for whoever operates it, gathered from those who keep them.
final class Statistics {
    private final Disk disk;
    private final Recovered recovered;
    private final Log log;
    private final GroupCommit commit;
    private final Compactor compactor;
    private final Pins pins;
    private final long openedAtBytes;

    /// Makes them; from now on it counts what is appended.
    Statistics(
            Disk disk,
            Recovered recovered,
            Log log,
            GroupCommit commit,
            Compactor compactor,
            Pins pins) {
        this.disk = disk;
        this.recovered = recovered;
        this.log = log;
        this.commit = commit;
        this.compactor = compactor;
        this.pins = pins;
        this.openedAtBytes = appendedBytes();
    }

    /// Returns the figures of this moment.
    ///
    /// @param skippedWrites how many writes were left out
    /// @param valueCache those of the cache
    /// @param writeBuffer those of the write buffer
    StoreStats take(long skippedWrites, CacheStats valueCache, BufferStats writeBuffer) {
        Keydir keydir = recovered.index().keydir();
        Figures figures;
        long diskBytes;
        try {
            figures = Figures.of(recovered.segments(), log.writers(), disk);
            diskBytes = Figures.diskBytes(disk);
        } catch (IOException e) {
            throw new StoreIoException("cannot list " + disk.path("") + ": " + e.getMessage(), e);
        }
        return new StoreStats(
                keydir.keyCount(),
                figures.liveBytes(),
                figures.deadBytes(),
                figures.tombstoneBytes(),
                diskBytes,
                keydir.bytes(),
                figures.reclaimableBytes(),
                pins.heldBytes(),
                appendedBytes() - openedAtBytes,
                compactor.writtenBytes(),
                skippedWrites,
                commit.syncs(),
                recovered.dictionaries().compression(),
                valueCache,
                writeBuffer,
                figures.segments());
    }

    private long appendedBytes() {
        SegmentWriter active = log.active();
        return active == null ? recovered.nextBase() << 3 : active.tailSequence() << 3;
    }
}
