package io.kvs.map;

import io.kvs.KvsEngine;
import io.kvs.WriteBatch;
import io.kvs.memory.MemoryEngine;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An engine that keeps no order.
final class UnorderedEngine implements KvsEngine {
    private final KvsEngine entries = new MemoryEngine();

    @Override
    public void set(byte[] key, byte[] value) {
        entries.set(key, value);
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        return entries.get(key);
    }

    @Override
    public void remove(byte[] key) {
        entries.remove(key);
    }

    @Override
    public boolean compareAndSet(byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
        return entries.compareAndSet(key, expected, value);
    }

    @Override
    public void write(WriteBatch batch) {
        entries.write(batch);
    }

    @Override
    public void sync() {
        entries.sync();
    }

    @Override
    public void compact() {
        entries.compact();
    }

    @Override
    public long size() {
        return entries.size();
    }

    @Override
    public void close() {
        entries.close();
    }
}
