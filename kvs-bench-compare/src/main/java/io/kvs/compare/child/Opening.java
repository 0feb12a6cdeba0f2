package io.kvs.compare.child;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.WrongValueException;
import io.kvs.compare.report.Figure;
import io.kvs.compare.report.Quantity;
import io.kvs.compare.store.Level;
import io.kvs.compare.store.Sizing;
import io.kvs.compare.store.Store;
import java.io.IOException;
import java.util.List;

/// Opens a closed store in this JVM, which has done nothing before, until the first value is there.
///
/// @param assignment the store and its scale
record Opening(Assignment assignment) {
    private static final double NANOS_PER_SECOND = 1e9;

    List<Figure> figures() throws IOException {
        assignment.contender().loadLibrary();
        Entries entries = assignment.scale().entries();
        long index = assignment.scale().keys() / 2;
        byte[] key = entries.key(index);
        long begin = System.nanoTime();
        try (Store store = open()) {
            byte[] value = store.get(key);
            double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
            if (value == null) {
                throw new WrongValueException(index, "nothing");
            }
            long _ = entries.version(index, value);
            return List.of(new Figure("open", Quantity.OPEN_CLOSED_SECONDS, seconds));
        }
    }

    private Store open() throws IOException {
        return assignment
                .contender()
                .open(assignment.storeDirectory(), Sizing.of(assignment.scale()), Level.PROCESS);
    }
}
