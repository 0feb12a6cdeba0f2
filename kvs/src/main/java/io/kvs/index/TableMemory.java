package io.kvs.index;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// The memory of the tables of a {@link Keydir}: cut from a few large pieces, used again after a
/// split.
///
/// Nothing is given back before the keydir is closed, so that a reader without a lock can be inside
/// a table that has been replaced; it will notice that, and look again.
final class TableMemory {
    private static final int PIECE_MIN_BYTES = 64 << 10;
    private static final int PIECE_MAX_BYTES = 4 << 20;
    private static final int ALIGNMENT_BYTES = 64;

    private final Arena arena = Arena.ofShared();
    private final Map<Long, Deque<MemorySegment>> free = new HashMap<>();
    private MemorySegment piece = MemorySegment.NULL;
    private long used;
    private long bytes;
    private final long budgetBytes;
    private boolean closed;

    /// Makes it empty.
    ///
    /// @param budgetBytes how much is to be taken from the system, as long as it is possible to do
    ///   with that
    TableMemory(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    /// Returns zeroed memory.
    ///
    /// @throws IllegalStateException the keydir has been closed
    synchronized MemorySegment allocate(long size) {
        Deque<MemorySegment> fitting = free.get(size);
        if (fitting != null && !fitting.isEmpty()) {
            return fitting.pop().fill((byte) 0);
        }
        if (used + size > piece.byteSize()) {
            long growth = Math.clamp(bytes / 8, PIECE_MIN_BYTES, PIECE_MAX_BYTES);
            long wanted = Math.min(growth, Math.max(0, budgetBytes - bytes));
            piece = arena.allocate(Math.max(wanted, size), ALIGNMENT_BYTES);
            bytes += piece.byteSize();
            used = 0;
        }
        MemorySegment slice = piece.asSlice(used, size);
        used += size;
        return slice;
    }

    /// Returns whether another piece can be taken within the budget.
    synchronized boolean canGrow() {
        return bytes + PIECE_MIN_BYTES <= budgetBytes;
    }

    /// Returns whether memory of this size can be had so many times within the budget.
    synchronized boolean fits(long size, int count) {
        Deque<MemorySegment> fitting = free.get(size);
        long again = fitting == null ? 0 : fitting.size() * size;
        long left = piece.byteSize() - used;
        return again + left + Math.max(0, budgetBytes - bytes) >= count * size;
    }

    /// Takes memory back that {@link #allocate} returned.
    synchronized void release(MemorySegment memory) {
        free.computeIfAbsent(memory.byteSize(), size -> new ArrayDeque<>()).push(memory);
    }

    /// Returns how much has been taken from the system.
    synchronized long bytes() {
        return bytes;
    }

    /// Gives everything back to the system. Whoever is inside gets an `IllegalStateException`.
    synchronized void close() {
        if (!closed) {
            closed = true;
            arena.close();
        }
    }
}
