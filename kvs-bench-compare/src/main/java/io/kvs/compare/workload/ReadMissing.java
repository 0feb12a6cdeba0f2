package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.data.WrongValueException;
import io.kvs.compare.store.Store;
import java.util.List;

/// Asks for keys that were never stored.
record ReadMissing() implements Workload {
    @Override
    public String name() {
        return "readmissing";
    }

    @Override
    public Content before() {
        return Content.LOADED;
    }

    @Override
    public Content after() {
        return Content.LOADED;
    }

    @Override
    public List<Lane> lanes(Store store, Entries entries, Scale scale) {
        Operation read =
                turn -> {
                    if (store.get(entries.absentKey(turn)) != null) {
                        throw new WrongValueException(turn, "a value that was never stored");
                    }
                };
        return List.of(Lane.sampled(name(), Workloads.turns(scale), read));
    }
}
