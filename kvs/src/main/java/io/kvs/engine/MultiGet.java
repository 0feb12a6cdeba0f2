package io.kvs.engine;

import static io.kvs.engine.LogRecords.ABSENT;

import io.kvs.CorruptionException;
import io.kvs.InvalidKeyException;
import io.kvs.index.Index;
import io.kvs.index.Keydir;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Words;
import io.kvs.view.ReadSections;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Gets several keys at once: takes the steps of the read path for all of them side by side.
///
/// A get waits for the memory twice, for a bucket of the keydir and for the record. A processor
/// goes on with what does not depend on a read that it waits for; so a loop that does nothing but
/// the first read of each key, and then one that does nothing but the second, wait for several at a
/// time. No value comes from another place than that of a get: what the keydir pointed to within
/// this call, or, where there is any doubt, what {@link Reads#find} says.
final class MultiGet {
    private static final int BATCH_KEYS = 64;

    private final Reads reads;
    private final LogRecords records;
    private final Index index;
    private final ReadSections sections;

    /// Makes it for the read path of a store.
    MultiGet(Reads reads, LogRecords records, Index index, ReadSections sections) {
        this.reads = reads;
        this.records = records;
        this.index = index;
        this.sections = sections;
    }

    /// Returns the values of several keys, in their order.
    List<Optional<byte[]>> get(List<byte[]> keys) {
        List<Optional<byte[]>> values = new ArrayList<>(keys.size());
        byte[][] asked = keys.toArray(byte[][]::new);
        for (byte[] key : asked) {
            InvalidKeyException.check(key);
        }
        for (int from = 0; from < asked.length; from += BATCH_KEYS) {
            int to = Math.min(from + BATCH_KEYS, asked.length);
            ReadSections.Reader section = sections.enter();
            try {
                addValues(Arrays.copyOfRange(asked, from, to), values);
            } finally {
                section.leave();
            }
        }
        return values;
    }

    private void addValues(byte[][] keys, List<Optional<byte[]>> values) {
        long[] pointers = locate(keys);
        for (int i = 0; i < keys.length; i++) {
            byte[] value = pointers[i] == ABSENT ? null : read(pointers[i], keys[i]);
            values.add(Optional.ofNullable(value == null ? reads.find(keys[i]) : value));
        }
    }

    /// Finds where the record of each key may be, and brings it nearer to the processor.
    private long[] locate(byte[][] keys) {
        Keydir keydir = index.keydir();
        long[] hashes = new long[keys.length];
        long[] pointers = new long[keys.length];
        Arrays.fill(pointers, ABSENT);
        long words = 0;
        try {
            for (int i = 0; i < keys.length; i++) {
                hashes[i] = index.hash(keys[i]);
                words += keydir.stripeOf(hashes[i]).touch(hashes[i]);
            }
            for (int i = 0; i < keys.length; i++) {
                pointers[i] = keydir.stripeOf(hashes[i]).candidate(hashes[i]);
                words += pointers[i] == ABSENT ? 0 : records.touch(pointers[i]);
            }
        } catch (IllegalStateException | InternalError e) {
            return pointers; // Retired or closed meanwhile, or unreadable: the gets will find out.
        }
        Words.keep(words);
        return pointers;
    }

    /// Returns the value of `key` if it is at a pointer, and null if that is not certain.
    private byte @Nullable [] read(long pointer, byte[] key) {
        try {
            return reads.read(records.segment(pointer), LogPointer.offset(pointer), key);
        } catch (IllegalStateException | CorruptionException | InternalError e) {
            return null;
        }
    }
}
