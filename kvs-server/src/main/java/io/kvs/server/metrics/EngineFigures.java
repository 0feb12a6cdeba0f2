package io.kvs.server.metrics;

import io.kvs.KvStore;
import io.kvs.KvsEngine;
import io.kvs.StoreStats;

/// The figures of an engine: of any the number of keys, of `kvs` all that it tells.
public final class EngineFigures {
    private final KvsEngine engine;

    /// Makes them for an engine.
    public EngineFigures(KvsEngine engine) {
        this.engine = engine;
    }

    /// Adds the figures as they are now.
    public void addTo(Exposition text) {
        text.gauge(
                "kvs_keys",
                "Keys in the store, expired ones that are still there included.",
                engine.size());
        if (engine instanceof KvStore store) {
            add(store.stats(), text);
        }
    }

    private static void add(StoreStats stats, Exposition text) {
        text.gauge("kvs_live_bytes", "Bytes of newest values.", stats.liveBytes());
        text.gauge("kvs_dead_bytes", "Bytes of overwritten and removed values.", stats.deadBytes());
        text.gauge("kvs_tombstone_bytes", "Bytes that remember removals.", stats.tombstoneBytes());
        text.gauge("kvs_disk_bytes", "Size of all files of the store.", stats.diskBytes());
        text.gauge("kvs_index_bytes", "Memory of the index, off the heap.", stats.indexBytes());
        text.gauge(
                "kvs_reclaimable_bytes",
                "What a compaction of everything would give back.",
                stats.reclaimableBytes());
        text.gauge(
                "kvs_held_bytes", "Bytes kept only for who still reads them.", stats.heldBytes());
        text.gauge("kvs_segments", "Segment files.", stats.segments().size());
        text.counter(
                "kvs_written_bytes_total",
                "Record bytes that writers added.",
                stats.writtenBytes());
        text.counter(
                "kvs_compacted_bytes_total",
                "Record bytes that compaction wrote again.",
                stats.compactedBytes());
        text.counter(
                "kvs_skipped_writes_total",
                "Writes of a value that was there already.",
                stats.skippedWrites());
        text.counter("kvs_log_syncs_total", "Syncs of the log.", stats.syncs());
    }
}
