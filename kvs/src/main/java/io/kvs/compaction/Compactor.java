package io.kvs.compaction;

import io.kvs.CorruptionException;
import io.kvs.StoreClosedException;
import io.kvs.commit.Catalog;
import io.kvs.commit.Catalog.Change;
import io.kvs.commit.Failure;
import io.kvs.commit.GroupCommit;
import io.kvs.commit.Log;
import io.kvs.compression.Dictionaries;
import io.kvs.compression.Dictionary;
import io.kvs.format.BlobReference;
import io.kvs.format.FileNames;
import io.kvs.format.Manifest;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.SegmentHeader;
import io.kvs.index.Index;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.io.MappedFile;
import io.kvs.io.Pace;
import io.kvs.run.Run;
import io.kvs.segment.Segment;
import io.kvs.segment.SegmentTable;
import io.kvs.view.Disposal;
import io.kvs.view.Pins;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Moves the live records of some segments into new, sorted ones and deletes the old ones.
///
/// The order of the steps makes a crash harmless at each of them:
///
/// 1. copy the live records, in key order, and put the new files on stable storage;
/// 2. sync the log: a record that was found stale is so because of a newer one, which must not be
///    lost to a power cut after the stale one has gone;
/// 3. replace the manifest: this is the moment at which the compaction happens;
/// 4. have the new segments found through their runs, and point the keydir at the copies, unless a
///    writer was faster;
/// 5. retire the old segments: delete the files as soon as no view needs them and nobody reads
///    them.
///
/// A value that has expired is dropped; where an older value may exist, a tombstone takes its
/// place. A tombstone is copied as long as a segment that stays may hold an older value of its key.
/// Whether that changes depends on stale values being dropped; the *generation* of the store counts
/// how often that happened, and a segment remembers in which generation its tombstones were last
/// found needed.
public final class Compactor {
    /// A part is not smaller than this share of the largest segment.
    private static final int SMALLEST_PART_SHARE = 32;

    /// What a compaction holds on the heap for each record that it moves: its place, its move, and
    /// what its run needs, in arrays that grow.
    private static final int HEAP_BYTES_PER_RECORD = 80;

    /// That takes no larger share of the heap.
    private static final int HEAP_SHARE = 8;

    private final Disk disk;
    private final Catalog catalog;
    private final SegmentTable segments;
    private final Index index;
    private final Disposal disposal;
    private final Log log;
    private final GroupCommit commit;
    private final Failure failure;
    private final Background background;
    private final int segmentLimitBytes;
    private final Dictionaries dictionaries;
    private final DictionaryTraining training;
    private final AtomicLong generation = new AtomicLong();
    private final AtomicLong writtenBytes = new AtomicLong();

    /// Makes a compactor for an open store.
    public Compactor(
            Disk disk,
            Catalog catalog,
            SegmentTable segments,
            Index index,
            Disposal disposal,
            Log log,
            GroupCommit commit,
            Failure failure,
            Background background,
            Dictionaries dictionaries,
            int segmentLimitBytes) {
        this.disk = disk;
        this.catalog = catalog;
        this.segments = segments;
        this.index = index;
        this.disposal = disposal;
        this.log = log;
        this.commit = commit;
        this.failure = failure;
        this.background = background;
        this.dictionaries = dictionaries;
        this.training = new DictionaryTraining(dictionaries, catalog);
        this.segmentLimitBytes = segmentLimitBytes;
    }

    /// Returns how often stale values have been dropped.
    public long generation() {
        return generation.get();
    }

    /// Returns the bytes of records copied so far.
    public long writtenBytes() {
        return writtenBytes.get();
    }

    /// Returns about how many live bytes may be moved at once when everything is compacted, as heap
    /// and disk have room: the fewer the compactions, the fewer segments hold keys of one range,
    /// and the fewer places a scan has to read at a time.
    ///
    /// @param liveBytes the live bytes of the store
    /// @param keys how many keys they belong to
    public long movedMax(long liveBytes, long keys) {
        long records = Runtime.getRuntime().maxMemory() / HEAP_SHARE / HEAP_BYTES_PER_RECORD;
        long inHeap = records * (liveBytes / Math.max(1, keys));
        long inRuns = (long) Run.PARTS_MAX / 2 * segmentLimitBytes;
        long onDisk = disk.usableBytes() / 2;
        return Math.max(segmentLimitBytes, Math.min(inHeap, Math.min(inRuns, onDisk)));
    }

