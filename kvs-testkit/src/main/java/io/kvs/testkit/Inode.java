package io.kvs.testkit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a file holds, in two states: live, as the page cache shows it to everyone, and durable, as
/// the device has it. Not safe for use by several threads; the disk sees to that.
///
/// The live bytes are native memory that maps alias. Changes through calls are also kept as a list,
/// so that a power cut can keep the first of them only; changes through maps are found by
/// comparison.
final class Inode {
    static final int SECTOR_BYTES = 512;
    static final int PAGE_BYTES = 4096;

    private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[PAGE_BYTES]);

    private MemorySegment live = NativePool.SHARED.take(PAGE_BYTES);
    private int size;
    private int usedBytes;
    private byte[] durable = new byte[0];

    /// The smallest size since the last sync: what lies behind has lost its blocks.
    private int cutSize = Integer.MAX_VALUE;

    private List<PendingChange> pending = new ArrayList<>();

    /// Sectors as the kernel has written them early, by number.
    private final TreeMap<Integer, byte[]> writtenBack = new TreeMap<>();

    /// Sectors that a failed sync has not written but marked as clean, by number.
    private final TreeMap<Integer, byte[]> cleanButLost = new TreeMap<>();

    private final BitSet allocatedPages = new BitSet();
    private final List<SimulatedMap> maps = new ArrayList<>();
    private final List<MemorySegment> detached = new ArrayList<>();
    private int handles;

    /// Makes an empty file.
    Inode() {}

    /// Makes a file with durable content.
    static Inode of(byte[] content) {
        Inode inode = new Inode();
        inode.reserve(content.length);
        MemorySegment.copy(content, 0, inode.live, ValueLayout.JAVA_BYTE, 0, content.length);
        inode.resized(content.length);
        inode.durable = content;
        inode.allocatedPages.set(0, pageCount(content.length));
        return inode;
    }

    /// Returns a file of the same state that nobody has open.
    Inode copy() {
        Inode copy = new Inode();
        copy.reserve(size);
        MemorySegment.copy(live, 0, copy.live, 0, size);
        copy.resized(size);
        copy.durable = durable.clone();
        copy.cutSize = cutSize;
        copy.pending.addAll(pending);
        copy.writtenBack.putAll(writtenBack);
        copy.cleanButLost.putAll(cleanButLost);
        copy.allocatedPages.or(allocatedPages);
        return copy;
    }

    int size() {
        return size;
    }

    byte[] bytes() {
        return live.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE);
    }

    boolean isOpen() {
        return handles > 0 || !maps.isEmpty();
    }

    List<PendingChange> pending() {
        return pending;
    }

    void opened() {
        handles++;
    }

    void closed() {
        handles--;
    }

    int read(long position, byte[] target, int offset, int length) {
        if (position >= size) {
            return 0;
        }
        int count = (int) Math.min(length, size - position);
        MemorySegment.copy(live, ValueLayout.JAVA_BYTE, position, target, offset, count);
        return count;
    }

    void write(long sequence, int position, byte[] source, int offset, int length) {
        if (length == 0) {
            return;
        }
        int end = Math.addExact(position, length);
        reserve(end);
        MemorySegment.copy(source, offset, live, ValueLayout.JAVA_BYTE, position, length);
        resized(Math.max(size, end));
        allocatedPages.set(position / PAGE_BYTES, pageCount(end));
        cleanButLost.subMap(position / SECTOR_BYTES, sectorCount(end)).clear();
        byte[] bytes = Arrays.copyOfRange(source, offset, offset + length);
        pending.add(new PendingChange(sequence, position, bytes, size));
    }

    void setSize(long sequence, int newSize) {
        if (newSize < size) {
            cut(newSize);
        } else {
            reserve(newSize);
        }
        resized(newSize);
        pending.add(new PendingChange(sequence, 0, null, newSize));
    }

    /// Returns how many of the first bytes of a write fit into `freePages` new pages.
    int fitting(int position, int length, long freePages) {
        long left = freePages;
        int end = position + length;
        for (int page = position / PAGE_BYTES; page < pageCount(end); page++) {
            if (!allocatedPages.get(page) && left-- == 0) {
                return Math.max(0, page * PAGE_BYTES - position);
            }
        }
        return length;
    }

    int allocatedPageCount() {
        return allocatedPages.cardinality();
    }

    /// Returns the first page that has no block, in the file or in a map that goes on behind its
    /// end, but is not zero; or -1.
    int writtenHole() {
        long end = size;
        for (SimulatedMap map : maps) {
            end = Math.max(end, map.memory().byteSize());
        }
        for (int page = 0; page < pageCount((int) end); page++) {
            int from = page * PAGE_BYTES;
            int to = (int) Math.min(end, from + PAGE_BYTES);
            if (!allocatedPages.get(page) && differs(new byte[0], from, to)) {
                return page;
            }
        }
        return -1;
    }

    /// Returns the memory of a new map; the caller registers the map with {@link #mapped}.
    ///
    /// @param reserveBytes what the file can grow to while it is mapped; a larger one can double
    MemorySegment reserveMap(int mapSize, int reserveBytes) {
        if (maps.isEmpty()) {
            reserve(Math.max(reserveBytes, 2 * mapSize));
        }
        return live;
    }

    void mapped(SimulatedMap map) {
        maps.add(map);
    }

    void unmapped(SimulatedMap map) {
        maps.remove(map);
        if (maps.isEmpty()) {
            giveBackDetached();
        }
    }

    /// Makes the pages of a range durable, and the size.
    void sync(int from, int to) {
        int start = from / PAGE_BYTES * PAGE_BYTES;
        int end = Math.min(size, pageCount(to) * PAGE_BYTES);
        makeSizeDurable();
        Map<Integer, byte[]> skipped = skippedByKernel(start, end);
        MemorySegment.copy(live, ValueLayout.JAVA_BYTE, start, durable, start, end - start);
        for (Map.Entry<Integer, byte[]> sector : skipped.entrySet()) {
            byte[] bytes = sector.getValue();
            System.arraycopy(bytes, 0, durable, sector.getKey() * SECTOR_BYTES, bytes.length);
        }
        nothingPending(start, end);
    }

    /// Does what a sync that fails leaves behind: of the pages of a range some are written, and the
    /// others are clean for the kernel nevertheless, so that no later sync writes them.
    void failSync(SplittableRandom random, int from, int to) {
        int start = from / PAGE_BYTES * PAGE_BYTES;
        int end = Math.min(size, pageCount(to) * PAGE_BYTES);
        makeSizeDurable();
        for (int at = start; at < end; at += SECTOR_BYTES) {
            int sectorEnd = Math.min(end, at + SECTOR_BYTES);
            if (!differs(durable, at, sectorEnd)) {
                continue;
            }
            if (random.nextInt(3) == 0) {
                MemorySegment.copy(live, ValueLayout.JAVA_BYTE, at, durable, at, sectorEnd - at);
            } else {
                cleanButLost.put(at / SECTOR_BYTES, sector(at));
            }
        }
        nothingPending(start, end);
    }

    /// Lets the kernel write some dirty sectors early, as they are now.
    void writeBack(SplittableRandom random) {
        for (int at = 0; at < size; at += SECTOR_BYTES) {
            if (differs(durable, at, Math.min(size, at + SECTOR_BYTES)) && random.nextBoolean()) {
                writtenBack.put(at / SECTOR_BYTES, sector(at));
            }
        }
    }

    /// Returns how many units of `unitBytes` a power cut can take back.
    int unsyncedUnits(int unitBytes) {
        int count = 0;
        for (int at = 0; at < size; at += unitBytes) {
            if (isUnsynced(durable, at, Math.min(size, at + unitBytes))) {
                count++;
            }
        }
        return count;
    }

    /// Returns what a power cut leaves of this file.
    byte[] afterPowerCut(PowerCut cut) {
        cut.nextFile();
        if (cut.inWriteOrder()) {
            byte[] image = durable;
            byte[] cached = durable;
            for (PendingChange change : pending) {
                cached = change.apply(cached);
                if (cut.reached(change.sequence())) {
                    image = change.apply(image);
                }
            }
            return keepSome(cut, image.clone(), cached, size);
        }
        if (cutSize >= durable.length) {
            return keepSome(cut, Arrays.copyOf(durable, sizeLeft(cut)), durable, size);
        }
        if (!cut.keeps()) {
            // Without the cut of the file nothing that came to stand behind it can be there.
            return keepSome(cut, durable.clone(), durable, Math.min(size, cutSize));
        }
        byte[] base = Arrays.copyOf(durable, cutSize);
        return keepSome(cut, Arrays.copyOf(base, sizeLeft(cut)), base, size);
    }

    /// Inverts a bit on the device and in the page cache.
    void flipBit(long bit) {
        int at = (int) (bit >> 3);
        int mask = 1 << (bit & 7);
        live.set(ValueLayout.JAVA_BYTE, at, (byte) (live.get(ValueLayout.JAVA_BYTE, at) ^ mask));
        if (at < durable.length) {
            durable[at] ^= (byte) mask;
        }
    }

    /// From now on writes through the maps that are open change nothing.
    void detachMaps() {
        if (!maps.isEmpty()) {
            MemorySegment copy = NativePool.SHARED.take((int) live.byteSize());
            MemorySegment.copy(live, 0, copy, 0, size);
            detached.add(live);
            live = copy;
        }
    }

    /// Closes all maps and forgets all handles, as the end of a process does.
    void closeAll() {
        for (SimulatedMap map : List.copyOf(maps)) {
            map.unmap();
        }
        handles = 0;
    }

    /// Gives the memory back; the file must not be used any more.
    void release() {
        assert !isOpen();
        NativePool.SHARED.give(live, usedBytes);
    }

    private byte[] keepSome(PowerCut cut, byte[] image, byte[] cached, int end) {
        for (int at = 0; at < end; at += cut.unitBytes()) {
            int unitEnd = Math.min(end, at + cut.unitBytes());
            boolean fresh = isNewBlock(at);
            boolean unsynced =
                    cut.inWriteOrder()
                            ? differs(cached, at, unitEnd)
                            : isUnsynced(cached, at, unitEnd);
            if (!unsynced && !(cut.junk() && fresh)) {
                continue;
            }
            if (cut.keepsUnit()) {
                keepUnit(cut, image, at, unitEnd);
            } else if (cut.junk() && fresh) {
                cut.fillWithJunk(image, at, unitEnd);
            }
        }
        return image;
    }

    private void keepUnit(PowerCut cut, byte[] image, int from, int to) {
        for (int at = from; at < Math.min(to, image.length); at += SECTOR_BYTES) {
            int length = Math.min(Math.min(to, image.length) - at, SECTOR_BYTES);
            byte[] early = writtenBack.get(at / SECTOR_BYTES);
            if (early != null && cut.keepsEarly()) {
                System.arraycopy(early, 0, image, at, Math.min(length, early.length));
            } else {
                MemorySegment.copy(live, ValueLayout.JAVA_BYTE, at, image, at, length);
            }
        }
    }

    /// Returns the size after a power cut: of the device, of the page cache, or one in between.
    private int sizeLeft(PowerCut cut) {
        int between = pending.isEmpty() ? size : pending.get(cut.below(pending.size())).sizeAfter();
        return cut.size(Math.min(durable.length, cutSize), between, size);
    }

    /// Returns whether a byte is in a block that the device does not know yet.
    private boolean isNewBlock(int at) {
        int page = at / PAGE_BYTES;
        return page * PAGE_BYTES >= durable.length && allocatedPages.get(page);
    }

    private boolean isUnsynced(byte[] cached, int from, int to) {
        return differs(cached, from, to)
                || !writtenBack.subMap(from / SECTOR_BYTES, sectorCount(to)).isEmpty();
    }

    /// Returns whether the live bytes of a range, at most a page, are not those of `other`, which
    /// goes on with zeros.
    private boolean differs(byte[] other, int from, int to) {
        int common = Math.clamp(other.length, from, to);
        if (common > from) {
            MemorySegment expected = MemorySegment.ofArray(other);
            if (MemorySegment.mismatch(live, from, common, expected, from, common) >= 0) {
                return true;
            }
        }
        return MemorySegment.mismatch(live, common, to, ZEROS, 0, to - common) >= 0;
    }

    private byte[] sector(int at) {
        return live.asSlice(at, Math.min(SECTOR_BYTES, size - at)).toArray(ValueLayout.JAVA_BYTE);
    }

    private void makeSizeDurable() {
        if (cutSize < durable.length) {
            durable = Arrays.copyOf(durable, cutSize);
        }
        if (durable.length != size) {
            durable = Arrays.copyOf(durable, size);
        }
        cutSize = Integer.MAX_VALUE;
    }

    /// Returns the durable content of the sectors of a range that no sync writes any more, because
    /// a failed one has marked them as clean and they were not changed since.
    private Map<Integer, byte[]> skippedByKernel(int from, int to) {
        Map<Integer, byte[]> skipped = new TreeMap<>();
        Map<Integer, byte[]> lost = cleanButLost.subMap(from / SECTOR_BYTES, sectorCount(to));
        lost.entrySet()
                .removeIf(e -> !Arrays.equals(e.getValue(), sector(e.getKey() * SECTOR_BYTES)));
        for (int sector : lost.keySet()) {
            int at = sector * SECTOR_BYTES;
            int end = Math.min(durable.length, at + SECTOR_BYTES);
            skipped.put(sector, Arrays.copyOfRange(durable, at, end));
        }
        return skipped;
    }

    /// Forgets what of the pending changes is within a range, and all changes of the size.
    private void nothingPending(int from, int to) {
        writtenBack.subMap(from / SECTOR_BYTES, sectorCount(to)).clear();
        List<PendingChange> left = new ArrayList<>();
        for (PendingChange change : pending) {
            if (change.bytes() == null) {
                left.replaceAll(c -> clipped(c, change.sizeAfter()));
            } else {
                addIfAny(left, change.within(0, from, size));
                addIfAny(left, change.within(to, Integer.MAX_VALUE, size));
            }
        }
        pending = left;
    }

    private static PendingChange clipped(PendingChange change, int limit) {
        PendingChange within = change.within(0, limit, change.sizeAfter());
        return within != null
                ? within
                : new PendingChange(change.sequence(), 0, new byte[0], change.sizeAfter());
    }

    private static void addIfAny(List<PendingChange> changes, @Nullable PendingChange change) {
        if (change != null) {
            changes.add(change);
        }
    }

    private void cut(int newSize) {
        live.asSlice(newSize, size - newSize).fill((byte) 0);
        cutSize = Math.min(cutSize, newSize);
        allocatedPages.clear(pageCount(newSize), Math.max(pageCount(newSize), pageCount(size)));
        writtenBack.tailMap(sectorCount(newSize)).clear();
        cleanButLost.tailMap(newSize / SECTOR_BYTES).clear();
    }

    private void resized(int newSize) {
        size = newSize;
        usedBytes = Math.max(usedBytes, newSize);
    }

    private void reserve(int capacity) {
        if (capacity <= live.byteSize()) {
            return;
        }
        if (!maps.isEmpty()) {
            throw new AssertionError(
                    "a mapped file outgrew its reserve of "
                            + live.byteSize()
                            + " bytes: see SimulatedDisk.reserveForMaps");
        }
        MemorySegment larger = NativePool.SHARED.take(capacity);
        MemorySegment.copy(live, 0, larger, 0, size);
        NativePool.SHARED.give(live, usedBytes);
        live = larger;
        usedBytes = size;
    }

    private void giveBackDetached() {
        for (MemorySegment region : detached) {
            NativePool.SHARED.give(region, usedBytes);
        }
        detached.clear();
    }

    private static int pageCount(int bytes) {
        return Math.ceilDiv(bytes, PAGE_BYTES);
    }

    private static int sectorCount(int bytes) {
        return Math.ceilDiv(bytes, SECTOR_BYTES);
    }
}
