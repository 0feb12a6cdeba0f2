package io.kvs.oneshot;

import io.kvs.CorruptionException;
import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.StoreIoException;
import io.kvs.format.FileNames;
import io.kvs.format.Manifest;
import io.kvs.format.Manifest.Entry;
import io.kvs.format.RecordHeader;
import io.kvs.io.Disk;
import io.kvs.io.Disk.DirectoryLock;
import io.kvs.io.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One operation on one key, for a process that does nothing else and should start fast.
///
/// It maps no memory, starts no thread and builds no index. The key is looked up in the runs and in
/// the records that none of them lists; a write appends one record to the open segment, byte for
/// byte what {@link io.kvs.segment.SegmentWriter} would have put there. That is possible for a
/// store that was closed in order and for most that were not. In every other situation the methods
/// raise {@link NotSimpleException} before anything is written, and the caller opens the store with
/// {@link io.kvs.KvStore}, which brings it into order.
///
/// Each call owns the directory while it runs. Not safe for use by several threads at once.
public final class OneShot {
    private static final int VALUE_BYTES_MAX = 64 << 10;
    private static final byte[] NOTHING = {};

    private final Disk disk;
    private final InstantSource clock;

    /// Makes it for the store in the directory of `disk`, with the clock of the system.
    public OneShot(Disk disk) {
        this(disk, InstantSource.system());
    }

    /// Makes it for the store in the directory of `disk`.
    ///
    /// @param clock tells what has expired
    public OneShot(Disk disk, InstantSource clock) {
        this.disk = disk;
        this.clock = clock;
    }

    /// Returns the value of `key`, or null if there is none.
    ///
    /// @throws NotSimpleException use {@link io.kvs.KvStore#get(byte[])}
    /// @throws io.kvs.StoreLockedException another process owns the directory
    /// @throws InvalidKeyException the key is empty or too long
    public byte @Nullable [] get(byte[] key) throws NotSimpleException {
        InvalidKeyException.check(key);
        try {
            ensureStore();
            DirectoryLock lock = lock();
            try (Store store = new Store(key)) {
                Found found = store.find();
                return found == null || isExpired(found) ? null : found.value();
            } finally {
                release(lock);
            }
        } catch (IOException | CorruptionException e) {
            throw notSimple(e);
        }
    }

    private boolean isExpired(Found found) {
        return found.expiryMillis() != RecordHeader.NEVER && found.expiryMillis() <= clock.millis();
    }

    /// Stores `value` under `key`; writes nothing if it is there already and does not expire.
    ///
    /// @param sync whether it must be on stable storage on return; else it survives the end of this
    ///   process, and a power cut only when the system has written it back
    /// @throws NotSimpleException nothing was written: use {@link io.kvs.KvStore#set(byte[],
    ///   byte[])}
    /// @throws io.kvs.StoreLockedException another process owns the directory
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws io.kvs.StoreIoException the write failed
    /// @throws io.kvs.StoreFailedException the sync failed
    public void set(byte[] key, byte[] value, boolean sync) throws NotSimpleException {
        InvalidKeyException.check(key);
        if (value.length > VALUE_BYTES_MAX) {
            throw new NotSimpleException("the value is large");
        }
        try {
            ensureStore();
            DirectoryLock lock = lock();
            try (Store store = new Store(key)) {
                OpenSegment open = store.open();
                Found found = store.find();
                if (found == null
                        || found.expiryMillis() != RecordHeader.NEVER
                        || !Arrays.equals(found.value(), value)) {
                    open.append(RecordHeader.VALUE, key, value, sync);
                } else if (sync) {
                    open.ensureSynced();
                }
            } finally {
                release(lock);
            }
        } catch (IOException | CorruptionException e) {
            throw notSimple(e);
        }
    }

