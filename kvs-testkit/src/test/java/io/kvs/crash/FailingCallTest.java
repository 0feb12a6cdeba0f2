package io.kvs.crash;

import io.kvs.KvsException;
import io.kvs.StoreFailedException;
import io.kvs.StoreIoException;
import io.kvs.testkit.CheckedStore;
import io.kvs.testkit.Crash;
import io.kvs.testkit.FaultKind;
import io.kvs.testkit.Operation;
import io.kvs.testkit.ReferenceModel;
import io.kvs.testkit.SimulatedDisk;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every call of the disk fails, once or from then on for ever: the store says so with a {@link
/// KvsException}, goes on reading, and loses nothing that it has acknowledged.
final class FailingCallTest {
    private static final boolean FULL = Boolean.getBoolean("kvs.full");
    private static final long[] SEEDS = FULL ? new long[] {16, 7, 24, 39, 31} : new long[] {16};

    @ParameterizedTest
    @EnumSource(
            value = FaultKind.class,
            names = {"ONCE", "FOREVER"})
    void store_anyCallFails_losesNothingAcknowledged(FaultKind kind) {
        for (long seed : SEEDS) {
            Workload workload = new Workload(seed);
            Sweep.forEach(
                    1,
                    workload.countCalls(),
                    call -> {
                        try {
                            new Life(workload).run(call, kind);
                        } catch (RuntimeException | Error e) {
                            throw new AssertionError(
                                    "SEED=" + seed + " STEP=" + call + ' ' + kind + ": " + e, e);
                        }
                    });
        }
    }

    private static final class Life {
        private final Workload workload;
        private final SimulatedDisk disk;
        private final CheckedStore store;

        Life(Workload workload) {
            this.workload = workload;
            this.disk = workload.newDisk();
            this.store = workload.newStore(disk);
        }

        void run(long call, FaultKind kind) {
            disk.failAt(call, kind);
            if (opens() || kind == FaultKind.ONCE && opens()) {
                operate(kind);
            }
            recover(Crash.kill());
            recover(Crash.powerCutLosingAll());
            recover(Crash.powerCutKeepingAll());
            disk.discard();
        }

        private void operate(FaultKind kind) {
            for (Operation operation : workload.operations()) {
                try {
                    store.apply(operation);
                } catch (StoreFailedException e) {
                    if (!(operation instanceof Operation.Reopen)) {
                        read(operation, kind);
                        closes();
                    }
                    if (kind == FaultKind.FOREVER || !opens()) {
                        return;
                    }
                } catch (KvsException e) {
                    if (operation instanceof Operation.Reopen && !opens()) {
                        return;
                    }
                }
            }
            read(new Operation.Sync(), kind);
            closes();
        }

        /// Reads everything; only what the failed operation would have changed may be refused, and
        /// a blob, which is not mapped, where no call succeeds any more.
        private void read(Operation failed, FaultKind kind) {
            for (byte[] key : store.model().keys()) {
                try {
                    store.checkValue(key);
                } catch (StoreFailedException e) {
                    if (!failed.changes(key)) {
                        throw new AssertionError("a key is not readable after " + failed, e);
                    }
                } catch (StoreIoException e) {
                    if (!String.valueOf(e).contains(".blob")) {
                        throw e;
                    }
                    if (kind == FaultKind.ONCE) {
                        store.checkValue(key); // That was the call that fails.
                    }
                }
            }
        }

        private boolean opens() {
            try {
                store.open(Crash.Kind.KILL);
                return true;
            } catch (KvsException e) {
                return false;
            }
        }

        private void closes() {
            try {
                store.close();
            } catch (KvsException e) {
                // It says that it could not; the reopened store is compared.
            }
        }

        private void recover(Crash crash) {
            ReferenceModel model = store.model().copy();
            SimulatedDisk left = disk.copy().crash(crash);
            CheckedStore reopened = workload.newStore(left, model);
            try {
                reopened.open(crash.kind());
                reopened.close();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("CRASH=" + crash + ": " + e, e);
            }
            left.discard();
        }
    }
}
