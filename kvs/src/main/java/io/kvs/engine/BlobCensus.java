package io.kvs.engine;

import io.kvs.CorruptionException;
import io.kvs.format.BlobReference;
import io.kvs.format.RecordHeader;
import io.kvs.run.RunEntry;
import io.kvs.segment.Segment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Finds the blobs that no record refers to, and counts those to which only stale records do.
///
/// Of an entry only the length tells that it may be a reference; the record is read then. In a
/// store without blobs nothing is.
final class BlobCensus {
    private final Set<Long> unreferenced;
    private final Map<Segment, Long> staleBytes = new HashMap<>();
    private final boolean idle;
    private boolean uncertain;

    /// Starts it.
    ///
    /// @param present the ids of all blobs
    BlobCensus(Set<Long> present) {
        this.unreferenced = new HashSet<>(present);
        this.idle = present.isEmpty();
    }

    /// Takes the value of an entry into account.
    ///
    /// @param stale whether it is not the newest of its key
    void meet(Segment segment, RunEntry entry, boolean stale) {
        if (idle || entry.valueLength() != BlobReference.BYTES) {
            return;
        }
        try {
            byte[] value = segment.read(entry.offset(), entry.key());
            if (RecordHeader.kind(segment.header(entry.offset())) == RecordHeader.BLOB) {
                BlobReference blob = BlobReference.decode(Objects.requireNonNull(value));
                unreferenced.remove(blob.id());
                if (stale) {
                    staleBytes.merge(segment, blob.length(), Long::sum);
                }
            }
        } catch (CorruptionException | IllegalStateException | InternalError e) {
            uncertain = true; // Who reads it will be told.
        }
    }

    /// Has the segments know what was counted.
    void publish() {
        staleBytes.forEach((segment, bytes) -> segment.usage().addDeadBlob(bytes));
    }

    /// Returns the ids of the blobs that no record refers to; none if a record could not be read.
    Set<Long> unreferenced() {
        return uncertain ? Set.of() : unreferenced;
    }
}
