package io.kvs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kvs.format.RecordHeader;
import io.kvs.segment.MemorySegments;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Records sorted piece by piece, merged, cut off and searched, against a sorted map.
final class SortedRecordsTest {
    private static final byte[] NO_VALUE = {};
    private static final HexFormat HEX = HexFormat.of();

    private final Segment segment = MemorySegments.log(1, 1, 8 << 20);
    private final SegmentWriter writer = MemorySegments.writer(segment);
    private final NavigableMap<byte[], List<Long>> model = new TreeMap<>(Arrays::compareUnsigned);
    private final SplittableRandom random = new SplittableRandom(4);

    /// Kinds of keys: what they have in common, at the start and behind, decides how they are
    /// compared.
    enum Keys {
        RANDOM,
        SHORT,
        NUMBERED,
        OF_TWO_KINDS,
        STARTS_OF_OTHERS,
        ONE;

        byte[] key(SplittableRandom random) {
            return switch (this) {
                case RANDOM -> bytes(random, 16);
                case SHORT -> bytes(random, 1 + random.nextInt(3));
                case NUMBERED -> text("user:%012d", random.nextInt(5_000));
                case OF_TWO_KINDS ->
                        text(
                                random.nextBoolean() ? "order-number:%d" : "user-number:%d",
                                random.nextInt(900));
                case STARTS_OF_OTHERS -> new byte[1 + random.nextInt(40)];
                case ONE -> text("the only one", 0);
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void with_pieceAfterPiece_isInOrderAsIfSortedAtOnce(Keys keys) throws IOException {
        SortedRecords all = sorted(writer.tail());
        for (int piece = 0; piece < 60; piece++) {
            append(keys, random.nextInt(4) == 0 ? 0 : random.nextInt(60));
            all = all.with(sorted(all.to()));

            assertEquals(entries(model), entries(all));
        }
    }

    @ParameterizedTest
    @EnumSource
    void with_fewThenMany_isInOrder(Keys keys) throws IOException {
        long start = writer.tail();
        append(keys, 2);
        SortedRecords few = sorted(start);
        append(keys, 3_000);

        assertEquals(entries(model), entries(few.with(sorted(few.to()))));
    }

    @ParameterizedTest
    @EnumSource
    void before_anyEnd_hasWhatLiesBeforeIt(Keys keys) throws IOException {
        long start = writer.tail();
        append(keys, 300);
        long end = writer.tail();
        NavigableMap<byte[], List<Long>> before = new TreeMap<>(Arrays::compareUnsigned);
        model.forEach((key, offsets) -> before.put(key, List.copyOf(offsets)));
        append(keys, 300);
        SortedRecords all = sorted(start);

        assertEquals(entries(before), entries(all.before(end)));
        assertEquals(end, all.before(end).to());
        assertEquals(entries(model), entries(all.before(writer.tail())));
        assertEquals(List.of(), entries(all.before(start)));
    }

    @ParameterizedTest
    @EnumSource
    void findAndSeek_keysThatAreThereAndOthers_agreeWithTheMap(Keys keys) throws IOException {
        long start = writer.tail();
        append(keys, 400);
        SortedRecords few = sorted(start);
        append(keys, 40);
        SortedRecords all = few.with(sorted(few.to()));
        EntrySource source = all.source();

        for (int i = 0; i < 500; i++) {
            Keys kind = i % 3 == 0 ? Keys.values()[i % Keys.values().length] : keys;
            byte[] key = Arrays.copyOf(kind.key(random), 1 + random.nextInt(18));

            assertEquals(newest(key), all.find(key), HEX.formatHex(key));
            assertSeeks(source, key);
        }
        for (byte[] key : model.keySet()) {
            assertEquals(newest(key), all.find(key), HEX.formatHex(key));
        }
    }

    private void assertSeeks(EntrySource source, byte[] key) throws IOException {
        source.seek(key);
        byte[] above = model.ceilingKey(key);
        assertEquals(above == null ? -1 : newest(above), source.next() ? source.offset() : -1);
        source.seek(key);
        byte[] below = model.lowerKey(key);
        assertEquals(
                below == null ? -1 : model.get(below).getLast(),
                source.previous() ? source.offset() : -1);
    }

    private long newest(byte[] key) {
        return model.containsKey(key) ? model.get(key).getFirst() : -1;
    }

    private void append(Keys keys, int count) {
        for (int i = 0; i < count; i++) {
            byte[] key = keys.key(random);
            long offset = writer.appendValue(key, NO_VALUE, RecordHeader.NEVER, 0);
            model.computeIfAbsent(key, _ -> new ArrayList<>()).addFirst(offset);
        }
    }

    private SortedRecords sorted(long from) {
        return SortedRecords.of(segment, from, writer.tail(), cursor -> false);
    }

    private static List<String> entries(NavigableMap<byte[], List<Long>> model) {
        List<String> entries = new ArrayList<>();
        model.forEach((key, offsets) -> offsets.forEach(offset -> entries.add(entry(key, offset))));
        return entries;
    }

    private static List<String> entries(SortedRecords records) throws IOException {
        List<String> entries = new ArrayList<>();
        EntrySource source = records.source();
        while (source.next()) {
            entries.add(entry(source.key(), source.offset()));
        }
        return entries;
    }

    private static String entry(byte[] key, long offset) {
        return HEX.formatHex(key) + " at " + offset;
    }

    private static byte[] bytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] text(String format, int number) {
        return String.format(format, number).getBytes(StandardCharsets.UTF_8);
    }
}
