package io.kvs.run;

import io.kvs.io.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/// Entries for tests, and how they get into a run and out of it.
final class RandomEntries {
    static final long STORE = 0x0123456789ABCDEFL;

    private RandomEntries() {}

    /// Returns entries with `count` keys in order, of one to `keyLengthMax` bytes of few values, so
    /// that many have a start in common or are the start of others; some have several entries.
    static List<RunEntry> of(int count, int keyLengthMax, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TreeSet<byte[]> keys = new TreeSet<>(Arrays::compareUnsigned);
        while (keys.size() < count) {
            byte[] key = new byte[1 + random.nextInt(keyLengthMax)];
            for (int i = 0; i < key.length; i++) {
                key[i] = (byte) (random.nextInt(5) - 2);
            }
            keys.add(key);
        }
        List<RunEntry> entries = new ArrayList<>();
        for (byte[] key : keys) {
            int versions = random.nextInt(8) == 0 ? 1 + random.nextInt(40) : 1;
            long offset = (long) (1 + versions + random.nextInt(1 << 20)) << 3;
            for (int i = 0; i < versions; i++) {
                boolean tombstone = random.nextInt(5) == 0;
                boolean expiring = !tombstone && random.nextInt(4) == 0;
                int valueLength = tombstone ? 0 : random.nextInt(1 << random.nextInt(30));
                entries.add(
                        new RunEntry(
                                key,
                                1 + random.nextInt(3),
                                offset -= 8,
                                valueLength,
                                tombstone,
                                expiring));
            }
        }
        return entries;
    }

    /// Writes a run of the segments 1 to 3.
    static void write(Disk disk, long id, List<RunEntry> entries) throws IOException {
        write(
                disk,
                id,
                List.of(
                        new Covered(1, 0, 1 << 30, 0),
                        new Covered(2, 0, 1 << 30, 7),
                        new Covered(3, 64, 1 << 30, 0)),
                entries);
    }

    /// Writes a run of these parts.
    static void write(Disk disk, long id, List<Covered> covered, List<RunEntry> entries)
            throws IOException {
        List<Long> segments = covered.stream().map(Covered::segmentId).toList();
        try (RunWriter writer = new RunWriter(disk, STORE, id)) {
            for (RunEntry entry : entries) {
                writer.add(
                        entry.key(),
                        entry.key().length,
                        segments.indexOf(entry.segmentId()),
                        entry.offset(),
                        entry.valueLength(),
                        entry.tombstone(),
                        entry.expiring());
            }
            writer.finish(covered, true);
        }
    }

    /// Returns the entries by key.
    static NavigableMap<byte[], List<RunEntry>> byKey(List<RunEntry> entries) {
        TreeMap<byte[], List<RunEntry>> byKey = new TreeMap<>(Arrays::compareUnsigned);
        for (RunEntry entry : entries) {
            byKey.computeIfAbsent(entry.key(), _ -> new ArrayList<>()).add(entry);
        }
        return byKey;
    }

    /// Returns what there is to compare of entries: arrays have no equality of their own.
    static List<String> text(List<RunEntry> entries) {
        return entries.stream().map(RandomEntries::text).toList();
    }

    /// Returns what there is to compare of an entry.
    static String text(RunEntry entry) {
        return Arrays.hashCode(entry.key())
                + " of "
                + entry.key().length
                + " bytes in "
                + entry.segmentId()
                + " at "
                + entry.offset()
                + ", "
                + entry.valueLength()
                + entry.tombstone()
                + entry.expiring();
    }
}
