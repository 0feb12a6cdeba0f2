package io.kvs.buffer;

import io.kvs.KeyNotFoundException;
import io.kvs.StoreClosedException;
import io.kvs.StoreFailedException;
import io.kvs.StoreIoException;
import io.kvs.StoreStats.BufferStats;
import io.kvs.WriteBatch.Operation;
import io.kvs.io.Background;
import io.kvs.io.Background.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keeps the last value of each key that is written, until they are written to the store as one
/// batch: when they take more than so many bytes, when the oldest is so old, and before anything
/// else than a plain set, remove or get is done.
///
/// How it works. A key has a stripe by its hash; a set or remove holds the lock of that, a get
/// none. To flush takes all locks, so nobody writes meanwhile, and readers find a value here until
/// it is in the store.
///
/// Whatever else is done with the store, a scan, a batch, a compare-and-set, is done while the
/// buffer is *closed*: it has been flushed, and as long as one such operation is under way, sets
/// and removes go to the store as well. So these operations need to know nothing of the buffer:
/// while they run, all there is is in the store. And the store has the writes in the order in which
/// they were acknowledged, but for values that were overwritten within one batch; so a crash takes
/// back the writes since one flush.
///
/// Locks: the stripes, by ascending number, come before all locks of the store.
public final class WriteBuffer implements AutoCloseable {
    private static final int STRIPE_COUNT = 16;

    /// What an entry takes besides its key and value, at least, on the heap as in the log.
    private static final long ENTRY_BYTES = 64;

    private final BufferedStore store;
    private final long limitBytes;
    private final Worker flushing;
    private final ReentrantLock[] stripes = new ReentrantLock[STRIPE_COUNT];

    /// Changed under the lock of the key's stripe; an operation without a value is a removal.
    private final ConcurrentHashMap<BufferedKey, Operation> entries = new ConcurrentHashMap<>();

    private final AtomicLong usedBytes = new AtomicLong();
    private final LongAdder absorbed = new LongAdder();

    /// How many operations are under way for which the buffer is closed. It leaves 0 only under all
    /// locks.
    private final AtomicLong closers = new AtomicLong();

    private final Closing reopening = closers::decrementAndGet;

    /// As long as it is open, all there is is in the store.
    @FunctionalInterface
    public interface Closing extends AutoCloseable {
        @Override
        void close();
    }

    /// Makes one before a store.
    ///
    /// @param limitBytes how much its entries take at most, in bytes of memory
    /// @param age how long an entry stays at most
    public WriteBuffer(BufferedStore store, long limitBytes, Duration age, Background background) {
        this.store = store;
        this.limitBytes = limitBytes;
        for (int i = 0; i < STRIPE_COUNT; i++) {
            stripes[i] = new ReentrantLock();
        }
        this.flushing = background.start("buffer", age, this::flushAged);
    }

    /// Returns figures of the buffer.
    public BufferStats stats() {
        return new BufferStats(usedBytes.get(), entries.size(), absorbed.sum());
    }

    /// Returns a copy of the value of `key`, or null.
    public byte @Nullable [] find(byte[] key) {
        Operation buffered = entries.get(new BufferedKey(key));
        if (buffered == null) {
            return store.find(key);
        }
        byte[] value = buffered.value();
        return value == null ? null : value.clone();
    }

    /// Returns whether nothing is in it at this moment.
    public boolean isEmpty() {
        return entries.isEmpty();
    }

    /// Stores a value.
    public void set(byte[] key, byte[] value) {
        store.check(key, value);
        Operation operation = new Operation(key.clone(), value.clone());
        if (!place(operation)) {
            try (Closing _ = closing()) {
                store.set(key, value);
            }
        }
    }

    /// Removes a key.
    ///
    /// @throws KeyNotFoundException it is absent
    public void remove(byte[] key) {
        if (!place(new Operation(key.clone(), null))) {
            try (Closing _ = closing()) {
                store.remove(key);
            }
        }
    }

    /// Closes the buffer for something that is not a plain set, remove or get.
    public Closing closing() {
        if (!joinClosers()) {
            lockAll();
            try {
                writeOut();
                closers.incrementAndGet();
            } finally {
                unlockAll();
            }
        }
        return reopening;
    }

    /// Writes everything to the store that was put in before.
    public void flush() {
        lockAll();
        try {
            writeOut();
        } finally {
            unlockAll();
        }
    }

    /// Flushes; from now on everything goes to the store. What cannot be flushed is lost.
    @Override
    public void close() {
        flushing.close();
        lockAll();
        try {
            closers.incrementAndGet();
            writeOut();
        } finally {
            entries.clear();
            unlockAll();
        }
    }

    /// Puts an operation into the buffer; returns false if that is closed, or too small for it.
    private boolean place(Operation operation) {
        BufferedKey key = new BufferedKey(operation.key());
        ReentrantLock stripe = stripes[Math.floorMod(key.hashCode(), STRIPE_COUNT)];
        while (bytes(operation) <= limitBytes) {
            stripe.lock();
            try {
                if (closers.get() > 0) {
                    return false;
                }
                store.ensureWritable();
                if (isInVain(key, operation) || put(key, operation)) {
                    return true;
                }
            } finally {
                stripe.unlock();
            }
            flush();
        }
        return false;
    }

    /// Returns whether it is the removal of a key that only the clock has made absent, which the
    /// store has then removed for good.
    ///
    /// @throws KeyNotFoundException it is the removal of an absent key
    private boolean isInVain(BufferedKey key, Operation operation) {
        if (operation.value() != null) {
            return false;
        }
        Operation earlier = entries.get(key);
        if (earlier == null && !store.contains(key.bytes())) {
            store.remove(key.bytes());
            return true;
        }
        if (earlier != null && earlier.value() == null) {
            throw new KeyNotFoundException();
        }
        return false;
    }

    /// Puts it in if there is room.
    private boolean put(BufferedKey key, Operation operation) {
        long added = bytes(operation);
        if (usedBytes.addAndGet(added) > limitBytes) {
            usedBytes.addAndGet(-added);
            return false;
        }
        Operation earlier = entries.put(key, operation);
        if (earlier != null) {
            usedBytes.addAndGet(-bytes(earlier));
            absorbed.increment();
        }
        return true;
    }

    /// Writes everything to the store. Needs all locks.
    private void writeOut() {
        List<Operation> operations = new ArrayList<>(entries.size());
        for (Operation operation : entries.values()) {
            byte[] value = operation.value();
            if (value == null || !store.has(operation.key(), value)) {
                operations.add(operation);
            }
        }
        if (!operations.isEmpty()) {
            store.write(operations);
        }
        entries.clear();
        usedBytes.set(0);
    }

    private void flushAged() {
        try {
            flush();
        } catch (StoreIoException | StoreFailedException | StoreClosedException _) {
            // It stays, and readers see it; who writes or closes will hear of it.
        }
    }

    /// Joins those for whom the buffer is closed, if there are any.
    private boolean joinClosers() {
        long present = closers.get();
        while (present > 0 && !closers.compareAndSet(present, present + 1)) {
            present = closers.get();
        }
        return present > 0;
    }

    private void lockAll() {
        for (ReentrantLock stripe : stripes) {
            stripe.lock();
        }
    }

    private void unlockAll() {
        for (ReentrantLock stripe : stripes) {
            stripe.unlock();
        }
    }

    private static long bytes(Operation operation) {
        byte[] value = operation.value();
        return ENTRY_BYTES + operation.key().length + (value == null ? 0 : value.length);
    }
}
