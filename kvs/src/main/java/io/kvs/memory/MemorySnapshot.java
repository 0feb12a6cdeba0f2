package io.kvs.memory;

import io.kvs.Cursor;
import io.kvs.Scan;
import io.kvs.transaction.Versioned;
import io.kvs.transaction.VersionedSnapshot;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The state at a moment: nothing more is needed, since a state never changes.
final class MemorySnapshot implements VersionedSnapshot {
    private final MemoryEngine engine;
    private final State state;
    private final long takenMillis;
    private volatile boolean closed;

    /// Makes one.
    ///
    /// @param takenMillis the time at which values have expired or not
    MemorySnapshot(MemoryEngine engine, State state, long takenMillis) {
        this.takenMillis = takenMillis;
        this.engine = engine;
        this.state = state;
    }

    State state() {
        engine.state();
        if (closed) {
            throw new IllegalStateException("the snapshot is closed");
        }
        return state;
    }

    long takenMillis() {
        return takenMillis;
    }

    @Override
    public long sequence() {
        return state().sequence();
    }

    @Override
    public @Nullable Versioned find(byte[] key) {
        Versioned found = state().find(key, takenMillis);
        return found == null
                ? null
                : new Versioned(found.value().clone(), found.version(), found.expiryMillis());
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        Versioned found = find(key);
        return found == null ? Optional.empty() : Optional.of(found.value());
    }

    @Override
    public Cursor scan(Scan scan) {
        return new MemoryCursor(state().tree().walk(scan), scan, takenMillis, this::state);
    }

    @Override
    public void close() {
        closed = true;
    }
}
