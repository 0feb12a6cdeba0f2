package io.kvs.compare.workload;

import io.kvs.compare.data.Indexes;
import io.kvs.compare.data.Scale;
import io.kvs.compare.data.Zipf;
import io.kvs.compare.store.Level;
import java.util.List;

/// All workloads, in the order in which they run: later ones may use what earlier ones have loaded.
public final class Workloads {
    private static final long TURNS_PER_KEY = 4;
    private static final long TURNS_MIN = 4_000_000;

    /// The workloads.
    public static final List<Workload> ALL =
            List.of(
                    new FillAscending(),
                    new FillBatches("fillbatch100", Level.PROCESS),
                    new FillRandom(),
                    new ReadRandom("readrandom", 1, Indexes::even, false),
                    new ReadRandom("readrandom2", 2, Indexes::even, false),
                    new ReadRandom("readzipf", 1, Zipf::new, false),
                    new ReadRandom("readzipf2", 2, Zipf::new, false),
                    new ReadMissing(),
                    new Scanning("scan", false, 0, false),
                    new Scanning("scanback", true, 0, false),
                    new Scanning("scan100", false, 100, false),
                    new Mixed("ycsb_c", 0),
                    new Mixed("ycsb_b", 5),
                    new Mixed("ycsb_a", 50),
                    new ReadModifyWrite(),
                    new ReadWhileWriting(),
                    new Overwrite(1),
                    new Overwrite(2),
                    new ReadAfterOverwriting(),
                    new ReadRandom("readsettled", 1, Indexes::even, true),
                    new Scanning("scansettled", false, 0, true),
                    new Scanning("scanbacksettled", true, 0, true),
                    new Scanning("scan100settled", false, 100, true),
                    new ReadRecent(),
                    new ScanRanges(),
                    new Delete(),
                    new Durable(1),
                    new Durable(8),
                    new Durable(64),
                    new FillBatches("durablebatch100", Level.DEVICE));

    private Workloads() {}

    /// Returns how often a workload goes on that could go on for ever, if its time is not over
    /// first.
    static long turns(Scale scale) {
        return Math.max(TURNS_MIN, TURNS_PER_KEY * scale.keys());
    }
}
