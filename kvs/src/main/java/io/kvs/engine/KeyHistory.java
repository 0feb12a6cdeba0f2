package io.kvs.engine;

import io.kvs.CorruptionException;
import io.kvs.StoreIoException;
import io.kvs.Version;
import io.kvs.blob.Blobs;
import io.kvs.format.RecordHeader;
import io.kvs.run.MergedCursor;
import io.kvs.run.RunEntry;
import io.kvs.segment.Place;
import io.kvs.segment.Segment;
import io.kvs.view.ReadSections;
import io.kvs.view.View;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Every record of one key that lies in a {@link View}, those that a later one has replaced too.
final class KeyHistory {
    private final Views views;
    private final View view;
    private final byte[] key;
    private final long nowMillis;

    /// Makes one.
    ///
    /// @param nowMillis the time at which values have expired or not
    KeyHistory(Views views, View view, byte[] key, long nowMillis) {
        this.nowMillis = nowMillis;
        this.views = views;
        this.view = view;
        this.key = key;
    }

    /// Reads and verifies the records, the newest first.
    ///
    /// @throws CorruptionException one of them is damaged
    List<Version> read() {
        while (true) {
            try {
                return readRecords();
            } catch (CorruptionException e) {
                views.withoutRun(view, e);
            } catch (IOException e) {
                throw new StoreIoException("cannot read a run: " + e.getMessage(), e);
            } catch (IllegalStateException | InternalError e) {
                throw views.unusable(e);
            }
        }
    }

    private List<Version> readRecords() throws IOException {
        ReadSections.Reader section = view.sections().enter();
        try {
            return readInside();
        } finally {
            section.leave();
        }
    }

    private List<Version> readInside() throws IOException {
        MergedCursor merged = new MergedCursor(view.sources(), view::rank);
        merged.seek(key);
        if (!merged.nextKey() || !Arrays.equals(merged.key(), key)) {
            return List.of();
        }
        // By number, since a record may be listed twice: while compaction is at it, the original
        // and the copy are both there, and runs may overlap.
        NavigableMap<Long, Version> versions = new TreeMap<>(Comparator.reverseOrder());
        for (RunEntry entry : merged.entries()) {
            Version version = read(views.blobs(), view.place(entry), key, nowMillis);
            versions.put(version.sequence(), version);
        }
        return List.copyOf(versions.values());
    }

    /// Reads and verifies a record of a key. A value that has expired is a removal: that is what
    /// compaction makes of it.
    ///
    /// @throws CorruptionException it is damaged
    static Version read(Blobs blobs, Place place, byte[] key, long nowMillis) {
        Segment segment = place.segment();
        long header = place.header();
        long sequence = segment.sequence(place.offset(), header);
        if (segment.isExpired(place.offset(), header, nowMillis)) {
            return new Version(sequence, null, null);
        }
        byte[] value = blobs.read(segment, place.offset(), key);
        long expiryMillis = segment.expiry(place.offset(), header);
        boolean expires = expiryMillis != RecordHeader.NEVER;
        return new Version(sequence, value, expires ? Instant.ofEpochMilli(expiryMillis) : null);
    }
}
