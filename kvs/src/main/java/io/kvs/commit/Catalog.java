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

/// The manifest in memory and its changes: each replaces the file atomically.
///
/// A change writes the new content beside the old one, syncs it, renames it over the old one and
/// syncs the directory. If it fails before the rename nothing has changed. If it fails afterwards
/// it is uncertain which manifest a power cut would leave, and the store takes no more writes.
public final class Catalog {
    private final Disk disk;
    private final Failure failure;
    private final long storeId;
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private long nextFileId;
    private long tailSequence;

    /// Starts with a manifest as it is on disk.
    public Catalog(Disk disk, Failure failure, Manifest manifest) {
        this.disk = disk;
        this.failure = failure;
        this.storeId = manifest.storeId();
        this.nextFileId = manifest.nextFileId();
        this.tailSequence = manifest.tailSequence();
        for (Entry entry : manifest.segments()) {
            entries.put(entry.id(), entry);
        }
    }

    /// Returns the random number that all files of the store carry.
    public long storeId() {
        return storeId;
    }

    /// Returns an id that no file has had. It is lost if the change that uses it fails.
    public synchronized long newFileId() {
        return nextFileId++;
    }

    /// Makes sure that `id`, which a file once had, is not given to another one.
    public synchronized void skipFileId(long id) {
        nextFileId = Math.max(nextFileId, id + 1);
    }

    /// Returns the entries by growing id.
    public synchronized List<Entry> entries() {
        return new ArrayList<>(entries.values());
    }

    /// Puts `added` in (replacing entries of the same id) and takes `removed` out, durably.
    ///
    /// @throws IOException nothing has changed
    public void change(Collection<Entry> added, Collection<Long> removed) throws IOException {
        change(added, removed, true);
    }

    /// Puts in a segment that takes new space, durably, and leaves the reserve alone.
    ///
    /// @throws IOException nothing has changed
    public void grow(Entry added) throws IOException {
        change(List.of(added), List.of(), false);
    }

    private synchronized void change(
            Collection<Entry> added, Collection<Long> removed, boolean mayUseReserve)
            throws IOException {
        failure.check();
        TreeMap<Long, Entry> changed = new TreeMap<>(entries);
        changed.keySet().removeAll(removed);
        long changedTail = tailSequence;
        for (Entry entry : added) {
            changed.put(entry.id(), entry);
            if (entry.sealed() && !entry.sorted()) {
                changedTail = Math.max(changedTail, entry.maxSequence() + 1);
            }
        }
        Manifest manifest =
                new Manifest(storeId, nextFileId, changedTail, new ArrayList<>(changed.values()));
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
        entries.clear();
        entries.putAll(changed);
    }

    /// Sets blocks aside with which a full disk can be cleaned up: the manifest written, a segment
    /// compacted.
    ///
    /// @param bytes how many; a reserve of at least half as many is left as it is
    public synchronized void keepReserve(int bytes) throws IOException {
        if (disk.list().contains(FileNames.RESERVE)) {
            try (DiskFile file = disk.open(FileNames.RESERVE, Disk.Access.READ)) {
                if (file.size() >= bytes / 2) {
                    return;
                }
            }
            disk.delete(FileNames.RESERVE);
        }
        try (DiskFile file = disk.create(FileNames.RESERVE)) {
            Log.fillWithZeros(file, 0, bytes);
        } catch (IOException e) {
            disk.delete(FileNames.RESERVE);
            throw e;
        }
    }

    /// Gives the reserve back to the file system; returns whether there was one.
    public synchronized boolean releaseReserve() throws IOException {
        boolean present = disk.list().contains(FileNames.RESERVE);
        if (present) {
            disk.delete(FileNames.RESERVE);
        }
        return present;
    }

    /// Writes the new manifest; on a full disk with the help of the reserve, if that is allowed.
    private void writeTemporary(byte[] content, boolean mayUseReserve) throws IOException {
        try {
            tryWriteTemporary(content);
        } catch (IOException e) {
            if (!mayUseReserve || !releaseReserve()) {
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
