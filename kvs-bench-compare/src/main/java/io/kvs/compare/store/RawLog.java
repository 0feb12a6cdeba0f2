package io.kvs.compare.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A bare mapped log with a hash table: the limit that a store of this kind could reach.
///
/// It has no checksum, no compaction, no growth, and writers take one lock. The log is one sparse
/// file that is mapped whole; a record is the length of its key, the length of its value (or
/// [#REMOVED]), the key and the value. The length of the key is stored last, so a record is there
/// whole or not at all when the process is killed, and a zero ends the log. The table has a fixed
/// number of slots of 8 bytes - some bits of the key's hash and the position of its record - at
/// most half of them in use; slots are probed one after the other and never given back. Opening
/// reads the whole log. Readers take no lock.
final class RawLog implements Store {
    private static final long CAPACITY_BYTES = 64L << 30;
    private static final int POSITION_BITS = 40;
    private static final long POSITION_MASK = (1L << POSITION_BITS) - 1;
    private static final long TAG_MASK = ~POSITION_MASK;
    private static final long EMPTY = 0;
    private static final int HEADER_BYTES = 2 * Integer.BYTES;
    private static final int REMOVED = -1;

    /// Before a synced log grows it is filled with zeros, so far ahead: a sync then has no blocks
    /// to allocate.
    private static final int ZEROS_BYTES = 16 << 20;

    /// Records start here, so that no position is zero.
    private static final long FIRST_POSITION = 8;

    private static final long TABLE_SLOTS_MAX = 1L << 30;
    private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle KEY_LENGTH = ValueLayout.JAVA_INT.varHandle();
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, LONG.order());

    private final FileChannel file;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment log;
    private final long[] table;
    private final boolean synced;
    private final Object writer = new Object();

    /// Where the next record goes; guarded by `writer`.
    private long end = FIRST_POSITION;

    /// Where the zeros end that were written ahead; guarded by `writer`.
    private long zeroedEnd;

    RawLog(Path directory, Sizing sizing, Level level) throws IOException {
        file =
                FileChannel.open(
                        directory.resolve("log"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        log = file.map(FileChannel.MapMode.READ_WRITE, 0, CAPACITY_BYTES, arena);
        long slots = Long.highestOneBit(Math.max(sizing.keys(), 1) * 4 - 1);
        table = new long[Math.toIntExact(Math.min(slots, TABLE_SLOTS_MAX))];
        synced = level == Level.DEVICE;
        scan();
        zeroedEnd = end;
    }

    @Override
    public void put(byte[] key, byte[] value) {
        append(key, value, value.length);
        acknowledge();
    }

    @Override
    public void putAll(byte[][] keys, byte[][] values) {
        for (int i = 0; i < keys.length; i++) {
            append(keys[i], values[i], values[i].length);
        }
        acknowledge();
    }

    @Override
    public void remove(byte[] key) {
        append(key, key, REMOVED);
        acknowledge();
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        long slot = (long) SLOTS.getAcquire(table, find(hash(key), key));
        if (slot == EMPTY) {
            return null;
        }
        long position = slot & POSITION_MASK;
        int valueLength = log.get(INT, position + Integer.BYTES);
        if (valueLength == REMOVED) {
            return null;
        }
        byte[] value = new byte[valueLength];
        MemorySegment.copy(
                log,
                ValueLayout.JAVA_BYTE,
                position + HEADER_BYTES + key.length,
                value,
                0,
                valueLength);
        return value;
    }

    @Override
    public void close() {
        try (file) {
            arena.close();
            file.truncate(end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void append(byte[] key, byte[] value, int valueLength) {
        long hash = hash(key);
        synchronized (writer) {
            long position = end;
            end = recordEnd(position, key.length, valueLength);
            if (synced && end > zeroedEnd) {
                writeZeros();
            }
            long keyAt = position + HEADER_BYTES;
            log.set(INT, position + Integer.BYTES, valueLength);
            MemorySegment.copy(key, 0, log, ValueLayout.JAVA_BYTE, keyAt, key.length);
            MemorySegment.copy(
                    value,
                    0,
                    log,
                    ValueLayout.JAVA_BYTE,
                    keyAt + key.length,
                    Math.max(valueLength, 0));
            KEY_LENGTH.setRelease(log, position, key.length);
            SLOTS.setRelease(table, find(hash, key), (hash & TAG_MASK) | position);
        }
    }

    /// Syncs what is in the mapping, if asked to: a channel and its mappings share the page cache.
    private void acknowledge() {
        if (!synced) {
            return;
        }
        try {
            file.force(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writeZeros() {
        try {
            zeroedEnd += file.write(ByteBuffer.allocate(ZEROS_BYTES), zeroedEnd);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Returns the slot of `key`, or the empty one where it would be.
    private int find(long hash, byte[] key) {
        int mask = table.length - 1;
        int index = (int) hash & mask;
        long slot = (long) SLOTS.getAcquire(table, index);
        while (slot != EMPTY
                && !(((slot ^ hash) & TAG_MASK) == 0 && hasKey(slot & POSITION_MASK, key))) {
            index = (index + 1) & mask;
            slot = (long) SLOTS.getAcquire(table, index);
        }
        return index;
    }

    private boolean hasKey(long position, byte[] key) {
        if (log.get(INT, position) != key.length) {
            return false;
        }
        long at = position + HEADER_BYTES;
        int index = 0;
        for (; index <= key.length - Long.BYTES; index += Long.BYTES) {
            if (log.get(LONG, at + index) != (long) LONGS.get(key, index)) {
                return false;
            }
        }
        for (; index < key.length; index++) {
            if (log.get(ValueLayout.JAVA_BYTE, at + index) != key[index]) {
                return false;
            }
        }
        return true;
    }

    private void scan() {
        int keyLength = log.get(INT, end);
        while (keyLength != 0) {
            byte[] key = log.asSlice(end + HEADER_BYTES, keyLength).toArray(ValueLayout.JAVA_BYTE);
            long hash = hash(key);
            table[find(hash, key)] = (hash & TAG_MASK) | end;
            end = recordEnd(end, keyLength, log.get(INT, end + Integer.BYTES));
            keyLength = log.get(INT, end);
        }
    }

    /// Records start at multiples of four, so that their lengths can be published in one store.
    private static long recordEnd(long position, int keyLength, int valueLength) {
        long bytes = (long) HEADER_BYTES + keyLength + Math.max(valueLength, 0);
        return position + ((bytes + 3) & ~3);
    }

    private static long hash(byte[] key) {
        long hash = key.length;
        int index = 0;
        for (; index <= key.length - Long.BYTES; index += Long.BYTES) {
            hash = mix(hash ^ (long) LONGS.get(key, index));
        }
        for (; index < key.length; index++) {
            hash = mix(hash ^ key[index]);
        }
        return hash;
    }

    /// Multiplies to 128 bits and folds the halves.
    private static long mix(long number) {
        long factor = 0x9E3779B97F4A7C15L;
        return number * factor ^ Math.unsignedMultiplyHigh(number, factor);
    }
}
