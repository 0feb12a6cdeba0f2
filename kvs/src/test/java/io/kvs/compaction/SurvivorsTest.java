package io.kvs.compaction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.CorruptionException;
import io.kvs.WriteBatch;
import io.kvs.format.KeyHash;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.RecordHeader;
import io.kvs.index.Index;
import io.kvs.index.Keydir;
import io.kvs.index.Keydir.Stripe;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.io.MappedFile;
import io.kvs.io.RealDisk;
import io.kvs.run.RunTable;
import io.kvs.segment.BatchFrame;
import io.kvs.segment.LogPointer;
import io.kvs.segment.MemorySegments;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.segment.SegmentWriter;
import io.kvs.segment.Words;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What survives of segments: collected, split by keys, and merged, against sorted maps.
final class SurvivorsTest {
    private static final int CAPACITY_BYTES = 4 << 20;
    private static final byte[] VALUE = new byte[20];

    private final SegmentTable table = new SegmentTable();
    private final Index index =
            new Index(new KeyHash(42), table, new RunTable(table), Long.MAX_VALUE);
    private final Keydir keydir = index.keydir();
    private final List<Segment> segments = new ArrayList<>();
    private final List<SegmentWriter> writers = new ArrayList<>();

    /// Where the value of a key is.
    private final Map<byte[], Long> values = new TreeMap<>(Arrays::compareUnsigned);

    /// Where the tombstones of a key are, in the order in which they were written.
    private final Map<byte[], List<Long>> tombstones = new TreeMap<>(Arrays::compareUnsigned);

    @BeforeEach
    void complete() {
        index.complete();
    }

