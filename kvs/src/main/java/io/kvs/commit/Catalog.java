package io.kvs.commit;

import io.kvs.format.FileNames;
import io.kvs.format.Manifest;
import io.kvs.format.Manifest.Entry;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/// The manifest in memory and its changes: each replaces the file atomically.
///
/// A change writes the new content beside the old one, syncs it, renames it over the old one and
/// syncs the directory. If it fails before the rename nothing has changed. If it fails afterwards
/// it is uncertain which manifest a power cut would leave, and the store takes no more writes.
public final class Catalog {
    private final Disk disk;
    private final Failure failure;
    private final Reserve reserve;
    private final long storeId;
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private final TreeSet<Long> runs = new TreeSet<>();
    private final AtomicLong nextFileId;
    private long tailSequence;
    private long dictionary;

    /// What to put into the manifest and what to take out. A segment may be in both: one that was
    /// sealed empty.
    ///
    /// @param added entries to put in, replacing entries of the same id
    /// @param removed ids of segments to take out
    /// @param addedRuns ids of runs to put in
    /// @param removedRuns ids of runs to take out
    /// @param dictionary the id of the dictionary to compress with from now on, 0 for none, or
    ///   {@link #SAME_DICTIONARY}
    public record Change(
            Collection<Entry> added,
            Collection<Long> removed,
            Collection<Long> addedRuns,
            Collection<Long> removedRuns,
            long dictionary) {
        /// Leaves it as it is.
        public static final long SAME_DICTIONARY = -1;

        /// Makes a change of segments and runs.
        public Change(
                Collection<Entry> added,
                Collection<Long> removed,
                Collection<Long> addedRuns,
                Collection<Long> removedRuns) {
            this(added, removed, addedRuns, removedRuns, SAME_DICTIONARY);
        }

        /// Makes a change of what is compressed with, alone.
        public static Change ofDictionary(long id) {
            return new Change(List.of(), List.of(), List.of(), List.of(), id);
        }

        /// Makes a change of segments alone.
        public static Change of(Collection<Entry> added, Collection<Long> removed) {
            return new Change(added, removed, List.of(), List.of());
        }

        /// Makes a change of runs alone.
        public static Change ofRuns(Collection<Long> added, Collection<Long> removed) {
            return new Change(List.of(), List.of(), added, removed);
        }
    }

    /// Starts with a manifest as it is on disk.
    public Catalog(Disk disk, Failure failure, Manifest manifest) {
        this.disk = disk;
        this.failure = failure;
        this.reserve = new Reserve(disk);
        this.storeId = manifest.storeId();
        this.nextFileId = new AtomicLong(manifest.nextFileId());
        this.tailSequence = manifest.tailSequence();
        this.dictionary = manifest.dictionary();
        for (Entry entry : manifest.segments()) {
            entries.put(entry.id(), entry);
        }
        runs.addAll(manifest.runs());
    }

    /// Returns the random number that all files of the store carry.
    public long storeId() {
        return storeId;
    }

    /// Returns the blocks with which a full disk can be cleaned up.
    public Reserve reserve() {
        return reserve;
    }

    /// Returns an id that no file has had. It is lost if the change that uses it fails.
    public long newFileId() {
        return nextFileId.getAndIncrement();
    }

    /// Returns an id that is larger than those of all files.
    public long nextFileId() {
        return nextFileId.get();
    }

    /// Makes sure that `id`, which a file once had, is not given to another one.
    public void skipFileId(long id) {
        nextFileId.accumulateAndGet(id + 1, Math::max);
    }

    /// Returns whether the manifest on disk is certainly the one that is known here.
    public boolean isCertain() {
        return !failure.isSet();
    }

    /// Returns the ids of the runs, growing.
    public synchronized List<Long> runs() {
        return new ArrayList<>(runs);
    }

    /// Returns the id of the dictionary that compaction compresses with, or 0.
    public synchronized long dictionary() {
        return dictionary;
    }

    /// Returns the entries by growing id.
    public synchronized List<Entry> entries() {
        return new ArrayList<>(entries.values());
    }

    /// Changes the manifest, durably.
    ///
    /// @throws IOException nothing has changed
    public void change(Change change) throws IOException {
        change(change, true);
    }

    /// Puts in a segment that takes new space, durably, and leaves the reserve alone.
    ///
    /// @throws IOException nothing has changed
    public void grow(Entry added) throws IOException {
        change(Change.of(List.of(added), List.of()), false);
    }

    private synchronized void change(Change change, boolean mayUseReserve) throws IOException {
        failure.check();
        TreeMap<Long, Entry> changed = new TreeMap<>(entries);
        long changedTail = tailSequence;
        for (Entry entry : change.added()) {
            changed.put(entry.id(), entry);
            if (entry.sealed() && !entry.sorted()) {
                changedTail = Math.max(changedTail, entry.maxSequence() + 1);
            }
        }
        changed.keySet().removeAll(change.removed());
        TreeSet<Long> changedRuns = new TreeSet<>(runs);
        changedRuns.addAll(change.addedRuns());
        changedRuns.removeAll(change.removedRuns());
        long changedDictionary =
                change.dictionary() == Change.SAME_DICTIONARY ? dictionary : change.dictionary();
        Manifest manifest =
                new Manifest(
                        storeId,
                        nextFileId.get(),
                        changedTail,
                        changedDictionary,
                        new ArrayList<>(changed.values()),
                        new ArrayList<>(changedRuns));
        byte[] content = manifest.encode();
        writeTemporary(content, mayUseReserve);
        try {
            disk.rename(FileNames.temporary(FileNames.MANIFEST), FileNames.MANIFEST);
            disk.syncDirectory();
        } catch (IOException e) {
            failure.set(e);
            throw e;
        }
        tailSequence = changedTail;
        dictionary = changedDictionary;
        entries.clear();
        entries.putAll(changed);
        runs.clear();
        runs.addAll(changedRuns);
    }

    /// Writes the new manifest; on a full disk with the help of the reserve, if that is allowed.
    private void writeTemporary(byte[] content, boolean mayUseReserve) throws IOException {
        try {
            tryWriteTemporary(content);
        } catch (IOException e) {
            if (!mayUseReserve || !reserve.shrink(content.length)) {
                throw e;
            }
            tryWriteTemporary(content);
        }
    }

    private void tryWriteTemporary(byte[] content) throws IOException {
        String name = FileNames.temporary(FileNames.MANIFEST);
        disk.delete(name);
        try (DiskFile file = disk.create(name)) {
            file.write(0, content, 0, content.length);
            file.sync();
        }
    }
}
