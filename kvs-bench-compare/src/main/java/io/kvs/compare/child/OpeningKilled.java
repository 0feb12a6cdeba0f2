package io.kvs.compare.child;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.WrongValueException;
import io.kvs.compare.files.Acknowledgements;
import io.kvs.compare.report.Figure;
import io.kvs.compare.report.Quantity;
import io.kvs.compare.store.Level;
import io.kvs.compare.store.Sizing;
import io.kvs.compare.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

/// Opens a store whose writer was killed, in this JVM, which has done nothing before; then looks
/// for the newest acknowledged writes, and for some of the older ones.
///
/// @param assignment the store and its scale
record OpeningKilled(Assignment assignment) {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long NEWEST_CHECKED = 200_000;
    private static final long OLDER_CHECKED = 100_000;

    List<Figure> figures() throws IOException {
        assignment.contender().loadLibrary();
        long acknowledged = acknowledged();
        Entries entries = assignment.scale().entries();
        byte[] firstKey = entries.key(0);
        long begin = System.nanoTime();
        try (Store store =
                assignment
                        .contender()
                        .open(
                                assignment.storeDirectory(),
                                Sizing.of(assignment.scale()),
                                Level.PROCESS)) {
            byte[] _ = store.get(firstKey);
            double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
            long newest = Math.min(acknowledged, NEWEST_CHECKED);
            long older = Math.min(acknowledged - newest, OLDER_CHECKED);
            double lost = lost(store, entries, acknowledged, newest, older);
            return List.of(
                    new Figure("kill", Quantity.KILLED_AFTER, acknowledged),
                    new Figure("kill", Quantity.OPEN_KILLED_SECONDS, seconds),
                    new Figure("kill", Quantity.CHECKED_WRITES, newest + older),
                    new Figure("kill", Quantity.LOST_WRITES, lost));
        }
    }

    private long acknowledged() throws IOException {
        try (Acknowledgements acknowledgements =
                new Acknowledgements(assignment.acknowledgementsFile())) {
            return acknowledgements.count();
        }
    }

    private long lost(Store store, Entries entries, long acknowledged, long newest, long older) {
        long lost = 0;
        for (long write = acknowledged - newest; write < acknowledged; write++) {
            lost += isLost(store, entries, write) ? 1 : 0;
        }
        SplittableRandom random = new SplittableRandom(7);
        for (long i = 0; i < older; i++) {
            lost += isLost(store, entries, random.nextLong(acknowledged - newest)) ? 1 : 0;
        }
        return lost;
    }

    /// A write is there if its key has its value or a later one; a wrong value counts as lost.
    private boolean isLost(Store store, Entries entries, long write) {
        long keys = assignment.scale().keys();
        long index = write % keys;
        byte[] value = store.get(entries.key(index));
        if (value == null) {
            return true;
        }
        try {
            return entries.version(index, value) < write / keys;
        } catch (WrongValueException _) {
            return true;
        }
    }
}
