package io.kvs.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.kvs.format.KeyHash;
import io.kvs.index.Keydir.Records;
import io.kvs.index.Keydir.Stripe;
import io.kvs.run.RunTable;
import io.kvs.segment.LogPointer;
import io.kvs.segment.SegmentTable;
import org.junit.jupiter.api.Test;

/// A keydir that is not complete, before runs.
final class IndexTest {
    private final SegmentTable segments = new SegmentTable();
    private final Index index =
            new Index(new KeyHash(42), segments, new RunTable(segments), Long.MAX_VALUE);

    /// A get found a record in the keydir; compaction moved the record, and the keydir, which was
    /// full, let the copy go; the get then put back where the record had been, since the runs were
    /// still the same. When that segment had left, a get of the key never came to an end, and a
    /// write failed.
    @Test
    void findToRead_recordLeavesTheKeydirMeanwhile_doesNotPutItBack() {
        byte[] key = {1};
        long hash = index.hash(key);
        Stripe stripe = index.stripeOf(hash);
        long pointer = LogPointer.of(0, 64);
        Records leaving =
                (found, _) -> {
                    stripe.lock();
                    try {
                        return stripe.remove(hash, found);
                    } finally {
                        stripe.unlock();
                    }
                };
        for (int i = 0; i < 100; i++) {
            stripe.lock();
            stripe.insert(hash, pointer);
            stripe.unlock();
            assertEquals(pointer, index.findToRead(hash, key, leaving));
            assertFalse(stripe.contains(hash, pointer), "at the lookup " + i);
        }
    }
}
