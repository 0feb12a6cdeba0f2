package io.kvs.index;

import io.kvs.segment.LogPointer;
import io.kvs.segment.Words;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// A table of the {@link Keydir}: buckets of eight 8-byte slots, one cache line each.
///
/// ```
/// slot   tag (20 bits) | displacement (5) | log pointer (39)
/// ```
///
/// The tag is a part of the hash; the displacement says how many buckets behind its home bucket the
/// slot lies. A slot that is {@link #EMPTY} was never taken since the bucket was last full, which
/// gives the invariant that makes lookups short: nothing whose path leads through a bucket with an
/// empty slot lies behind that bucket. A slot freed in a full bucket therefore becomes {@link
/// #FREED} instead: it can be taken again, but lookups go on behind it.
///
/// A slot never moves within its table, so a reader without a lock cannot miss it.
final class Table {
    static final int TAG_BITS = 20;
    static final long EMPTY = 0;
    static final long FREED = 1;
    static final int BUCKET_SLOTS = 8;

    /// How many tables share the tags of a group at most.
    static final int PARTS_MAX = 3;

    private static final int DISPLACEMENT_BITS = 5;
    private static final int DISPLACEMENT_MASK = (1 << DISPLACEMENT_BITS) - 1;

    /// How many buckets a path has at most. Displacements are stored plus one, so that no empty or
    /// freed slot looks like one that is wanted.
    private static final int PATH_BUCKETS = DISPLACEMENT_MASK;

    /// A step beyond every path.
    private static final int PATH_END = 1 << 16;

    private static final int DISPLACEMENT_SHIFT = LogPointer.BITS;
    private static final int TAG_SHIFT = DISPLACEMENT_SHIFT + DISPLACEMENT_BITS;
    private static final int SLOT_BYTES = 8;
    private static final long CHANCE_FACTOR = 0x9E3779B97F4A7C15L;
    private static final int THINNING = 5;
    static final int BUCKET_BYTES = BUCKET_SLOTS * SLOT_BYTES;

    private final TableMemory memory;
    private final MemorySegment slots;
    private final int buckets;
    private final int pathBuckets;
    private final int depth;
    private final int parts;

    /// Slots that are not empty; guarded by the lock of the stripe.
    private int taken;

    /// Slots that are freed but not empty; guarded by the lock of the stripe.
    private int freed;

    /// Makes an empty table.
    ///
    /// @param depth how many first bits the tags of its group have in common
    /// @param parts how many tables share the tags of the group in equal parts
    Table(TableMemory memory, int buckets, int depth, int parts) {
        this.memory = memory;
        this.slots = memory.allocate((long) buckets * BUCKET_BYTES);
        this.buckets = buckets;
        this.pathBuckets = Math.min(PATH_BUCKETS, buckets);
        this.depth = depth;
        this.parts = parts;
    }

    static int tag(long hash) {
        return (int) (hash >>> 38) & (1 << TAG_BITS) - 1;
    }

    static long pointer(long slot) {
        return slot & LogPointer.BOUND - 1;
    }

    /// Returns whether a slot is neither empty nor freed; its sign is that of the tag.
    private static boolean isTaken(long slot) {
        return slot >>> 1 != 0;
    }

    int depth() {
        return depth;
    }

    int parts() {
        return parts;
    }

    int taken() {
        return taken;
    }

    /// Returns whether it is not one of several tables, as the first one of a stripe.
    boolean isAlone() {
        return depth == 0 && parts == 1;
    }

    /// Returns whether freed slots take so much of it that a copy without them is worth making.
    boolean isRagged() {
        return freed > taken / 4;
    }

    int capacity() {
        return buckets * BUCKET_SLOTS;
    }

    /// Lets the memory be used for another table.
    void release() {
        memory.release(slots);
    }

    /// Returns the position of the first slot at or after `from` that may hold a key with this
    /// hash, or -1. Positions count along the path of the key: start with 0, go on with the result
    /// plus 1.
    int find(long hash, int from) {
        return search(home(hash), (long) tag(hash) << DISPLACEMENT_BITS, DISPLACEMENT_SHIFT, from);
    }

