package io.kvs.store;

import io.kvs.StoreStats;
import io.kvs.commit.Failure;
import io.kvs.format.RecordHeader;
import io.kvs.format.SegmentHeader;
import io.kvs.io.Disk;
import io.kvs.recovery.Recovered;
import io.kvs.recovery.Recovery;
import io.kvs.run.Run;
import io.kvs.segment.RecordCursor;
import io.kvs.segment.RecordCursor.State;
import io.kvs.segment.Segment;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Counts live, dead and tombstone bytes anew, from the records alone: no run, no keydir.
///
/// @param keys keys that have a value
/// @param liveBytes bytes of the newest values
/// @param deadBytes bytes of all else but tombstones
/// @param tombstoneBytes bytes of tombstones
record Recount(long keys, long liveBytes, long deadBytes, long tombstoneBytes) {
    private record Newest(long sequence, boolean tombstone, long size) {}

    static Recount of(StoreStats stats) {
        return new Recount(
                stats.keys(), stats.liveBytes(), stats.deadBytes(), stats.tombstoneBytes());
    }

    /// Counts what is on a disk, also beside the owner of the store.
    static Recount of(Disk disk) throws IOException {
        Recovered recovered =
                Recovery.recover(
                        disk, true, new Failure(), new SplittableRandom(1), Long.MAX_VALUE);
        try {
            TreeMap<byte[], Newest> newest = new TreeMap<>(Arrays::compareUnsigned);
            long used = 0;
            long tombstones = 0;
            for (Segment segment : recovered.segments().all()) {
                long end = SegmentHeader.BYTES;
                RecordCursor cursor =
                        new RecordCursor(segment, 0, segment.memory().byteSize(), false);
                while (cursor.next()) {
                    if (cursor.state() == State.WHOLE) {
                        long header = cursor.header();
                        boolean tombstone = RecordHeader.kind(header) == RecordHeader.TOMBSTONE;
                        end = cursor.offset() + cursor.size();
                        tombstones += tombstone ? cursor.size() : 0;
                        newest.merge(
                                segment.key(cursor.offset(), header),
                                new Newest(
                                        segment.sequence(cursor.offset(), header),
                                        tombstone,
                                        cursor.size()),
                                (a, b) -> a.sequence > b.sequence ? a : b);
                    } else if (cursor.state() != State.NOTHING && cursor.state() != State.END) {
                        throw new AssertionError(cursor.state() + " in " + segment.path());
                    }
                }
                used += end - SegmentHeader.BYTES;
            }
            newest.values().removeIf(Newest::tombstone);
            long live = newest.values().stream().mapToLong(Newest::size).sum();
            return new Recount(newest.size(), live, used - live - tombstones, tombstones);
        } finally {
            recovered.segments().all().forEach(segment -> segment.file().close());
            for (Run run : recovered.index().runs().all()) {
                run.close();
            }
            recovered.index().close();
        }
    }
}
