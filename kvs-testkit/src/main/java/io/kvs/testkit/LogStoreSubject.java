package io.kvs.testkit;

import io.kvs.Compressions;
import io.kvs.Durability;
import io.kvs.KvsEngine;
import io.kvs.KvsOptions;
import io.kvs.RecoveryReport;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The log-structured engine with small segments and eager compaction, so that a short run meets
/// rotation, sealing and compaction; one in three without it, so that runs become many and merge;
/// every other one with a cache of values that is too small for them; one in four compresses, but
/// is told not to now and then.
public final class LogStoreSubject implements CrashRun.Subject {
    private static final int SEGMENT_LIMIT_BYTES = 8 << 10;
    private static final int THRESHOLD_BYTES = 4 << 10;
    private static final int BLOB_THRESHOLD_BYTES = 32;
    private static final int VALUE_CACHE_BYTES = 1_600;

    private static final int COMPRESSION_PERIOD = 4;

    private final SplittableRandom random;
    private final KvsOptions options;
    private final boolean compressing;
    private int opens;
    private @Nullable Background background;

    /// Makes a subject whose random choices come from `seed`.
    public LogStoreSubject(long seed) {
        this.random = new SplittableRandom(seed);
        this.compressing = seed % COMPRESSION_PERIOD == COMPRESSION_PERIOD - 1;
        this.options =
                KvsOptions.defaults()
                        .withSegmentLimitBytes(SEGMENT_LIMIT_BYTES)
                        .withCompactionThresholdBytes(THRESHOLD_BYTES)
                        .withBlobThresholdBytes(BLOB_THRESHOLD_BYTES)
                        .withSkipIdenticalWrites(random.nextBoolean())
                        .withAutomaticCompaction(random.nextInt(3) > 0)
                        .withValueCacheBytes(seed % 2 == 0 ? 0 : VALUE_CACHE_BYTES);
    }

    @Override
    public KvsEngine open(Disk disk, Background background, InstantSource clock) {
        this.background = background;
        return LogStore.open(disk, nextOptions(), background, random, clock);
    }

    private KvsOptions nextOptions() {
        int open = opens++;
        if (!compressing) {
            return options;
        }
        return switch (open % COMPRESSION_PERIOD) {
            case 1 -> options; // as the store was last told
            case 3 -> options.withCompression(Compressions.NONE);
            default -> options.withCompression("lz4");
        };
    }

    @Override
    public boolean isExpiring() {
        return true;
    }

    /// What is lost heals: only the report tells that a run was lost that should not have been.
    @Override
    public void checkOpened(KvsEngine engine) {
        RecoveryReport report = ((LogStore) engine).recovery();
        if (report.rebuiltRuns() > 0 || !report.damage().isEmpty()) {
            throw new AssertionError("damage without a cause: " + report);
        }
    }

    @Override
    public void checkClosing(KvsEngine engine) {
        long bytes = ((LogStore) engine).stats().valueCache().bytes();
        if (bytes > options.valueCacheBytes()) {
            throw new AssertionError("the cache of values takes " + bytes + " bytes");
        }
    }

    /// Some values are streams, of which most are long enough for a blob.
    @Override
    public void set(KvsEngine engine, Operation.Set set) {
        LogStore store = (LogStore) engine;
        if (set.value().length % 8 == 2) {
            stream(store, set);
        } else if (set.timeToLive() == null) {
            change(
                    store,
                    set.durability(),
                    () -> store.set(set.key(), set.value(), set.durability()));
        } else {
            store.set(set.key(), set.value(), set.timeToLive(), set.durability());
        }
    }

    /// Does a change, one in two that are to be durable in such a way that its thread does not wait
    /// for that.
    private void change(LogStore store, Durability durability, Runnable change) {
        if (durability == Durability.PROCESS || random.nextBoolean()) {
            change.run();
            return;
        }
        Told told = new Told();
        if (!store.defer(() -> done(change), true, told)) {
            throw new AssertionError("refused although it may wait");
        }
        if (background instanceof StepBackground steps) {
            steps.run("commit");
        }
        told.check();
    }

    private static boolean done(Runnable change) {
        change.run();
        return true;
    }

    private static void stream(LogStore store, Operation.Set set) {
        InputStream stream = new ByteArrayInputStream(set.value());
        try {
            if (set.timeToLive() == null) {
                store.set(set.key(), stream, set.durability());
            } else {
                store.set(set.key(), stream, set.timeToLive(), set.durability());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void remove(KvsEngine engine, byte[] key, Durability durability) {
        LogStore store = (LogStore) engine;
        change(store, durability, () -> store.remove(key, durability));
    }

    @Override
    public void write(KvsEngine engine, WriteBatch batch, Durability durability) {
        LogStore store = (LogStore) engine;
        change(store, durability, () -> store.write(batch, durability));
    }

    @Override
    public boolean compareAndSet(
            KvsEngine engine,
            byte[] key,
            byte @Nullable [] expected,
            byte @Nullable [] value,
            Durability durability) {
        return ((LogStore) engine).compareAndSet(key, expected, value, durability);
    }
}
