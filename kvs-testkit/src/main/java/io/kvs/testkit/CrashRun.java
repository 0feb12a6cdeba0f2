package io.kvs.testkit;

import io.kvs.Durability;
import io.kvs.KvsEngine;
import io.kvs.WriteBatch;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// One life of a store, full of crashes, all of it made from one seed.
///
/// Random operations run on a simulated disk until the process dies within a random call or between
/// two operations, then the store is opened again on what is left, sometimes to die again
/// meanwhile; each time what it holds is compared with the {@link ReferenceModel}.
public final class CrashRun {
    private static final int OPERATION_COUNT = 150;
    private static final int CRASHES_MAX = 4;
    private static final int NESTED_CRASHES_MAX = 3;
    private static final int CALLS_BETWEEN_CRASHES = 120;
    private static final int CALLS_IN_OPENING = 40;

    private static final int CALLS_FOR_A_SYNC = 5;
    private static final int FIRST_SYNCS = 3;
    private static final int CALLS_FOR_A_DIRECTORY_SYNC = 20;
    private static final int NESTED_PERIOD = 3;
    private static final int DURABLE_PERIOD = 16;
    private static final int CRUEL_PERIOD = 4;
    private static final int LOSS_PERIOD = 3;

    private static final FaultKind[] KINDS = {
        FaultKind.CRASH_BEFORE, FaultKind.CRASH_WITHIN, FaultKind.CRASH_AFTER
    };

    private final long seed;
    private final Subject subject;
    private final SplittableRandom random;
    private final Operations operations;
    private final CheckedStore store;
    private volatile SimulatedDisk disk;
    private volatile boolean stopped;
    private int crashCount;

    /// Whether the next death is one at a sync of the directory.
    private boolean diesAtDirectory;

    private Object step = "nothing";

    /// The store that is tested, opened anew for every life.
    public interface Subject {
        /// Opens the store on a disk.
        ///
        /// @param clock tells what has expired
        KvsEngine open(Disk disk, Background background, InstantSource clock);

        /// Returns whether its values can have a time to live.
        boolean isExpiring();

        /// Checks what an engine says about its opening: nothing on the disk was damaged, so there
        /// was nothing to put right.
        default void checkOpened(KvsEngine engine) {}

        /// Checks what an engine says about itself before it is closed in order.
        default void checkClosing(KvsEngine engine) {}

        /// Stores a value with a time to live and a durability of its own.
        void set(KvsEngine engine, Operation.Set set);

        /// Removes a key with a durability of its own.
        void remove(KvsEngine engine, byte[] key, Durability durability);

        /// Writes a batch with a durability of its own.
        void write(KvsEngine engine, WriteBatch batch, Durability durability);

        /// Changes a value if it is the expected one, with a durability of its own; returns whether
        /// it was.
        boolean compareAndSet(
                KvsEngine engine,
                byte[] key,
                byte @Nullable [] expected,
                byte @Nullable [] value,
                Durability durability);
    }

    /// Prepares a run.
    public CrashRun(long seed, Subject subject) {
        this.seed = seed;
        this.subject = subject;
        this.random = new SplittableRandom(seed);
        this.operations = new Operations(random.nextLong(), OPERATION_COUNT, subject.isExpiring());
        this.disk = new SimulatedDisk(random.nextLong());
        disk.useByOneThread();
        this.store = new CheckedStore(subject, disk, random);
    }

    /// Runs it.
    ///
    /// @throws AssertionError the store did something wrong; the message names the seed and the
    ///   place
    public void run() {
        try {
            Iterator<Operation> left = operations.list().iterator();
            boolean open = false;
            while (left.hasNext()) {
                try {
                    if (!open) {
                        open(Crash.Kind.KILL);
                        planCrash(CALLS_BETWEEN_CRASHES);
                    }
                    runSome(left);
                } catch (SimulatedCrash _) {
                    afterCrash();
                }
                open = true;
            }
            finish();
            disk.discard();
        } catch (Exception | Error e) {
            String problem = stopped ? "it hangs; stopped, it says " + e : e.toString();
            throw new AssertionError(
                    "SEED=" + seed + " STEP=" + step + " CRASH=" + crashCount + ": " + problem, e);
        }
    }

