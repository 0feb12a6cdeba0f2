package io.kvs.crash;

import io.kvs.format.FileNames;
import io.kvs.format.Manifest;
import io.kvs.run.Run;
import io.kvs.testkit.CheckedStore;
import io.kvs.testkit.Crash;
import io.kvs.testkit.FaultKind;
import io.kvs.testkit.LogStoreSubject;
import io.kvs.testkit.Operation;
import io.kvs.testkit.Operations;
import io.kvs.testkit.ReferenceModel;
import io.kvs.testkit.SimulatedCrash;
import io.kvs.testkit.SimulatedDisk;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/// The fixed list of operations of a sweep: the same calls of the disk every time, until one of
/// them fails.
final class Workload {
    private static final int OPERATION_COUNT = 200;

    private final long seed;
    private final List<Operation> operations;

    Workload(long seed) {
        this.seed = seed;
        this.operations = new Operations(seed, OPERATION_COUNT).list();
    }

    long seed() {
        return seed;
    }

    List<Operation> operations() {
        return operations;
    }

    SimulatedDisk newDisk() {
        SimulatedDisk disk = new SimulatedDisk(seed);
        disk.useByOneThread();
        return disk;
    }

    CheckedStore newStore(SimulatedDisk disk) {
        return newStore(disk, new ReferenceModel());
    }

    CheckedStore newStore(SimulatedDisk disk, ReferenceModel model) {
        return new CheckedStore(new LogStoreSubject(seed), disk, new SplittableRandom(seed), model);
    }

    /// Runs everything without a fault; returns how many calls of the disk that takes.
    long countCalls() {
        SimulatedDisk disk = newDisk();
        CheckedStore store = newStore(disk);
        run(store);
        long calls = disk.calls();
        disk.discard();
        return calls;
    }

    /// Runs everything without a fault; returns which kinds of runs there were in the meantime.
    Set<RunKind> runKinds() throws IOException {
        SimulatedDisk disk = newDisk();
        CheckedStore store = newStore(disk);
        Set<RunKind> kinds = EnumSet.noneOf(RunKind.class);
        store.open(Crash.Kind.KILL);
        for (Operation operation : operations) {
            store.apply(operation);
            addRunKinds(disk, kinds);
        }
        store.close();
        disk.discard();
        return kinds;
    }

    private static void addRunKinds(SimulatedDisk disk, Set<RunKind> kinds) throws IOException {
        Manifest manifest = Objects.requireNonNull(Manifest.decode(disk.bytes("MANIFEST")));
        Set<Long> logs = new HashSet<>();
        for (Manifest.Entry entry : manifest.segments()) {
            if (!entry.sorted()) {
                logs.add(entry.id());
            }
        }
        for (String name : disk.names()) {
            if (FileNames.isRun(name)) {
                long id = FileNames.id(name);
                try (Run run = Run.open(disk, manifest.storeId(), id)) {
                    boolean ofLogs =
                            run.covered().stream()
                                    .anyMatch(covered -> logs.contains(covered.segmentId()));
                    if (!manifest.runs().contains(id)) {
                        kinds.add(RunKind.PART);
                    } else if (!ofLogs) {
                        kinds.add(RunKind.COMPACTED);
                    } else {
                        kinds.add(run.covered().size() > 1 ? RunKind.MERGED : RunKind.SEALED);
                    }
                }
            }
        }
    }

    /// How a run has come about.
    enum RunKind {
        PART,
        SEALED,
        COMPACTED,
        MERGED
    }

    /// Runs until the process dies at a call; returns the model as it is then.
    ReferenceModel runUntil(SimulatedDisk disk, long call, FaultKind kind) {
        CheckedStore store = newStore(disk);
        disk.failAt(call, kind);
        try {
            run(store);
        } catch (SimulatedCrash _) {
            store.abandon();
        }
        return store.model();
    }

    private void run(CheckedStore store) {
        store.open(Crash.Kind.KILL);
        operations.forEach(store::apply);
        store.close();
    }
}
