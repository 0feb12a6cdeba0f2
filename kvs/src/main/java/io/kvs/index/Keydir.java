package io.kvs.index;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// From a key to the place of its newest record: a hash table off the heap, eight bytes a key,
/// without the keys themselves.
///
/// How it works. The hash selects one of 64 stripes; a stripe has a directory of {@link Table}s
/// indexed by the first bits of the tag, as in extendible hashing (Fagin et al., TODS 1979). When a
/// table is full, it and its neighbour are shared out among three, as in a B*-tree (Knuth, TAOCP
/// 6.2.4), and these three, when one is full, among four: so tables are at least six tenths full.
/// That takes some hundred microseconds; nothing else stops meanwhile, and no key has to be read,
/// because a slot holds all of the hash that the position does not tell. The stripes have table
/// sizes that are spread over a factor of two, so that they do not all grow at the same number of
/// keys and the memory a key takes stays about the same at every size of the store.
///
/// Readers take no lock. A reader that finds nothing, and then finds the directory replaced, looks
/// again; so does one that was inside a table while it was split. All changes to a stripe are made
/// under its lock. A writer holds the lock of its key's stripe from before it looks for the old
/// record until the new one is in the keydir: so changes of one key happen in the order of the log.
/// Locks of several stripes are taken by growing number.
public final class Keydir implements AutoCloseable {
    /// The set of all stripes.
    public static final long ALL_STRIPES = -1;

    private static final int STRIPE_COUNT = 64;
    private static final int STRIPE_SHIFT = 58;

    /// Buckets of a table; fewer where the budget leaves no room for some tables a stripe.
    private static final int BUCKET_COUNT = 512;

    private static final int TABLES_MIN = 8;

    /// Entries of a directory for a group, at least: two tables get equally many, and three.
    private static final int DIRECTORY_MIN = 6;

    /// Among how many tables a group is shared out; above three, that is two groups.
    private static final int[] SHARES = {2, 3, 4, 6};

    private static final int SPINS_MAX = 100;
    private static final double LOAD_MAX = 0.9;

    /// The first table of a stripe is shared out when it has so many entries, long before it is
    /// full: while the code that inserts is not compiled yet. Else that would be compiled without
    /// it, and anew, with all of the write path, when some hundred thousand keys are there.
    private static final int FIRST_ENTRIES_MAX = 64;

    /// As many of the entries may be left of a table for its thinning to be worth while.
    private static final double THINNED_MAX = 0.95;

    private final TableMemory memory;
    private final Stripe[] stripes = new Stripe[STRIPE_COUNT];

    /// What a lookup asks of the log.
    public interface Records {
        /// Returns whether the record at `pointer` has this key.
        boolean hasKey(long pointer, byte[] key);

        /// Called for a record with the same tag but another key, when no record has the key: it
        /// may be that of the key, damaged. Does nothing unless overridden.
        ///
        /// @throws io.kvs.CorruptionException it is damaged
        default void verify(long pointer) {}
    }

    /// Makes an empty keydir.
    ///
    /// @param budgetBytes how many bytes the slots are to take. When they are used up, entries
    ///   leave that can be found elsewhere, as far as there are such; else the keydir grows beyond
    /// @param evictable tells which pointers may leave
    public Keydir(long budgetBytes, LongPredicate evictable) {
        memory = new TableMemory(budgetBytes);
        long share = budgetBytes / STRIPE_COUNT / TABLES_MIN / Table.BUCKET_BYTES;
        int largest = Math.clamp(share, 1, BUCKET_COUNT);
        for (int i = 0; i < STRIPE_COUNT; i++) {
            double spread = Math.pow(2, (double) (i % 16) / 16);
            stripes[i] = new Stripe(memory, evictable, (int) (largest * spread));
        }
    }

    /// Returns whether the budget is used up.
    public boolean isFull() {
        return !memory.canGrow();
    }

    /// Returns the bit that stands for the stripe of a key with this hash in a set of stripes.
    public static long stripeBit(long hash) {
        return 1L << stripeNumber(hash);
    }

    /// Returns the stripe of a key with this hash.
    public Stripe stripeOf(long hash) {
        return stripes[stripeNumber(hash)];
    }

    /// Takes the locks of a set of stripes.
    public void lock(long stripeBits) {
        for (long left = stripeBits; left != 0; left &= left - 1) {
            stripes[Long.numberOfTrailingZeros(left)].lock();
        }
    }

    /// Releases the locks of a set of stripes.
    public void unlock(long stripeBits) {
        for (long left = stripeBits; left != 0; left &= left - 1) {
            stripes[Long.numberOfTrailingZeros(left)].unlock();
        }
    }

    private static int stripeNumber(long hash) {
        return (int) (hash >>> STRIPE_SHIFT);
    }