    /// Compacts sealed segments. Not to be called by two threads at once.
    ///
    /// @param parallel whether to use several processors, each of which writes files of its own
    /// @param pace how fast to write
    /// @param nowMillis the time at which values have expired or not
    /// @param givenUp tells whether the store is being closed, and nobody waits for this
    /// @throws CorruptionException a record is damaged; its segment is marked and nothing has
    ///   changed
    /// @throws StoreClosedException it was given up; nothing has changed
    /// @throws IOException nothing has changed, unless the store has failed
    public void run(
            List<Segment> victims,
            boolean parallel,
            Pace pace,
            long nowMillis,
            BooleanSupplier givenUp)
            throws IOException {
        try (Pins.Pin _ = disposal.pin()) { // Runs that are asked may be replaced meanwhile.
            move(victims, parallel, pace, nowMillis, givenUp);
        }
    }

    private void move(
            List<Segment> victims,
            boolean parallel,
            Pace pace,
            long nowMillis,
            BooleanSupplier givenUp)
            throws IOException {
        long rank = Manifest.rankOfSorted(log.activeBase());
        // A writer may have appended to a victim just before it was ended, and not yet pointed the
        // keydir at its record: such a record must not be taken for a stale one.
        index.keydir().awaitWriters();
        int parts = parallel ? parts(victims) : 1;
        List<Survivors> survivors = collect(victims, parts);
        List<KeyRange> ranges = KeyRange.split(survivors, parts);
        Dictionary dictionary = training.dictionaryFor(survivors);
        List<Copier> copiers = new ArrayList<>();
        for (int i = 0; i < ranges.size(); i++) {
            copiers.add(
                    new Copier(
                            disk,
                            catalog,
                            segments,
                            index,
                            segmentLimitBytes,
                            rank,
                            nowMillis,
                            dictionary,
                            pace,
                            givenUp));
        }
        List<List<Segment>> opened = new ArrayList<>();
        List<Run> runs = new ArrayList<>();
        boolean done = false;
        try {
            together(copiers, (copier, i) -> copier.copy(survivors, ranges.get(i)));
            List<Entry> entries = new ArrayList<>();
            for (Copier copier : copiers) {
                entries.addAll(copier.entries());
            }
            if (!entries.isEmpty()) {
                disk.syncDirectory();
            }
            for (Copier copier : copiers) {
                open(copier, dictionary, opened, runs);
            }
            commit.syncAll();
            catalog.change(
                    new Change(
                            entries,
                            victims.stream().map(Segment::id).toList(),
                            runs.stream().map(Run::id).toList(),
                            List.of(),
                            dictionary == null ? 0 : dictionary.id()));
            done = true;
            dictionaries.setCurrent(dictionary);
        } finally {
            if (!done) {
                undo(opened, runs, copiers);
            }
        }
        index.beginMoves();
        index.runs().change(runs, List.of());
        for (int i = 0; i < copiers.size(); i++) {
            for (int number = 0; number < opened.get(i).size(); number++) {
                Segment segment = opened.get(i).get(number);
                segment.seal(copiers.get(i).entries().get(number));
                index.runs().check(segment);
            }
        }
        // Through runs nothing is found any more that was dropped, while the keydir still finds
        // everything. Whoever has found such a value before does not put it into the keydir now:
        // the list of runs is another one.
        segments.conceal(victims);
        index.runs().change(List.of(), List.of());
        together(copiers, (copier, i) -> copier.publish(opened.get(i)));
        index.endMoves();
        retire(victims, copiers, opened);
        retireBlobs(survivors, copiers);
    }

    /// Collects what survives of each victim, of several at once.
    private List<Survivors> collect(List<Segment> victims, int parts) throws IOException {
        Queue<Segment> left = new ConcurrentLinkedQueue<>(victims);
        Queue<Survivors> collected = new ConcurrentLinkedQueue<>();
        Background.Task task =
                () -> {
                    Collector collector = new Collector(index);
                    for (Segment next = left.poll(); next != null; next = left.poll()) {
                        collected.add(collector.collect(next));
                    }
                };
        background.runAll(Collections.nCopies(parts, task));
        return List.copyOf(collected);
    }

