package io.kvs.testkit;

import io.kvs.Durability;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsEngine;
import io.kvs.KvsException;
import io.kvs.StoreFailedException;
import io.kvs.WriteBatch;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

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

    private static final int CRUEL_PERIOD = 8;

    private static final FaultKind[] KINDS = {
        FaultKind.CRASH_BEFORE, FaultKind.CRASH_WITHIN, FaultKind.CRASH_AFTER
    };

    private final long seed;
    private final Subject subject;
    private final SplittableRandom random;
    private final Operations operations;
    private final ReferenceModel model = new ReferenceModel();
    private SimulatedDisk disk;
    private StepBackground background = new StepBackground();
    private int crashCount;
    private String step = "nothing";

    /// The store that is tested, opened anew for every life.
    public interface Subject {
        /// Opens the store on a disk.
        KvsEngine open(Disk disk, Background background);

        /// Stores a value with a durability of its own.
        void set(KvsEngine engine, byte[] key, byte[] value, Durability durability);

        /// Removes a key with a durability of its own.
        void remove(KvsEngine engine, byte[] key, Durability durability);

        /// Writes a batch with a durability of its own.
        void write(KvsEngine engine, WriteBatch batch, Durability durability);
    }

    /// Prepares a run.
    public CrashRun(long seed, Subject subject) {
        this.seed = seed;
        this.subject = subject;
        this.random = new SplittableRandom(seed);
        this.operations = new Operations(random.nextLong(), OPERATION_COUNT);
        this.disk = new SimulatedDisk(random.nextLong());
    }

    /// Runs it.
    ///
    /// @throws AssertionError the store did something wrong; the message names the seed and the
    ///   place
    public void run() {
        try {
            Iterator<Operation> left = operations.list().iterator();
            KvsEngine engine = null;
            while (left.hasNext()) {
                try {
                    if (engine == null) {
                        engine = subject.open(disk, background);
                        compare(engine, Crash.Kind.KILL);
                        planCrash(CALLS_BETWEEN_CRASHES);
                    }
                    engine = runSome(left, engine);
                } catch (SimulatedCrash _) {
                    engine = afterCrash();
                }
            }
            if (engine != null) {
                finish(engine);
            }
            disk.discard();
        } catch (Exception | Error e) {
            throw new AssertionError(
                    "SEED=" + seed + " STEP=" + step + " CRASH=" + crashCount + ": " + e, e);
        }
    }

    /// Runs operations until the last one, or until it is time to die between two.
    private KvsEngine runSome(Iterator<Operation> left, KvsEngine opened) {
        KvsEngine engine = opened;
        while (left.hasNext()) {
            Operation operation = left.next();
            step = operation.toString();
            if (operation instanceof Operation.Reopen) {
                engine.close();
                model.synced();
                checkNothingOpen();
                engine = subject.open(disk, background);
                compare(engine, Crash.Kind.KILL);
            } else {
                apply(operation, engine);
            }
            if (crashCount < CRASHES_MAX && random.nextInt(OPERATION_COUNT) == 0) {
                throw new SimulatedCrash("between two operations");
            }
        }
        return engine;
    }

    private void finish(KvsEngine engine) {
        step = "last close";
        disk.failAt(Long.MAX_VALUE, FaultKind.ONCE);
        engine.close();
        model.synced();
        checkNothingOpen();
        disk.assertNoWritesIntoHoles();
        disk = disk.crash(Crash.powerCutLosingAll());
        background = new StepBackground();
        try (KvsEngine reopened = subject.open(disk, background)) {
            compare(reopened, Crash.Kind.POWER_CUT);
        }
    }

    private void apply(Operation operation, KvsEngine engine) {
        switch (operation) {
            case Operation.Set(byte[] key, byte[] value, Durability durability) -> {
                model.begin(key, value);
                change(durability, () -> subject.set(engine, key, value, durability));
            }
            case Operation.Remove(byte[] key, Durability durability) -> {
                model.begin(key, null);
                change(durability, () -> subject.remove(engine, key, durability));
            }
            case Operation.Batch(List<WriteBatch.Operation> changes, Durability durability) -> {
                WriteBatch batch = ((Operation.Batch) operation).toWriteBatch();
                model.begin(changes);
                change(durability, () -> subject.write(engine, batch, durability));
            }
            case Operation.Get(byte[] key) -> checkValue(engine, key);
            case Operation.Sync() -> {
                engine.sync();
                model.synced();
            }
            case Operation.Compact() -> engine.compact();
            case Operation.Background() -> background.runOne(random);
            case Operation.Reopen() -> throw new AssertionError("handled by the caller");
        }
    }

    private void change(Durability durability, Runnable change) {
        try {
            change.run();
            model.acknowledge(durability);
        } catch (StoreFailedException e) {
            // Whether it was written is not decided.
            throw e;
        } catch (KeyNotFoundException _) {
            model.refuse();
        } catch (KvsException e) {
            model.refuse();
            throw e;
        }
    }

    private void checkValue(KvsEngine engine, byte[] key) {
        Optional<byte[]> value = engine.get(key);
        if (!model.allows(key, value)) {
            throw new AssertionError(
                    "wrong value of " + Bytes.show(key) + ": " + Bytes.show(value.orElse(null)));
        }
    }

    /// Lets the process die, and opens the store on what is left, perhaps after dying again.
    private KvsEngine afterCrash() {
        crashCount++;
        Crash.Kind worst = Crash.Kind.KILL;
        for (int nested = 0; ; nested++) {
            Crash crash = random.nextInt(3) == 0 ? Crash.kill() : powerCut();
            step = crash.toString();
            disk = disk.crash(crash);
            background = new StepBackground();
            if (crash.kind() == Crash.Kind.POWER_CUT) {
                worst = Crash.Kind.POWER_CUT;
            }
            if (nested < NESTED_CRASHES_MAX && random.nextInt(3) == 0) {
                planCrash(CALLS_IN_OPENING);
            }
            try {
                KvsEngine engine = subject.open(disk, background);
                compare(engine, worst);
                if (crashCount < CRASHES_MAX) {
                    planCrash(CALLS_BETWEEN_CRASHES);
                } else {
                    disk.failAt(Long.MAX_VALUE, FaultKind.ONCE);
                }
                return engine;
            } catch (SimulatedCrash _) {
                step = "dying in " + step;
            }
        }
    }

    /// Draws a power cut, now and then one that is crueler than most file systems.
    private Crash powerCut() {
        Crash cut = Crash.powerCut(random);
        return switch (random.nextInt(CRUEL_PERIOD)) {
            case 0 -> cut.withJunk();
            case 1 -> cut.withAnyDirectoryOrder();
            default -> cut;
        };
    }

    private void planCrash(int callsMax) {
        disk.failAt(
                disk.calls() + 1 + random.nextInt(callsMax), KINDS[random.nextInt(KINDS.length)]);
    }

    private void compare(KvsEngine engine, Crash.Kind kind) {
        model.recovered(kind, model.read(engine));
    }

    private void checkNothingOpen() {
        if (!disk.openHandles().isEmpty()) {
            throw new AssertionError("left open: " + disk.openHandles());
        }
        if (!background.names().isEmpty()) {
            throw new AssertionError("still running: " + background.names());
        }
    }
}
