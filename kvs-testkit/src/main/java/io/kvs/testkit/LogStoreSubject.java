package io.kvs.testkit;

import io.kvs.Durability;
import io.kvs.KvsEngine;
import io.kvs.KvsOptions;
import io.kvs.WriteBatch;
import io.kvs.engine.LogStore;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import java.util.SplittableRandom;

/// The log-structured engine with small segments and eager compaction, so that a short run meets
/// rotation, sealing and compaction.
public final class LogStoreSubject implements CrashRun.Subject {
    private static final int SEGMENT_LIMIT_BYTES = 8 << 10;
    private static final int THRESHOLD_BYTES = 4 << 10;

    private final SplittableRandom random;
    private final KvsOptions options;

    /// Makes a subject whose random choices come from `seed`.
    public LogStoreSubject(long seed) {
        this.random = new SplittableRandom(seed);
        this.options =
                KvsOptions.defaults()
                        .withSegmentLimitBytes(SEGMENT_LIMIT_BYTES)
                        .withCompactionThresholdBytes(THRESHOLD_BYTES)
                        .withSkipIdenticalWrites(random.nextBoolean());
    }

    @Override
    public KvsEngine open(Disk disk, Background background) {
        return LogStore.open(disk, options, background, random);
    }

    @Override
    public void set(KvsEngine engine, byte[] key, byte[] value, Durability durability) {
        ((LogStore) engine).set(key, value, durability);
    }

    @Override
    public void remove(KvsEngine engine, byte[] key, Durability durability) {
        ((LogStore) engine).remove(key, durability);
    }

    @Override
    public void write(KvsEngine engine, WriteBatch batch, Durability durability) {
        ((LogStore) engine).write(batch, durability);
    }
}