    /// Returns the position of the slot of a key with this hash that holds `pointer`, or -1.
    int findPointer(long hash, long pointer) {
        return search(home(hash), (long) tag(hash) << TAG_SHIFT | pointer, 0, 0);
    }

    /// Searches a path for a slot whose bits from `shift` on are the wanted ones, with the
    /// displacement put in.
    ///
    /// What differs, what is taken and where the path ends is computed, not branched on. All
    /// reading and writing has these lines in its compiled code, and a table is filled for long
    /// before a bucket of it is full: a branch taken then for the first time would have all of that
    /// code compiled anew.
    private int search(int home, long wanted, int shift, int from) {
        int eligible = -1 << from % BUCKET_SLOTS;
        for (int step = from / BUCKET_SLOTS; step < pathBuckets; step++) {
            long bucket = bucketOffset(home, step);
            long displaced = wanted | step + 1L << DISPLACEMENT_SHIFT - shift;
            long others = 0;
            long allTaken = -1;
            for (int i = 0; i < BUCKET_SLOTS; i++) {
                long slot = Words.get(slots, bucket + (long) i * SLOT_BYTES);
                long difference = slot >>> shift ^ displaced;
                others |= (difference | -difference) >>> Long.SIZE - 1 << i;
                allTaken &= slot | -slot; // The sign tells whether the slot is not empty.
            }
            int found = ~(int) others & eligible & (1 << BUCKET_SLOTS) - 1;
            if (found != 0) {
                return step * BUCKET_SLOTS + Integer.numberOfTrailingZeros(found);
            }
            eligible = -1;
            step |= (int) (~allTaken >> Long.SIZE - 1) & PATH_END;
        }
        return -1;
    }

    /// Reads from the bucket where a key with this hash lies most likely.
    long touch(long hash) {
        return Words.get(slots, bucketOffset(home(hash), 0));
    }

    /// Returns the log pointer in the slot that {@link #find} returned, or -1 if it has been freed
    /// since.
    long pointerAt(long hash, int position) {
        long slot = Words.getAcquire(slots, slotOffset(hash, position));
        return isTaken(slot) ? pointer(slot) : -1;
    }

    /// Replaces the log pointer in a slot.
    void replace(long hash, int position, long pointer) {
        long offset = slotOffset(hash, position);
        long slot = Words.get(slots, offset);
        Words.setRelease(slots, offset, slot - pointer(slot) + pointer);
    }

    /// Frees a slot.
    void free(long hash, int position) {
        boolean open = hasEmpty(bucketOffset(home(hash), position / BUCKET_SLOTS));
        Words.setRelease(slots, slotOffset(hash, position), open ? EMPTY : FREED);
        if (open) {
            taken--;
        } else {
            freed++;
        }
    }

    /// Puts a pointer into the first free slot of the key's path; returns whether there was one.
    boolean insert(long hash, long pointer) {
        return insert(tag(hash), home(hash), pointer);
    }

    /// Makes a table of all entries, without freed slots; returns null if they do not fit.
    @Nullable Table rebuilt() {
        return filtered(slot -> true);
    }

    /// Makes a table without some entries, chosen by chance from those that may be left out: of
    /// every {@link #THINNING} one. Returns null if the others do not fit.
    ///
    /// @param pointers tells which log pointers may be left out
    /// @param chance any number
    @Nullable Table thinned(LongPredicate pointers, long chance) {
        return filtered(slot ->
                Long.remainderUnsigned(slot * CHANCE_FACTOR ^ chance, THINNING) != 0
                        || !pointers.test(pointer(slot)));
    }

    private @Nullable Table filtered(LongPredicate filter) {
        Table filtered = new Table(memory, buckets, depth, parts);
        if (handOut(slot -> filter.test(slot) ? filtered : null)) {
            return filtered;
        }
        filtered.release();
        return null;
    }