    /// Returns the pointer to the newest record of a key, or -1.
    public long find(long hash, byte[] key, Records records) {
        return stripeOf(hash).find(hash, key, records);
    }

    /// Returns how many keys have a value.
    public long keyCount() {
        long count = 0;
        for (Stripe stripe : stripes) {
            stripe.lock();
            try {
                count += stripe.keyCount;
            } finally {
                stripe.unlock();
            }
        }
        return count;
    }

    /// Returns when every writer that held a stripe at the time of the call has released it. What
    /// these have done is visible then.
    public void awaitWriters() {
        for (Stripe stripe : stripes) {
            if (stripe.lock.isLocked()) {
                stripe.lock();
                stripe.unlock();
            }
        }
    }

    /// Returns the bytes of memory that the slots take.
    public long bytes() {
        return memory.bytes();
    }

    /// Releases the memory. Lookups afterwards raise `IllegalStateException`.
    @Override
    public void close() {
        memory.close();
    }

    /// A part of the keydir with a lock of its own.
    public static final class Stripe {
        private final ReentrantLock lock = new ReentrantLock();
        private final TableMemory memory;
        private final LongPredicate evictable;
        private final int buckets;

        /// Changes with every eviction; guarded by the lock.
        private long chance;

        /// Tables by the tag: each has its equal part of the tags, several entries may be the same
        /// table. The length is {@link #DIRECTORY_MIN} times a power of two. Replaced, never
        /// changed.
        private volatile Table[] directory = {};

        /// Keys that have a value; guarded by the lock.
        private long keyCount;

        Stripe(TableMemory memory, LongPredicate evictable, int buckets) {
            this.memory = memory;
            this.evictable = evictable;
            this.buckets = buckets;
        }

        /// Takes the lock. Who holds it does so for less than it takes to park a thread and wake it
        /// up again, unless its processor was taken away: so this spins a little first.
        public void lock() {
            for (int spins = 0; spins < SPINS_MAX; spins++) {
                if (lock.tryLock()) {
                    return;
                }
                Thread.onSpinWait();
            }
            lock.lock();
        }

        /// Releases the lock.
        public void unlock() {
            lock.unlock();
        }

        /// Counts keys that have got a value, or lost it. Needs the lock.
        public void addKeys(long count) {
            keyCount += count;
        }

        /// Returns the pointer to the newest record of a key, or -1. Needs no lock.
        ///
        /// @throws IllegalStateException a record's segment has been retired, or the keydir closed
        @SuppressWarnings("ReferenceEquality") // a directory is replaced, never changed
        public long find(long hash, byte[] key, Records records) {
            while (true) {
                Table[] tables = directory;
                if (tables.length == 0) {
                    return -1;
                }
                Table table = tables[index(hash, tables.length)];
                boolean rejected = false;
                boolean moved = false;
                int at = -1;
                while ((at = table.find(hash, at + 1)) >= 0) {
                    long pointer = table.pointerAt(hash, at);
                    if (pointer >= 0 && records.hasKey(pointer, key)) {
                        return pointer;
                    }
                    // Another record may lie there by now, if this one was moved meanwhile.
                    moved |= table.pointerAt(hash, at) != pointer;
                    rejected = true;
                }
                if (directory == tables && !moved) {
                    if (rejected) {
                        verifyRejected(table, hash, records);
                    }
                    return -1;
                }
            }
        }

        /// Puts a pointer for a key that has none. Needs the lock.
        public void insert(long hash, long pointer) {
            if (directory.length == 0) {
                Table[] tables = new Table[DIRECTORY_MIN];
                Arrays.fill(tables, new Table(memory, buckets, 0, 1));
                directory = tables;
            }
            while (true) {
                Table table = table(hash);
                if (table.taken() < entriesMax(table) && table.insert(hash, pointer)) {
                    return;
                }
                relieve(table);
            }
        }

        /// Returns how many entries a table takes before it is relieved.
        private static int entriesMax(Table table) {
            int entries = (int) (table.capacity() * LOAD_MAX);
            return table.isAlone() ? Math.min(entries, FIRST_ENTRIES_MAX) : entries;
        }

        /// Replaces the pointer of a key if it is still `from`; returns whether it was. Needs the
        /// lock.
        public boolean replace(long hash, long from, long to) {
            if (directory.length == 0) {
                return false;
            }
            Table table = table(hash);
            int at = table.findPointer(hash, from);
            if (at >= 0) {
                table.replace(hash, at, to);
            }
            return at >= 0;
        }

        /// Removes a key whose pointer is `pointer`; returns whether it was there. Needs the lock.
        public boolean remove(long hash, long pointer) {
            if (directory.length == 0) {
                return false;
            }
            Table table = table(hash);
            int at = table.findPointer(hash, pointer);
            if (at >= 0) {
                table.free(hash, at);
            }
            return at >= 0;
        }

