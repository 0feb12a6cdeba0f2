package io.kvs.testkit;

import io.kvs.Durability;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsEngine;
import io.kvs.KvsException;
import io.kvs.StoreFailedException;
import io.kvs.WriteBatch;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A store on a simulated disk beside its {@link ReferenceModel}: every operation is done on both,
/// and what the store says is compared.
public final class CheckedStore {
    private final CrashRun.Subject subject;
    private final SplittableRandom random;
    private final ReferenceModel model;
    private StepBackground background = new StepBackground();
    private SimulatedDisk disk;
    private @Nullable KvsEngine opened;

    /// Makes one that is not open yet.
    ///
    /// @param random chooses the steps of the background work
    public CheckedStore(CrashRun.Subject subject, SimulatedDisk disk, SplittableRandom random) {
        this(subject, disk, random, new ReferenceModel());
    }

    /// Makes one whose store may hold what this model says; the model is used from now on.
    public CheckedStore(
            CrashRun.Subject subject,
            SimulatedDisk disk,
            SplittableRandom random,
            ReferenceModel model) {
        this.model = model;
        this.subject = subject;
        this.disk = disk;
        this.random = random;
    }

    /// Returns the model.
    public ReferenceModel model() {
        return model;
    }

    /// Returns the store while it is open.
    public KvsEngine engine() {
        KvsEngine engine = opened;
        if (engine == null) {
            throw new IllegalStateException("not open");
        }
        return engine;
    }

    /// Opens the store, and checks that it holds what it may hold after such a crash; after none
    /// the same as after a kill.
    public void open(Crash.Kind worst) {
        background = new StepBackground();
        KvsEngine engine = subject.open(disk, background);
        opened = engine;
        model.recovered(worst, model.read(engine));
    }

    /// Does an operation.
    ///
    /// @throws KvsException the store refused it; the model knows
    public void apply(Operation operation) {
        KvsEngine engine = engine();
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
            case Operation.Get(byte[] key) -> checkValue(key);
            case Operation.Sync() -> {
                engine.sync();
                model.synced();
            }
            case Operation.Compact() -> engine.compact();
            case Operation.Background() -> background.runOne(random);
            case Operation.Reopen() -> {
                close();
                open(Crash.Kind.KILL);
            }
        }
    }

    /// Closes the store; checks that it has stopped its background work and left nothing open.
    public void close() {
        KvsEngine engine = engine();
        opened = null;
        boolean inOrder = false;
        try {
            engine.close();
            inOrder = true;
            model.synced();
        } finally {
            if (inOrder || !disk.isDead()) {
                checkNothingOpen();
            }
        }
    }

    /// Checks what the store says about a key.
    public void checkValue(byte[] key) {
        Optional<byte[]> value = engine().get(key);
        if (!model.allows(key, value)) {
            throw new AssertionError(
                    "wrong value of " + Bytes.show(key) + ": " + Bytes.show(value.orElse(null)));
        }
    }

    /// Goes over to another disk: that which a crash has left.
    public void moveTo(SimulatedDisk left) {
        disk = left;
        abandon();
    }

    /// Lets a store whose disk is dead give its memory back, as the end of a process does.
    public void abandon() {
        KvsEngine dead = opened;
        opened = null;
        if (dead != null) {
            try {
                dead.close();
            } catch (RuntimeException | SimulatedCrash _) {
                // It can neither write nor read any more; that is not its fault.
            }
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

    private void checkNothingOpen() {
        if (!disk.hasFailedClose() && !disk.openHandles().isEmpty()) {
            throw new AssertionError("left open: " + disk.openHandles());
        }
        if (!background.names().isEmpty()) {
            throw new AssertionError("still running: " + background.names());
        }
    }
}
