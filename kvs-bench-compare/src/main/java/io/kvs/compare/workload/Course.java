package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.files.Scratch;
import io.kvs.compare.report.Figure;
import io.kvs.compare.report.Quantity;
import io.kvs.compare.store.Contender;
import io.kvs.compare.store.Level;
import io.kvs.compare.store.Sizing;
import io.kvs.compare.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes one contender through workloads, and prepares the store that each of them asks for.
///
/// A loaded store is used again by the next workload that asks for one. What an interrupted fill
/// has not loaded is loaded outside of the measured time.
public final class Course implements AutoCloseable {
    private static final int LOADED_AT_ONCE = 100;
    private static final int INSERTING_WORKLOADS = 2;

    private final Contender contender;
    private final Path directory;
    private final Scale scale;
    private final Entries entries;
    private @Nullable Scratch files;
    private @Nullable Store store;
    private long loadedKeys;
    private boolean hasRoom;
    private int stores;

    /// Prepares a course; its stores come and go in `directory`.
    public Course(Contender contender, Path directory, Scale scale) {
        this.contender = contender;
        this.directory = directory;
        this.scale = scale;
        this.entries = new Entries(scale.valueBytes());
    }

    /// Runs the workloads that the contender can do, and hands each figure to `figures`.
    public void run(List<Workload> workloads, Consumer<Figure> figures)
            throws IOException, InterruptedException {
        for (Workload workload : workloads) {
            if (workload.needsOrder() && !contender.isOrdered()) {
                continue;
            }
            switch (workload.level()) {
                case PROCESS -> race(workload).figures().forEach(figures);
                case DEVICE -> {
                    if (contender.reaches(Level.DEVICE)) {
                        raceBesideBareAppend(workload, figures);
                    }
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (store != null) {
            store.close();
            store = null;
        }
        if (files != null) {
            files.close();
            files = null;
        }
    }

    private Race race(Workload workload) throws IOException, InterruptedException {
        Store ready = ready(workload);
        System.gc();
        Race race = Race.run(workload.lanes(ready, entries, scale), scale.seconds());
        switch (workload.after()) {
            case LOADED, GROWN -> {}
            case FIRST_KEYS -> loadedKeys = race.entries();
            case EMPTY, SCRAPS -> close();
        }
        return race;
    }

    private void raceBesideBareAppend(Workload workload, Consumer<Figure> figures)
            throws IOException, InterruptedException {
        int recordBytes = Entries.KEY_BYTES + scale.valueBytes();
        double before = BareAppend.ratePerSecond(directory, recordBytes, scale.seconds());
        Race race = race(workload);
        double after = BareAppend.ratePerSecond(directory, recordBytes, scale.seconds());
        double bare = (before + after) / 2;
        for (Figure figure : race.figures()) {
            figures.accept(figure);
            if (figure.quantity() == Quantity.RATE) {
                figures.accept(new Figure(figure.row(), Quantity.BARE_RATE, bare));
                figures.accept(
                        new Figure(figure.row(), Quantity.TIMES_BARE, figure.value() / bare));
            }
        }
    }

    private Store ready(Workload workload) throws IOException {
        Content needed = workload.before();
        boolean mayGrow = needed == Content.GROWN;
        boolean needsLoaded = needed == Content.LOADED || mayGrow;
        Store open = store;
        if (open == null || !needsLoaded || mayGrow != hasRoom) {
            close();
            files = Scratch.in(directory, "store-" + stores++);
            open = contender.open(files.path(), sizing(mayGrow), workload.level());
            store = open;
            hasRoom = mayGrow;
            loadedKeys = 0;
        }
        if (needsLoaded) {
            load(open);
        }
        return open;
    }

    private Sizing sizing(boolean mayGrow) {
        Sizing exact = Sizing.of(scale);
        return mayGrow ? exact.plus(INSERTING_WORKLOADS * Insertions.max(scale)) : exact;
    }

    private void load(Store open) {
        while (loadedKeys < scale.keys()) {
            int count = (int) Math.min(LOADED_AT_ONCE, scale.keys() - loadedKeys);
            byte[][] keys = new byte[count][];
            byte[][] values = new byte[count][];
            for (int i = 0; i < count; i++) {
                keys[i] = entries.key(loadedKeys + i);
                values[i] = entries.value(loadedKeys + i, 0);
            }
            open.putAll(keys, values);
            loadedKeys += count;
        }
    }
}
