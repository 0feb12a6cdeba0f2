package io.kvs.testkit;

import io.kvs.ConflictException;
import io.kvs.Durability;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsEngine;
import io.kvs.KvsException;
import io.kvs.OrderedKvsEngine;
import io.kvs.Scan;
import io.kvs.StoreFailedException;
import io.kvs.WriteBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A store on a simulated disk beside its {@link ReferenceModel}: every operation is done on both,
/// and what the store says is compared.
public final class CheckedStore {
    private static final int SNAPSHOTS_MAX = 2;
    private static final int BACKGROUND_STEPS_MAX = 4;

    private final CrashRun.Subject subject;
    private final SplittableRandom random;
    private final ReferenceModel model;
    private StepBackground background = new StepBackground();
    private SimulatedDisk disk;
    private @Nullable KvsEngine opened;
    private final List<CheckedSnapshot> snapshots = new ArrayList<>();

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
        KvsEngine engine = subject.open(disk, background, model.clock());
        opened = engine;
        model.recovered(worst, model.read(engine));
        if (engine instanceof OrderedKvsEngine ordered) {
            new OrderCheck(ordered, model).checkAll(model.keys());
        }
        if (random.nextBoolean()) {
            checkSize(); // Not always: it fills the index, and there is to be life before that.
        }
    }

    /// Does an operation.
    ///
    /// @throws KvsException the store refused it; the model knows
    public void apply(Operation operation) {
        KvsEngine engine = engine();
        switch (operation) {
            case Operation.Set set -> {
                model.begin(
                        List.of(
                                new WriteBatch.Operation(
                                        set.key(), set.value(), set.timeToLive())));
                change(set.durability(), () -> subject.set(engine, set));
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
            case Operation.Exchange exchange -> exchange(engine, exchange);
            case Operation.Get(byte[] key) -> checkValue(key);
            case Operation.Count() -> checkSize();
            case Operation.Sync() -> {
                engine.sync();
                model.synced();
            }
            case Operation.Compact() -> {
                engine.compact();
                checkNothingHidden();
            }
            case Operation.PassTime(Duration by) -> model.clock().move(by);
            case Operation.Background() -> runBackground();
            case Operation.Reopen() -> {
                close();
                open(Crash.Kind.KILL);
            }
            case Operation.Transact _,
                    Operation.Scan _,
                    Operation.OpenSnapshot _,
                    Operation.ReadSnapshot _,
                    Operation.CloseSnapshot _ -> {
                // An engine without order is spared them.
                if (engine instanceof OrderedKvsEngine ordered) {
                    applyOrdered(ordered, operation);
                }
            }
        }
    }

    private void applyOrdered(OrderedKvsEngine engine, Operation operation) {
        switch (operation) {
            case Operation.Transact transaction -> transact(engine, transaction);
            case Operation.Scan(Scan scan) ->
                    new OrderCheck(engine, model).checkScan(scan, model.keys());
            case Operation.OpenSnapshot() -> {
                if (snapshots.size() == SNAPSHOTS_MAX) {
                    snapshots.removeFirst().close(model.keys());
                }
                snapshots.add(new CheckedSnapshot(engine.snapshot(), model.copy()));
            }
            case Operation.ReadSnapshot(int number, Scan scan) -> {
                if (!snapshots.isEmpty()) {
                    snapshots.get(number % snapshots.size()).check(scan, model.keys());
                }
            }
            case Operation.CloseSnapshot(int number) -> {
                if (!snapshots.isEmpty()) {
                    snapshots.remove(number % snapshots.size()).close(model.keys());
                }
            }
            default -> throw new AssertionError(operation);
        }
    }

    private void exchange(KvsEngine engine, Operation.Exchange exchange) {
        byte[] key = exchange.key();
        byte[] value = exchange.value();
        byte[] present = engine.get(key).orElse(null);
        byte[] other = present == null ? new byte[1] : null;
        Runnable compareAndSet =
                () -> {
                    byte[] expected = exchange.matching() ? present : other;
                    Durability durability = exchange.durability();
                    if (subject.compareAndSet(engine, key, expected, value, durability)
                            != exchange.matching()) {
                        throw new AssertionError("it had the wrong outcome");
                    }
                };
        if (exchange.matching() && (present != null || value != null)) {
            model.begin(key, value);
            change(exchange.durability(), compareAndSet);
        } else {
            compareAndSet.run();
        }
    }

    private void transact(OrderedKvsEngine engine, Operation.Transact operation) {
        try (CheckedTransaction transaction = new CheckedTransaction(engine, model, operation)) {
            List<byte[]> changed = List.of();
            Operation meanwhile = operation.meanwhile();
            if (meanwhile != null) {
                NavigableMap<byte[], StoredValue> old = model.read(engine);
                apply(meanwhile);
                changed = changed(old, model.read(engine));
            }
            List<WriteBatch.Operation> written = transaction.write();
            if (written.isEmpty()) {
                transaction.commit();
                return;
            }
            model.begin(written);
            try {
                change(Durability.PROCESS, transaction::commit);
            } catch (ConflictException e) {
                // A value written once more may be a conflict, and need not be.
                boolean allowed = meanwhile instanceof Operation.Set;
                if (!allowed && !transaction.hasRead(changed)) {
                    throw new AssertionError("a conflict with nobody", e);
                }
                return;
            }
            if (transaction.hasRead(changed)) {
                throw new AssertionError("committed in spite of a conflict");
            }
        }
    }

    private List<byte[]> changed(
            NavigableMap<byte[], StoredValue> old, NavigableMap<byte[], StoredValue> present) {
        List<byte[]> changed = new ArrayList<>(model.keys());
        changed.removeIf(key -> Objects.equals(old.get(key), present.get(key)));
        return changed;
    }

    /// Closes the store; checks that it has stopped its background work and left nothing open.
    public void close() {
        KvsEngine engine = engine();
        subject.checkClosing(engine);
        opened = null;
        boolean inOrder = false;
        try {
            engine.close();
            inOrder = true;
            model.synced();
            for (CheckedSnapshot snapshot : snapshots) {
                snapshot.checkClosed(new byte[1]);
            }
        } finally {
            snapshots.clear();
            if (inOrder || !disk.isDead()) {
                checkNothingOpen();
            }
        }
    }

    /// Checks what the store says about a key.
    public void checkValue(byte[] key) {
        model.check(engine(), key);
    }

    private void runBackground() {
        boolean more = true;
        for (int i = random.nextInt(BACKGROUND_STEPS_MAX); i >= 0 && more; i--) {
            more = background.runOne(random);
        }
    }

    private void checkSize() {
        NavigableMap<byte[], StoredValue> found = model.read(engine());
        checkSize(found.size(), found.size() + model.hiddenMax(found));
    }

    /// Checks that every key which the store counts is found.
    private void checkNothingHidden() {
        long found = model.read(engine()).size();
        checkSize(found, found);
    }

    private void checkSize(long min, long max) {
        long size = engine().size();
        if (size < min || size > max) {
            throw new AssertionError(
                    "the store says it has " + size + " keys, not " + min + " to " + max);
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
        snapshots.clear();
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