    @AfterEach
    void close() {
        index.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 63, 64, 65, 128, 129, 5_000})
    void collect_logSegment_keepsWhatIsNotStaleInKeyOrder(int count) {
        add(false);
        writeRandomly(count, 9, new SplittableRandom(count));

        assertEquals(expected(segments.getFirst()), pointers(collect(segments.getFirst())));
    }

    @Test
    void collect_sortedSegment_keepsItsOrder() {
        add(true);
        for (int i = 0; i < 1_000; i++) {
            set(0, bytes("key " + (10_000 + i)));
        }
        add(false);
        for (int i = 0; i < 1_000; i += 3) {
            set(1, bytes("key " + (10_000 + i)));
        }

        List<Long> found = pointers(collect(segments.getFirst()));

        assertEquals(666, found.size());
        assertEquals(expected(segments.getFirst()), found);
    }

    @Test
    void collect_batchesAndGaps_areSeenThrough() {
        SegmentWriter writer = add(false);
        set(0, bytes("m"));
        WriteBatch batch = new WriteBatch().set("z", "1").remove("a").set("b", "2");
        BatchFrame frame = new BatchFrame(batch.operations(), 0, 0);
        long at = writer.appendBatch(frame);
        point(bytes("z"), pointer(0, at + frame.offset(0)));
        noteTombstone(bytes("a"), pointer(0, at + frame.offset(1)));
        point(bytes("b"), pointer(0, at + frame.offset(2)));
        Segment segment = segments.getFirst();
        long gap = writer.tail();
        Words.set(
                segment.memory(),
                gap,
                RecordHeader.sealed(RecordHeader.gap(48), 0, segment.mask(gap)));
        writers.set(0, new SegmentWriter(segment, segment.file(), gap + 48, 0, CAPACITY_BYTES));
        set(0, bytes("c"));
        set(0, bytes("z"));

        List<Long> found = pointers(collect(segment));

        assertEquals(5, found.size());
        assertEquals(expected(segment), found);
    }

    /// Also one that nobody needs any more: from there on it is uncertain where records begin.
    @ParameterizedTest
    @ValueSource(ints = {0, 7, RecordHeader.BYTES})
    void collect_damagedHeaderOrKey_marksTheSegment(int damagedByte) {
        SegmentWriter writer = add(false);
        set(0, bytes("first"));
        long offset = writer.tail();
        set(0, bytes("stale"));
        set(0, bytes("stale"));
        flip(segments.getFirst(), offset + damagedByte);

        CorruptionException e =
                assertThrows(CorruptionException.class, () -> collect(segments.getFirst()));

        assertEquals(offset, e.offset());
        assertTrue(segments.getFirst().isDamaged());
    }

    /// That is found when the record is copied.
    @Test
    void collect_damagedValue_isNotLookedAt() {
        SegmentWriter writer = add(false);
        set(0, bytes("key"));
        flip(segments.getFirst(), writer.tail() - 8);

        assertEquals(1, collect(segments.getFirst()).count());
        assertFalse(segments.getFirst().isDamaged());
    }

    @Test
    void read_damagedSinceItWasCollected_marksTheSegment() {
        add(false);
        set(0, bytes("key"));
        Survivors survivors = collect(segments.getFirst());
        flip(segments.getFirst(), 64 + RecordHeader.BYTES);

        assertThrows(CorruptionException.class, () -> survivors.read(0));
        assertTrue(segments.getFirst().isDamaged());
    }

    /// A page behind the end of a mapped file cannot be read, like one on a device that has gone.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyStep_pagesThatAreGone_marksTheSegment(boolean collected, @TempDir Path directory)
            throws IOException {
        Disk disk = new RealDisk(directory);
        try (DiskFile file = disk.create("segment")) {
            file.setSize(CAPACITY_BYTES);
            MappedFile mapped = file.map(CAPACITY_BYTES, Disk.Access.READ_WRITE);
            add(new Segment(0, 1, false, 1, 2, 7, "gone", mapped));
            for (int i = 0; i < 10_000; i++) {
                set(0, bytes("key " + i));
            }
            Survivors survivors = collect(segments.getFirst());
            file.setSize(4096);

            assertThrows(
                    CorruptionException.class,
                    () -> {
                        if (collected) {
                            merge(List.of(survivors), new KeyRange(null, null));
                        } else {
                            collect(segments.getFirst());
                        }
                    });
            assertTrue(segments.getFirst().isDamaged());
            mapped.close();
        }
    }

    /// Short keys of few different bytes make many that are the start of others or have several
    /// tombstones; in the longest ones the first eight bytes decide nothing.
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 3", "3, 8", "4, 30", "5, 300", "9, 4", "16, 12"})
    void merge_severalSegmentsInParts_givesEveryKeyOnceInOrder(int segmentCount, int keyBytes) {
        SplittableRandom random = new SplittableRandom(segmentCount);
        for (int i = 0; i < segmentCount; i++) {
            add(false);
        }
        writeRandomly(400 * segmentCount, keyBytes, random);
        List<Survivors> survivors = segments.stream().map(this::collect).toList();
        TreeSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
        keys.addAll(values.keySet());
        keys.addAll(tombstones.keySet());

        for (int parts = 1; parts <= 9; parts++) {
            List<List<Survivor>> groups = new ArrayList<>();
            for (KeyRange range : KeyRange.split(survivors, parts)) {
                groups.addAll(merge(survivors, range));
            }

            assertEquals(keys.size(), groups.size());
            int number = 0;
            for (byte[] key : keys) {
                List<Long> found = new ArrayList<>();
                for (Survivor survivor : groups.get(number++)) {
                    assertArrayEquals(key, survivor.key());
                    found.add(survivor.pointer());
                }
                Collections.sort(found);
                assertEquals(expected(key), found);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 4, 1", "1, 4, 1", "3, 4, 3", "1000, 1, 1", "1000, 2, 2", "1000, 7, 7"})
    void split_differentKeys_givesPartsOfOneSize(int count, int parts, int expectedParts) {
        add(false);
        add(false);
        set(0, bytes("key 0"));
        for (int i = 0; i < count; i++) {
            set(1, bytes("key " + i));
        }
        List<Survivors> survivors = segments.stream().map(this::collect).toList();

        assertParts(expectedParts, count, survivors, KeyRange.split(survivors, parts));
    }

    @Test
    void split_segmentsThatFollowEachOther_givesPartsOfOneSize() {
        for (int i = 0; i < 900; i++) {
            if (i % 100 == 0) {
                add(false);
            }
            set(i / 100, bytes("key " + (1000 + i)));
        }
        List<Survivors> survivors = segments.stream().map(this::collect).toList();

        assertParts(3, 900, survivors, KeyRange.split(survivors, 3));
    }

    /// The sizes differ by what one key of a segment stands for.
    private static void assertParts(
            int expected, int count, List<Survivors> survivors, List<KeyRange> ranges) {
        assertEquals(expected, ranges.size());
        for (KeyRange range : ranges) {
            int size = merge(survivors, range).size();
            int difference = Math.abs(size - count / expected);
            assertTrue(difference <= count / 32 + 1, size + " of " + count);
        }
    }

    @Test
    void split_oneKeyWithAllTombstones_isOnePart() {
        add(false);
        for (int i = 0; i < 100; i++) {
            remove(0, bytes("key"));
        }
        List<Survivors> survivors = List.of(collect(segments.getFirst()));

        int found = 0;
        for (KeyRange range : KeyRange.split(survivors, 4)) {
            for (List<Survivor> group : merge(survivors, range)) {
                assertEquals(100, group.size());
                found++;
            }
        }

        assertEquals(1, found);
    }

    private SegmentWriter add(boolean sorted) {
        int number = segments.size();
        return add(MemorySegments.segment(number, 1, number + 1, sorted, CAPACITY_BYTES));
    }

    private SegmentWriter add(Segment segment) {
        segments.add(segment);
        writers.add(MemorySegments.writer(segment));
        return writers.getLast();
    }

    private void writeRandomly(int count, int keyBytesMax, SplittableRandom random) {
        byte[] alphabet = {0, 1, -1, 127, -128};
        for (int i = 0; i < count; i++) {
            byte[] key = new byte[1 + random.nextInt(keyBytesMax)];
            int from = Math.max(0, key.length - 5);
            for (int k = from; k < key.length; k++) {
                key[k] = alphabet[random.nextInt(alphabet.length)];
            }
            int number = i * segments.size() / count;
            if (random.nextInt(4) == 0) {
                remove(number, key);
            } else {
                set(number, key);
            }
        }
    }

    private void set(int number, byte[] key) {
        point(
                key,
                pointer(
                        number,
                        writers.get(number).appendValue(key, VALUE, RecordHeader.NEVER, 0)));
    }

    private void remove(int number, byte[] key) {
        noteTombstone(key, pointer(number, writers.get(number).appendTombstone(key, 0)));
        Long old = values.remove(key);
        if (old != null) {
            long keyHash = index.hash(key);
            Stripe stripe = keydir.stripeOf(keyHash);
            stripe.lock();
            stripe.remove(keyHash, old);
            stripe.unlock();
        }
    }

    private void point(byte[] key, long pointer) {
        long keyHash = index.hash(key);
        Stripe stripe = keydir.stripeOf(keyHash);
        Long old = values.put(key, pointer);
        stripe.lock();
        if (old == null) {
            stripe.insert(keyHash, pointer);
        } else {
            stripe.replace(keyHash, old, pointer);
        }
        stripe.unlock();
    }

    private void noteTombstone(byte[] key, long pointer) {
        tombstones.computeIfAbsent(key, _ -> new ArrayList<>()).add(pointer);
    }

    private Survivors collect(Segment segment) {
        if (segment.sealedEnd() == 0) {
            long end = writers.get(segments.indexOf(segment)).end();
            segment.seal(Entry.sealedLog(segment.id(), segment.baseSequence(), end));
        }
        return new Collector(index).collect(segment);
    }

    /// Returns where the records of a segment are that survive, by key, newest first.
    private List<Long> expected(Segment segment) {
        TreeSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
        keys.addAll(values.keySet());
        keys.addAll(tombstones.keySet());
        List<Long> pointers = new ArrayList<>();
        for (byte[] key : keys) {
            for (long pointer : expected(key).reversed()) {
                if (LogPointer.segmentNumber(pointer) == segment.number()) {
                    pointers.add(pointer);
                }
            }
        }
        return pointers;
    }

    /// Returns where the records of a key are that survive.
    private List<Long> expected(byte[] key) {
        List<Long> pointers = new ArrayList<>(tombstones.getOrDefault(key, List.of()));
        Long value = values.get(key);
        if (value != null) {
            pointers.add(value);
        }
        Collections.sort(pointers);
        return pointers;
    }

    private static List<Long> pointers(Survivors survivors) {
        return IntStream.range(0, survivors.count())
                .mapToObj(i -> survivors.read(i).pointer())
                .toList();
    }

    private static List<List<Survivor>> merge(List<Survivors> survivors, KeyRange range) {
        SurvivorMerge merge = new SurvivorMerge(survivors, range);
        List<List<Survivor>> all = new ArrayList<>();
        while (merge.next()) {
            if (merge.isNewKey()) {
                all.add(new ArrayList<>());
            }
            all.getLast().add(merge.record().survivor());
        }
        return all;
    }

    private static long pointer(int number, long offset) {
        return LogPointer.of(number, offset);
    }

    private static void flip(Segment segment, long offset) {
        byte old = segment.memory().get(ValueLayout.JAVA_BYTE, offset);
        segment.memory().set(ValueLayout.JAVA_BYTE, offset, (byte) (old ^ 1));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
