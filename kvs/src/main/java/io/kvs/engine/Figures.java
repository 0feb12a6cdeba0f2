package io.kvs.engine;

import io.kvs.StoreStats.SegmentStats;
import io.kvs.format.FileNames;
import io.kvs.format.SegmentHeader;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentUsage;
import io.kvs.segment.SegmentWriter;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What the segments of a store hold at one moment.
///
/// @param segments each segment, by growing id
/// @param liveBytes bytes of records with the newest value of a key, and of their blobs
/// @param deadBytes bytes of records with an overwritten or removed value, and of their blobs
/// @param tombstoneBytes record bytes of tombstones
record Figures(List<SegmentStats> segments, long liveBytes, long deadBytes, long tombstoneBytes) {

    /// Takes the figures.
    ///
    /// @param table the segments
    /// @param writers writers of those that are not sealed
    /// @param disk where the blobs are
    static Figures of(SegmentTable table, SegmentWriter[] writers, Disk disk) throws IOException {
        List<SegmentStats> figures = new ArrayList<>();
        long live = 0;
        long dead = 0;
        long tombstones = 0;
        long deadBlobs = 0;
        for (Segment segment : table.all()) {
            SegmentUsage usage = segment.usage();
            long segmentLive = liveBytes(segment, writers);
            long sealedEnd = segment.sealedEnd();
            figures.add(
                    new SegmentStats(
                            FileNames.segment(segment.id()),
                            sealedEnd > 0 ? sealedEnd : segment.memory().byteSize(),
                            segmentLive,
                            usage.deadBytes(),
                            usage.tombstoneBytes(),
                            sealedEnd == 0));
            live += segmentLive;
            dead += usage.deadBytes();
            tombstones += usage.tombstoneBytes();
            deadBlobs += usage.deadBlobBytes();
        }
        long liveBlobs = bytes(disk, FileNames::isBlob) - deadBlobs;
        return new Figures(figures, live + Math.max(0, liveBlobs), dead + deadBlobs, tombstones);
    }

    /// Returns what compaction may give back.
    long reclaimableBytes() {
        return deadBytes + tombstoneBytes;
    }

    /// Returns the live record bytes of all segments.
    static long liveBytes(SegmentTable table, SegmentWriter[] writers) {
        long bytes = 0;
        for (Segment segment : table.all()) {
            bytes += liveBytes(segment, writers);
        }
        return bytes;
    }

    /// Returns the live record bytes of a segment.
    static long liveBytes(Segment segment, SegmentWriter[] writers) {
        SegmentUsage usage = segment.usage();
        return usedBytes(segment, writers) - usage.deadBytes() - usage.tombstoneBytes();
    }

    /// Returns the record bytes of all segments.
    static long usedBytes(SegmentTable table, SegmentWriter[] writers) {
        long bytes = 0;
        for (Segment segment : table.all()) {
            bytes += usedBytes(segment, writers);
        }
        return bytes;
    }

    /// Returns the record bytes of a segment.
    static long usedBytes(Segment segment, SegmentWriter[] writers) {
        long end = segment.sealedEnd();
        if (end == 0) {
            for (SegmentWriter writer : writers) {
                if (writer.segment().id() == segment.id()) {
                    end = writer.tail();
                }
            }
        }
        return Math.max(0, end - SegmentHeader.BYTES);
    }

    /// Returns the bytes of sealed segments.
    static long sealedBytes(List<Segment> sealed) {
        return sealed.stream().mapToLong(Segment::sealedEnd).sum();
    }

    /// Returns the size of all files of a directory.
    static long diskBytes(Disk disk) throws IOException {
        return bytes(disk, name -> true);
    }

    private static long bytes(Disk disk, Predicate<String> names) throws IOException {
        long bytes = 0;
        for (String name : disk.list()) {
            if (!names.test(name)) {
                continue;
            }
            try (DiskFile file = disk.open(name, Disk.Access.READ)) {
                bytes += file.size();
            } catch (NoSuchFileException e) {
                // It was deleted meanwhile and takes no space any more.
            }
        }
        return bytes;
    }
}