    /// Removes `key` and its value.
    ///
    /// @param sync as for {@link #set}
    /// @throws KeyNotFoundException the key is not in the store; nothing was written
    /// @throws NotSimpleException nothing was written: use {@link io.kvs.KvStore#remove(byte[])}
    /// @throws io.kvs.StoreLockedException another process owns the directory
    /// @throws InvalidKeyException the key is empty or too long
    /// @throws io.kvs.StoreIoException the write failed
    /// @throws io.kvs.StoreFailedException the sync failed
    public void remove(byte[] key, boolean sync) throws NotSimpleException {
        InvalidKeyException.check(key);
        try {
            ensureStore();
            DirectoryLock lock = lock();
            try (Store store = new Store(key)) {
                Found found = store.find();
                if (found == null || found.value() == null) {
                    throw new KeyNotFoundException();
                }
                if (isExpired(found)) {
                    throw new NotSimpleException("the value has expired");
                }
                store.open().append(RecordHeader.TOMBSTONE, key, NOTHING, sync);
            } finally {
                release(lock);
            }
        } catch (IOException | CorruptionException e) {
            throw notSimple(e);
        }
    }

    /// Makes sure that there is a store, so that the lock leaves no file where there is none.
    private void ensureStore() throws IOException {
        disk.open(FileNames.MANIFEST, Disk.Access.READ).close();
    }

    private DirectoryLock lock() throws IOException {
        return disk.lock(FileNames.LOCK, "process ".concat(processId()));
    }

    /// Returns the id of this process, from where it costs a twentieth of what `ProcessHandle` does
    /// at the start of a process.
    private static String processId() {
        try {
            return Path.of("/proc/self").toRealPath().getFileName().toString();
        } catch (IOException e) {
            return Long.toString(ProcessHandle.current().pid());
        }
    }

    /// Releases the lock; that it fails after a write must not look like "nothing was written".
    private void release(DirectoryLock lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new StoreIoException("cannot release ".concat(disk.path(FileNames.LOCK)), e);
        }
    }

    private static NotSimpleException notSimple(Exception cause) {
        return new NotSimpleException(String.valueOf(cause.getMessage()));
    }

    /// The store while it is owned, as far as it matters for one key.
    private final class Store implements AutoCloseable {
        private final Lookup lookup;
        private final @Nullable OpenSegment open;

        Store(byte[] key) throws IOException, NotSimpleException {
            Manifest manifest = readManifest();
            Entry last = null;
            for (Entry entry : manifest.segments()) {
                if (!entry.sealed()) {
                    if (last != null) {
                        throw new NotSimpleException("several segments are not sealed");
                    }
                    last = entry;
                }
            }
            lookup = new Lookup(disk, manifest, key);
            try {
                open = last == null ? null : open(manifest, last, key);
            } catch (IOException | RuntimeException | NotSimpleException e) {
                lookup.close();
                throw e;
            }
        }

        private OpenSegment open(Manifest manifest, Entry last, byte[] key)
                throws IOException, NotSimpleException {
            return OpenSegment.read(disk, manifest, last, lookup.listedEnd(last.id()), key);
        }

        OpenSegment open() throws NotSimpleException {
            if (open == null) {
                throw new NotSimpleException("no segment is open");
            }
            return open;
        }

        /// Returns the newest record of the key, or null.
        @Nullable Found find() throws IOException, NotSimpleException {
            Found newest = open == null ? null : open.found();
            // What runs list is older.
            return newest == null ? lookup.find() : newest;
        }

        @Override
        public void close() {
            lookup.close();
        }

        private Manifest readManifest() throws IOException, NotSimpleException {
            byte[] bytes;
            try (DiskFile file = disk.open(FileNames.MANIFEST, Disk.Access.READ)) {
                bytes = new byte[Math.toIntExact(file.size())];
                file.read(0, bytes, 0, bytes.length);
            }
            Manifest manifest = Manifest.isWhole(bytes) ? Manifest.decode(bytes) : null;
            if (manifest == null) {
                throw new NotSimpleException("the manifest is damaged or of another version");
            }
            return manifest;
        }
    }
}
