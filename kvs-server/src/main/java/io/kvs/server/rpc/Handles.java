package io.kvs.server.rpc;

import io.kvs.OrderedReader;
import io.kvs.Transaction;
import io.kvs.protocol.v1.ErrorCode;
import io.kvs.server.rpc.LongRequests.OpenScan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// The cursors, snapshots and transactions that a client has open.
///
/// They are used by the connection's own calls, and by one job at a time while the connection waits
/// for it. When the connection is gone they are closed, by the job if there is one just then.
final class Handles {
    /// What was not used for so long is closed: it may hold on to much of the store.
    static final Duration IDLE_MAX = Duration.ofMinutes(5);

    private final int countMax;
    private final Map<Long, Handle> open = new HashMap<>();
    private long last;
    private boolean inUse;
    private boolean gone;

    Handles(int countMax) {
        this.countMax = countMax;
    }

    /// Something that is open, and when it was used last.
    private static final class Handle {
        private final AutoCloseable resource;
        private final List<byte[]> writtenKeys = new ArrayList<>();
        private long writtenBytes;
        private long usedNanos;

        Handle(AutoCloseable resource, long usedNanos) {
            this.resource = resource;
            this.usedNanos = usedNanos;
        }

        private void close() {
            try {
                resource.close();
            } catch (Exception e) {
                // Nobody waits for it, and nothing was promised: a store that is closed or broken.
            }
        }
    }

    /// Opens a handle; returns its number.
    ///
    /// @throws RpcException there are too many; the resource is closed
    synchronized long add(AutoCloseable resource) {
        Handle handle = new Handle(resource, System.nanoTime());
        if (open.size() >= countMax) {
            handle.close();
            throw new RpcException(
                    ErrorCode.ERROR_TOO_MANY_REQUESTS,
                    countMax
                            + " cursors, snapshots and transactions are open, the most there may be");
        }
        open.put(++last, handle);
        return last;
    }

    OrderedReader reader(long number) {
        return find(number, OrderedReader.class);
    }

    Transaction transaction(long number) {
        return find(number, Transaction.class);
    }

    /// Notes that a transaction writes a key.
    ///
    /// @param valueBytes the size of the value, of which the transaction keeps a copy
    synchronized void noteWritten(long number, byte[] key, long valueBytes) {
        Handle handle = open.get(number);
        if (handle != null) {
            handle.writtenKeys.add(key);
            handle.writtenBytes += key.length + valueBytes;
        }
    }

    /// Returns how many bytes of keys and values the transactions keep.
    synchronized long writtenBytes() {
        return open.values().stream().mapToLong(handle -> handle.writtenBytes).sum();
    }

    /// Returns the keys that a transaction writes.
    synchronized List<byte[]> writtenKeys(long number) {
        Handle handle = open.get(number);
        return handle == null ? List.of() : List.copyOf(handle.writtenKeys);
    }

    OpenScan scan(long number) {
        return find(number, OpenScan.class);
    }

    private synchronized <T> T find(long number, Class<T> type) {
        Handle handle = open.get(number);
        if (handle == null || !type.isInstance(handle.resource)) {
            throw new RpcException(
                    ErrorCode.ERROR_NO_SUCH_HANDLE,
                    "it is not open, or was not used for " + IDLE_MAX.toMinutes() + " minutes");
        }
        handle.usedNanos = System.nanoTime();
        return type.cast(handle.resource);
    }

    /// Closes one; one that is not open is no error.
    synchronized void close(long number) {
        Handle handle = open.remove(number);
        if (handle != null) {
            handle.close();
        }
    }

    /// Closes those that were not used for long; returns whether any are left.
    synchronized boolean expire() {
        if (!inUse) {
            long nowNanos = System.nanoTime();
            Iterator<Handle> handles = open.values().iterator();
            while (handles.hasNext()) {
                Handle handle = handles.next();
                if (nowNanos - handle.usedNanos >= IDLE_MAX.toNanos()) {
                    handles.remove();
                    handle.close();
                }
            }
        }
        return !open.isEmpty();
    }

    /// Begins a job that uses them; returns false if the connection is gone.
    synchronized boolean beginUse() {
        inUse = !gone;
        return inUse;
    }

    /// Ends such a job.
    synchronized void endUse() {
        inUse = false;
        if (gone) {
            closeAll();
        }
    }

    /// Closes all, as soon as nobody uses them: the connection is gone.
    synchronized void leave() {
        gone = true;
        if (!inUse) {
            closeAll();
        }
    }

    private void closeAll() {
        open.values().forEach(Handle::close);
        open.clear();
    }
}