    /// What a copier does.
    private interface Step {
        void run(Copier copier, int number) throws IOException;
    }

    private void together(List<Copier> copiers, Step step) throws IOException {
        List<Background.Task> tasks = new ArrayList<>();
        for (int i = 0; i < copiers.size(); i++) {
            int number = i;
            tasks.add(() -> step.run(copiers.get(number), number));
        }
        background.runAll(tasks);
    }

    /// Returns into how many parts it pays to split the work.
    private int parts(List<Segment> victims) {
        long bytes = victims.stream().mapToLong(Segment::sealedEnd).sum();
        long parts = bytes / Math.max(1, segmentLimitBytes / SMALLEST_PART_SHARE);
        return Math.clamp(parts, 1, background.parallelism());
    }

    /// Removes the outputs of a compaction that did not come about, unless it is uncertain whether
    /// the manifest names them: then the next open decides.
    private void undo(List<List<Segment>> opened, List<Run> runs, List<Copier> copiers)
            throws IOException {
        for (Run run : runs) {
            run.close();
        }
        for (List<Segment> list : opened) {
            for (Segment segment : list) {
                segments.remove(segment);
                segment.file().close();
            }
        }
        for (Copier copier : copiers) {
            copier.close();
            if (!failure.isSet()) {
                copier.discard();
            }
        }
    }

    private void open(
            Copier copier,
            @Nullable Dictionary dictionary,
            List<List<Segment>> opened,
            List<Run> runs)
            throws IOException {
        List<Segment> list = new ArrayList<>();
        opened.add(list);
        for (int number = 0; number < copier.entries().size(); number++) {
            Segment segment = open(copier.entries().get(number), copier.salt(number));
            segment.usage().setExpiries(copier.expiries(number));
            segment.setDictionary(dictionary);
            list.add(segment);
        }
        for (long id : copier.runs()) {
            runs.add(Run.mapNew(disk, catalog.storeId(), id));
        }
    }

    private Segment open(Entry entry, long salt) throws IOException {
        String name = FileNames.segment(entry.id());
        MappedFile mapped;
        try (DiskFile file = disk.open(name, Disk.Access.READ)) {
            mapped = file.map(entry.length(), Disk.Access.READ);
            mapped.prefault(0, entry.length());
        }
        return segments.add(number ->
                new Segment(
                        number,
                        entry.id(),
                        true,
                        entry.baseSequence(),
                        entry.rank(),
                        salt,
                        disk.path(name),
                        mapped));
    }

    /// Counts what is stale in the new segments, and deletes the old ones.
    private void retire(List<Segment> victims, List<Copier> copiers, List<List<Segment>> opened) {
        long copied = copiers.stream().mapToLong(Copier::copiedValueBytes).sum();
        boolean droppedValues = copied < valueBytes(victims);
        long now = droppedValues ? generation.incrementAndGet() : generation.get();
        for (int i = 0; i < copiers.size(); i++) {
            for (int number = 0; number < opened.get(i).size(); number++) {
                Segment segment = opened.get(i).get(number);
                segment.usage().addTombstone(copiers.get(i).tombstoneBytes(number));
                segment.setCheckedGeneration(now);
                writtenBytes.getAndAdd(segment.sealedEnd());
            }
        }
        segments.remove(victims);
        disposal.retireSegments(victims);
    }

    /// Disposes of the blobs to which only records referred that were not copied.
    private void retireBlobs(List<Survivors> survivors, List<Copier> copiers) {
        Set<BlobReference> dropped = new HashSet<>();
        for (Survivors victim : survivors) {
            dropped.addAll(victim.blobs());
        }
        for (Copier copier : copiers) {
            copier.blobs().forEach(dropped::remove);
        }
        dropped.forEach(disposal::retire);
    }

    private static long valueBytes(List<Segment> victims) {
        long bytes = 0;
        for (Segment victim : victims) {
            bytes += victim.sealedEnd() - SegmentHeader.BYTES - victim.usage().tombstoneBytes();
        }
        return bytes;
    }
}
