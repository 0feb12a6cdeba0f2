package io.kvs.engine;

import io.kvs.Durability;
import io.kvs.InvalidKeyException;
import io.kvs.WriteBatch.Operation;
import io.kvs.buffer.BufferedStore;
import io.kvs.format.RecordHeader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The store as its write buffer sees it: plain operations, at the durability `PROCESS`.
final class PlainWrites implements BufferedStore {
    private final StoreLife life;
    private final Reads reads;
    private final @Nullable CachedReads cachedReads;
    private final Writes writes;
    private final Batches batches;

    /// Makes it for a store.
    PlainWrites(
            StoreLife life,
            Reads reads,
            @Nullable CachedReads cachedReads,
            Writes writes,
            Batches batches) {
        this.life = life;
        this.reads = reads;
        this.cachedReads = cachedReads;
        this.writes = writes;
        this.batches = batches;
    }

    @Override
    public void ensureWritable() {
        life.ensureOpen();
        life.ensureWritable();
    }

    @Override
    public void check(byte[] key, byte[] value) {
        InvalidKeyException.check(key);
        Writes.checkLength(key, value);
    }

    @Override
    public byte @Nullable [] find(byte[] key) {
        return cachedReads == null ? reads.find(key) : cachedReads.find(key);
    }

    @Override
    public boolean contains(byte[] key) {
        return reads.contains(key);
    }

    @Override
    public boolean has(byte[] key, byte[] value) {
        return writes.isLeftOut(key, value);
    }

    @Override
    public void set(byte[] key, byte[] value) {
        writes.set(key, value, RecordHeader.NEVER, Durability.PROCESS);
    }

    @Override
    public void remove(byte[] key) {
        writes.remove(key, Durability.PROCESS);
    }

    @Override
    public void write(List<Operation> operations) {
        batches.write(operations, Durability.PROCESS);
    }
}
