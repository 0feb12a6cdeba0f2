package io.kvs.compaction;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the {@link Survivors} of one segment whose keys lie in a range, in key order.
final class SurvivorReader {
    private static final int BATCH = 64;

    private final Survivors survivors;
    private final int end;
    private int read;
    private List<Survivor> batch = List.of();
    private int at;

    SurvivorReader(Survivors survivors, KeyRange range) {
        this.survivors = survivors;
        this.read = range.from() == null ? 0 : survivors.firstFrom(range.from());
        this.end = range.to() == null ? survivors.count() : survivors.firstFrom(range.to());
    }

    /// Returns the next record, or null behind the last.
    @Nullable Survivor next() {
        if (at == batch.size()) {
            if (read == end) {
                return null;
            }
            int to = Math.min(read + BATCH, end);
            batch = survivors.read(read, to);
            read = to;
            at = 0;
        }
        return batch.get(at++);
    }
}
