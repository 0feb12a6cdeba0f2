package io.kvs.compare.child;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.files.DeviceWrites;
import io.kvs.compare.files.DiskUse;
import io.kvs.compare.report.Figure;
import io.kvs.compare.report.Quantity;
import io.kvs.compare.store.Level;
import io.kvs.compare.store.Sizing;
import io.kvs.compare.store.Store;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/// Overwrites random keys of a loaded store until each was overwritten five times on average, or
/// the time is over. The parent watches the disk meanwhile.
///
/// @param assignment the store and its scale
record Overwriting(Assignment assignment) {
    private static final int TIMES = 5;

    /// How much longer than a workload this may take.
    private static final int SECONDS_FACTOR = 10;

    List<Figure> figures() throws IOException, InterruptedException {
        Scale scale = assignment.scale();
        List<Figure> figures = new ArrayList<>();
        try (Store store =
                assignment
                        .contender()
                        .open(assignment.storeDirectory(), Sizing.of(scale), Level.PROCESS)) {
            OptionalLong deviceBytesBefore = DeviceWrites.bytes();
            double overwritten = (double) overwrite(store, scale) / scale.keys();
            double settledBytes = DiskUse.settledBytes(assignment.storeDirectory());
            add(figures, Quantity.OVERWRITTEN, overwritten);
            add(figures, Quantity.SETTLED_SPACE, settledBytes / scale.liveBytes());
            if (deviceBytesBefore.isPresent()) {
                double deviceBytes =
                        DeviceWrites.bytes().orElseThrow() - deviceBytesBefore.getAsLong();
                double writtenBytes = overwritten * scale.liveBytes();
                add(figures, Quantity.WRITE_AMPLIFICATION, deviceBytes / writtenBytes);
            }
        }
        return figures;
    }

    private static long overwrite(Store store, Scale scale) {
        Entries entries = new Entries(scale.valueBytes());
        SplittableRandom random = new SplittableRandom(5);
        long deadline = System.nanoTime() + (long) (scale.seconds() * SECONDS_FACTOR * 1e9);
        long writes = 0;
        while (writes < TIMES * scale.keys() && System.nanoTime() < deadline) {
            long index = random.nextLong(scale.keys());
            store.put(entries.key(index), entries.value(index, writes + 1));
            writes++;
        }
        return writes;
    }

    private static void add(List<Figure> figures, Quantity quantity, double value) {
        figures.add(new Figure("overwrite", quantity, value));
    }
}
