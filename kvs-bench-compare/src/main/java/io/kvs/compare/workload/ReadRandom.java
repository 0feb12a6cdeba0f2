package io.kvs.compare.workload;

import io.kvs.compare.data.Entries;
import io.kvs.compare.data.Scale;
import io.kvs.compare.store.Store;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Reads random keys, each as likely as any other.
///
/// @param threads how many threads read
record ReadRandom(int threads) implements Workload {
    @Override
    public String name() {
        return threads == 1 ? "readrandom" : "readrandom" + threads;
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
        return IntStream.range(0, threads)
                .mapToObj(thread -> lane(thread, store, entries, scale))
                .toList();
    }

    private Lane lane(int thread, Store store, Entries entries, Scale scale) {
        SplittableRandom random = new SplittableRandom(thread);
        Reading reading = new Reading(store, entries);
        return Lane.sampled(
                name(),
                Workloads.turns(scale) / threads,
                _ -> reading.read(random.nextLong(scale.keys())));
    }
}
