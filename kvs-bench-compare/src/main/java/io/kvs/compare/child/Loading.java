package io.kvs.compare.child;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.files.DiskUse;
import io.kvs.compare.files.Scratch;
import io.kvs.compare.report.Figure;
import io.kvs.compare.report.Quantity;
import io.kvs.compare.store.Level;
import io.kvs.compare.store.Sizing;
import io.kvs.compare.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Loads a store and leaves it behind, closed.
///
/// A small store is filled, read and thrown away first: classes and compiled code are then there
/// already and do not count as memory of the store.
///
/// @param assignment the store and its scale
record Loading(Assignment assignment) {
    private static final int SMALL_READS_PER_KEY = 10;

    List<Figure> figures() throws IOException, InterruptedException {
        Scale scale = assignment.scale();
        useSmallStore();
        Memory before = Memory.now();
        List<Figure> figures = new ArrayList<>();
        Path directory = Files.createDirectory(assignment.storeDirectory());
        try (Store store = open(directory, scale)) {
            load(store, scale);
            double diskBytes = DiskUse.settledBytes(directory);
            Memory after = Memory.now();
            add(figures, Quantity.LOADED_SPACE, diskBytes / scale.liveBytes());
            addMemory(figures, before, after);
        }
        double closedBytes = DiskUse.apparentBytes(directory);
        add(figures, Quantity.CLOSED_SPACE, closedBytes / scale.liveBytes());
        return figures;
    }

    private void addMemory(List<Figure> figures, Memory before, Memory after) {
        double keys = assignment.scale().keys();
        long heapBytes = after.heapBytes() - before.heapBytes();
        add(figures, Quantity.HEAP_PER_KEY, heapBytes / keys);
        if (before.anonymousBytes().isPresent() && after.anonymousBytes().isPresent()) {
            long otherBytes =
                    after.anonymousBytes().getAsLong() - before.anonymousBytes().getAsLong();
            add(figures, Quantity.OTHER_PER_KEY, otherBytes / keys);
            add(figures, Quantity.PRIVATE_PER_KEY, (heapBytes + otherBytes) / keys);
        }
    }

    private void useSmallStore() throws IOException {
        Scale small = assignment.scale().small();
        try (Scratch scratch = Scratch.in(assignment.directory(), "small");
                Store store = open(scratch.path(), small)) {
            Entries entries = load(store, small);
            for (long read = 0; read < SMALL_READS_PER_KEY * small.keys(); read++) {
                byte[] _ = store.get(entries.key(read % small.keys()));
            }
        }
    }

    private Store open(Path directory, Scale scale) throws IOException {
        return assignment.contender().open(directory, Sizing.of(scale), Level.PROCESS);
    }

    private static Entries load(Store store, Scale scale) {
        Entries entries = new Entries(scale.valueBytes());
        for (long index = 0; index < scale.keys(); index++) {
            store.put(entries.key(index), entries.value(index, 0));
        }
        return entries;
    }

    private static void add(List<Figure> figures, Quantity quantity, double value) {
        figures.add(new Figure("load", quantity, value));
    }
}