    /// Takes the disk away from a run that hangs in another thread.
    void stop() {
        stopped = true;
        disk.discard();
    }

    /// Runs operations until the last one, or until it is time to die between two.
    private void runSome(Iterator<Operation> left) {
        while (left.hasNext()) {
            Operation operation = left.next();
            step = operation;
            store.apply(operation);
            int period = operation.isDurable() ? DURABLE_PERIOD : OPERATION_COUNT;
            if (crashCount < CRASHES_MAX && random.nextInt(period) == 0) {
                throw new SimulatedCrash("between two operations");
            }
        }
    }

    private void finish() {
        step = "last close";
        disk.failAt(Long.MAX_VALUE, FaultKind.ONCE);
        store.close();
        disk.assertNoWritesIntoHoles();
        crash(Crash.powerCutLosingAll());
        open(Crash.Kind.POWER_CUT);
        store.close();
    }

    /// Lets the process die, and opens the store on what is left, perhaps after dying again.
    private void afterCrash() {
        crashCount++;
        Crash.Kind worst = Crash.Kind.KILL;
        // What the directory has not synced comes to light if the next process builds on it, and
        // the power fails then.
        boolean isDelicate = diesAtDirectory;
        int period = isDelicate ? 1 : NESTED_PERIOD;
        for (int nested = 0; ; nested++) {
            if (stopped) {
                throw new AssertionError("stopped");
            }
            int kills = isDelicate && nested == 0 ? 2 : 1;
            Crash crash = random.nextInt(3) < kills ? Crash.kill() : powerCut();
            step = crash;
            if (crash.kind() == Crash.Kind.POWER_CUT
                    && !crash.junk()
                    && random.nextInt(LOSS_PERIOD) == 0) {
                step = "lost file system, " + crash;
                disk = disk.loseFileSystem(crash);
                store.moveTo(disk);
            } else {
                crash(crash);
            }
            if (crash.kind() == Crash.Kind.POWER_CUT) {
                worst = Crash.Kind.POWER_CUT;
            }
            if (nested < NESTED_CRASHES_MAX && random.nextInt(NESTED_PERIOD) == 0) {
                planCrash(CALLS_IN_OPENING);
            }
            try {
                open(worst);
                worst = Crash.Kind.KILL;
                if (nested < NESTED_CRASHES_MAX && random.nextInt(period) == 0) {
                    throw new SimulatedCrash("just after opening");
                }
                if (crashCount < CRASHES_MAX) {
                    planCrash(CALLS_BETWEEN_CRASHES);
                } else {
                    disk.failAt(Long.MAX_VALUE, FaultKind.ONCE);
                }
                return;
            } catch (SimulatedCrash _) {
                step = "dying again after " + step;
            }
        }
    }

    private void open(Crash.Kind worst) {
        store.open(worst);
        subject.checkOpened(store.engine());
    }

    private void crash(Crash crash) {
        disk = disk.crash(crash);
        store.moveTo(disk);
    }

    /// Draws a power cut, often one that is crueler than most file systems.
    private Crash powerCut() {
        Crash cut = Crash.powerCut(random);
        return switch (random.nextInt(CRUEL_PERIOD)) {
            case 0 -> cut.withJunk();
            case 1, 2 -> cut.withAnyDirectoryOrder();
            default -> cut;
        };
    }

    /// Plans the next death: at any call, or at a sync, which is where most is at stake.
    private void planCrash(int callsMax) {
        FaultKind kind = KINDS[random.nextInt(KINDS.length)];
        int where = random.nextInt(4);
        diesAtDirectory = where == 1;
        switch (where) {
            case 0 -> {
                // The first ones after an opening are for what a dead process has left, too.
                int syncs = random.nextBoolean() ? FIRST_SYNCS : callsMax / CALLS_FOR_A_SYNC;
                disk.dieAtSync(1 + random.nextInt(syncs), kind);
            }
            case 1 ->
                    disk.dieAtDirectorySync(
                            1 + random.nextInt(callsMax / CALLS_FOR_A_DIRECTORY_SYNC), kind);
            default -> disk.failAt(disk.calls() + 1 + random.nextInt(callsMax), kind);
        }
    }
}