    /// Shares the entries of all tables of a group out among new ones, each of which gets an equal
    /// part of the group's tags; returns null if one of these does not fit its entries.
    ///
    /// @param count how many new tables: 2 or 3, or two groups of as many
    static Table @Nullable [] shared(List<Table> group, int count) {
        Table first = group.get(0);
        int depth = first.depth;
        int halves = count > PARTS_MAX ? 1 : 0;
        Table[] fresh = new Table[count];
        for (int i = 0; i < count; i++) {
            fresh[i] = new Table(first.memory, first.buckets, depth + halves, count >> halves);
        }
        for (Table table : group) {
            if (!table.shareOut(fresh)) {
                release(fresh);
                return null;
            }
        }
        return fresh;
    }

    private static void release(Table[] tables) {
        for (Table table : tables) {
            table.release();
        }
    }

    private boolean shareOut(Table[] fresh) {
        int restBits = TAG_BITS - depth;
        return handOut(slot -> {
            long rest = slot >>> TAG_SHIFT & (1L << restBits) - 1;
            return fresh[(int) (rest * fresh.length >>> restBits)];
        });
    }

    /// Puts each entry into the table that is told for its slot, if any; returns whether all of
    /// them found room.
    private boolean handOut(LongFunction<@Nullable Table> receiver) {
        for (int bucket = 0; bucket < buckets; bucket++) {
            for (int i = 0; i < BUCKET_SLOTS; i++) {
                long slot = slot(bucket, i);
                Table table = isTaken(slot) ? receiver.apply(slot) : null;
                if (table != null && !table.take(slot, bucket)) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Inserts what lies in a bucket of another table of this size; returns whether it found room.
    ///
    /// Bucket by bucket, entries come to lie no farther from home than they did, unless those of
    /// several tables come together here, or their paths lead over the end of the table.
    private boolean take(long slot, int bucket) {
        int step = ((int) (slot >>> DISPLACEMENT_SHIFT) & DISPLACEMENT_MASK) - 1;
        int home = bucket < step ? bucket - step + buckets : bucket - step;
        return insert(slot >>> TAG_SHIFT, home, pointer(slot));
    }

    private long slot(int bucket, int number) {
        return Words.get(slots, (long) bucket * BUCKET_BYTES + (long) number * SLOT_BYTES);
    }

    /// Returns the bytes of a table like this one.
    long bytes() {
        return slots.byteSize();
    }

    /// Slot by slot: that goes on behind a taken one from the first keys on, as {@link #search}
    /// says.
    private boolean insert(long tag, int home, long pointer) {
        int end = pathBuckets * BUCKET_SLOTS;
        for (int position = 0; position < end; position++) {
            int step = position / BUCKET_SLOTS;
            long at = bucketOffset(home, step) + (long) (position % BUCKET_SLOTS) * SLOT_BYTES;
            long seen = Words.get(slots, at);
            if (!isTaken(seen)) {
                long displaced = step + 1L << DISPLACEMENT_SHIFT;
                Words.setRelease(slots, at, tag << TAG_SHIFT | displaced | pointer);
                taken += 1 - (int) seen; // It was FREED, which is 1, or EMPTY, which is 0.
                freed -= (int) seen;
                return true;
            }
        }
        return false;
    }

    private boolean hasEmpty(long bucket) {
        long allTaken = -1;
        for (int i = 0; i < BUCKET_SLOTS; i++) {
            long slot = Words.get(slots, bucket + (long) i * SLOT_BYTES);
            allTaken &= slot | -slot; // The sign tells whether the slot is not zero.
        }
        return allTaken >= 0;
    }

    private int home(long hash) {
        return (int) ((hash & 0xFFFF_FFFFL) * buckets >>> 32);
    }

    private long slotOffset(long hash, int position) {
        return bucketOffset(home(hash), position / BUCKET_SLOTS)
                + (long) (position % BUCKET_SLOTS) * SLOT_BYTES;
    }

    private long bucketOffset(int home, int step) {
        int beyond = home + step - buckets; // The sign tells whether it lies in the table.
        return (long) (beyond + (beyond >> 31 & buckets)) * BUCKET_BYTES;
    }
}