        /// Returns whether `pointer` is in the keydir for a key with this hash. Needs no lock.
        @SuppressWarnings("ReferenceEquality") // a directory is replaced, never changed
        public boolean contains(long hash, long pointer) {
            while (true) {
                Table[] tables = directory;
                if (tables.length == 0) {
                    return false;
                }
                boolean found = tables[index(hash, tables.length)].findPointer(hash, pointer) >= 0;
                if (directory == tables) {
                    return found;
                }
            }
        }

        /// Returns the first pointer that may be that of a key with this hash, or -1 if there is no
        /// such key. Needs no lock.
        ///
        /// @throws IllegalStateException the keydir has been closed
        @SuppressWarnings("ReferenceEquality") // a directory is replaced, never changed
        public long candidate(long hash) {
            while (true) {
                Table[] tables = directory;
                if (tables.length == 0) {
                    return -1;
                }
                Table table = tables[index(hash, tables.length)];
                int at = table.find(hash, 0);
                long pointer = at < 0 ? -1 : table.pointerAt(hash, at);
                if (pointer >= 0 || at < 0 && directory == tables) {
                    return pointer;
                }
            }
        }

        /// Brings what a lookup of a key with this hash will read nearer to the processor; returns
        /// a word of it, for {@link io.kvs.segment.Words#keep}. Needs no lock.
        public long touch(long hash) {
            Table[] tables = directory;
            return tables.length == 0 ? 0 : tables[index(hash, tables.length)].touch(hash);
        }

        private static void verifyRejected(Table table, long hash, Records records) {
            for (int at = table.find(hash, 0); at >= 0; at = table.find(hash, at + 1)) {
                long pointer = table.pointerAt(hash, at);
                if (pointer >= 0) {
                    records.verify(pointer);
                }
            }
        }

        private Table table(long hash) {
            return directory[index(hash, directory.length)];
        }

        private static int index(long hash, int directoryLength) {
            return (int) ((long) Table.tag(hash) * directoryLength >>> Table.TAG_BITS);
        }

        /// Makes room in a full table: by leaving freed slots out, by letting entries leave that
        /// can be found elsewhere, or by sharing the entries of its group out among more tables.
        private void relieve(Table full) {
            boolean relieved =
                    full.isRagged() && replaceTable(full, full.rebuilt())
                            || !memory.fits(full.bytes(), full.parts() + 1) && thin(full)
                            || full.depth() < Table.TAG_BITS && share(full);
            if (!relieved) {
                throw new IllegalStateException("more keys of one hash than the keydir can hold");
            }
        }

        /// Lets some entries of a full table leave; returns whether that gave room.
        private boolean thin(Table full) {
            Table thinned = full.thinned(evictable, ++chance);
            if (thinned != null && thinned.taken() > full.taken() * THINNED_MAX) {
                thinned.release();
                return false;
            }
            return replaceTable(full, thinned);
        }

        /// Shares the group of a full table out among more tables, the fewest that fit the entries;
        /// returns whether there are such.
        private boolean share(Table full) {
            Table[] tables = directory;
            int entries = tables.length >> full.depth();
            int first = position(full, tables) / entries * entries;
            List<Table> group = Arrays.stream(tables, first, first + entries).distinct().toList();
            for (int count : SHARES) {
                Table[] fresh = count > full.parts() ? Table.shared(group, count) : null;
                if (fresh != null) {
                    if (count > Table.PARTS_MAX && entries == DIRECTORY_MIN) {
                        tables = doubled(tables);
                        first *= 2;
                        entries *= 2;
                    }
                    publish(tables, first, entries, fresh);
                    group.forEach(Table::release);
                    return true;
                }
            }
            return false;
        }

        private static Table[] doubled(Table[] tables) {
            Table[] doubled = new Table[2 * tables.length];
            Arrays.setAll(doubled, i -> tables[i / 2]);
            return doubled;
        }

        /// Puts another table into the place of one; returns false if there is none.
        @SuppressWarnings("ReferenceEquality") // a table has no other identity
        private boolean replaceTable(Table old, @Nullable Table fresh) {
            if (fresh == null) {
                return false;
            }
            Table[] copy = directory.clone();
            for (int i = position(old, copy); i < copy.length && copy[i] == old; i++) {
                copy[i] = fresh;
            }
            directory = copy;
            old.release();
            return true;
        }

        /// Publishes a directory in which some entries are shared out among `fresh`, in order.
        private void publish(Table[] tables, int first, int entries, Table[] fresh) {
            Table[] copy = tables.clone();
            for (int i = 0; i < entries; i++) {
                copy[first + i] = fresh[i * fresh.length / entries];
            }
            directory = copy;
        }

        private static int position(Table table, Table[] tables) {
            return Arrays.asList(tables).indexOf(table);
        }
    }
}
