package io.kvs.testkit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// Regions of native memory, zeroed, in powers of two; used again because a sweep takes millions.
final class NativePool {
    static final NativePool SHARED = new NativePool();

    private final Map<Long, Deque<MemorySegment>> free = new HashMap<>();

    private NativePool() {}

    /// Returns a zeroed region of at least `bytes` bytes, aligned to a page.
    synchronized MemorySegment take(int bytes) {
        long capacity = Math.max(Inode.PAGE_BYTES, Long.highestOneBit(bytes * 2L - 1));
        Deque<MemorySegment> regions = free.get(capacity);
        MemorySegment region = regions == null ? null : regions.poll();
        return region != null ? region : Arena.ofAuto().allocate(capacity, Inode.PAGE_BYTES);
    }

    /// Takes back a region of which at most the first `usedBytes` are not zero.
    synchronized void give(MemorySegment region, int usedBytes) {
        region.asSlice(0, usedBytes).fill((byte) 0);
        free.computeIfAbsent(region.byteSize(), _ -> new ArrayDeque<>()).push(region);
    }
}
