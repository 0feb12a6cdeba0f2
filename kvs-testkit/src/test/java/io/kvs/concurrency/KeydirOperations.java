package io.kvs.concurrency;

import io.kvs.index.Keydir;
import io.kvs.index.Keydir.Records;
import io.kvs.index.Keydir.Stripe;
import java.util.HashMap;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/// What Lincheck does to a stripe of a keydir. The keys have the same hash, and the whole path of
/// their home bucket is full but for two slots, so that slots are freed instead of emptied and an
/// insertion splits the table, or, after removals, makes it anew.
@Param(name = "key", gen = IntGen.class, conf = "0:2")
@Param(name = "version", gen = IntGen.class, conf = "1:3")
public class KeydirOperations {
    /// Slots within the reach of one home bucket.
    private static final int PATH_SLOTS = 248;

    private static final int KEY_COUNT = 3;

    /// The keys have the same hash; its home bucket is the first one.
    private static final long HASH = 0;

    private static final int FILLER_FIRST_POINTER = 1_000;

    private static final Records RECORDS =
            new Records() {
                @Override
                public boolean hasKey(long pointer, byte[] key) {
                    return pointer < FILLER_FIRST_POINTER && pointer % KEY_COUNT == key[0];
                }

                @Override
                public void verify(long pointer) {}
            };

    private final Stripe stripe = new Keydir(Long.MAX_VALUE, pointer -> false).stripeOf(0);

    public KeydirOperations() {
        for (int i = 0; i < PATH_SLOTS - 2; i++) {
            stripe.insert((long) i << 40, FILLER_FIRST_POINTER + i);
        }
    }

    @Operation
    public long find(@Param(name = "key") int key) {
        return stripe.find(HASH, bytes(key), RECORDS);
    }

    @Operation
    public long put(@Param(name = "key") int key, @Param(name = "version") int version) {
        long pointer = KEY_COUNT * (10L + version) + key;
        stripe.lock();
        try {
            long old = stripe.find(HASH, bytes(key), RECORDS);
            if (old < 0) {
                stripe.insert(HASH, pointer);
            } else {
                stripe.replace(HASH, old, pointer);
            }
            return old;
        } finally {
            stripe.unlock();
        }
    }

    @Operation
    public boolean remove(@Param(name = "key") int key) {
        stripe.lock();
        try {
            long old = stripe.find(HASH, bytes(key), RECORDS);
            return old >= 0 && stripe.remove(HASH, old);
        } finally {
            stripe.unlock();
        }
    }

    /// What the operations mean one after the other.
    public static class Model {
        private final Map<Integer, Long> pointers = new HashMap<>();

        public long find(int key) {
            return pointers.getOrDefault(key, -1L);
        }

        public long put(int key, int version) {
            Long old = pointers.put(key, KEY_COUNT * (10L + version) + key);
            return old == null ? -1 : old;
        }

        public boolean remove(int key) {
            return pointers.remove(key) != null;
        }
    }

    private static byte[] bytes(int key) {
        return new byte[] {(byte) key};
    }
}
