package io.kvs.testkit;

import io.kvs.StoreLockedException;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A disk in memory that does to a store whatever a real one may do, repeatable from one seed.
///
/// It loses, tears and reorders what was not synced ({@link #crash}), writes dirty sectors early as
/// a kernel does, fails any call or dies there ({@link #failAt}), is full ({@link #limitCapacity}),
/// and rots ({@link #flipBit}). It is stricter than real disks: a name is durable only after a sync
/// of the directory, and the order of a directory listing is random.
///
/// Every method of the disk, its files, maps and locks counts as a call, except {@link #bootId},
/// {@link #path}, {@link #nanos}, the closing of a map, which changes nothing and works on a dead
/// disk too, and what this class adds to {@link Disk}. Files are small: up to a few MiB.
///
/// {@link #directory} gives another directory of the same machine, which dies with it and can have
/// links to the same files.
///
/// Safe for use by several threads, then of course without repeatability.
public final class SimulatedDisk implements Disk {
    /// One call in so many is preceded by the kernel writing some dirty sectors.
    private static final int WRITE_BACK_PERIOD = 24;

    /// Of so many looks at the clock one finds that no time has passed.
    private static final int FAST_PERIOD = 8;

    private static final Set<String> DIRECTORY_SYNC = Set.of("syncDirectory");
    private static final Set<String> SYNCS = Set.of("sync", "msync", "syncDirectory");

    private final long seed;
    private final String bootId;
    private final SplittableRandom kernelRandom;
    private final SplittableRandom faultRandom;
    private final SplittableRandom crashRandom;
    private final FaultPlan faults = new FaultPlan();
    private final SimulatedDirectory directory;

    /// All files that are still needed: they have a name, may get one back, or are open.
    private final Set<Inode> inodes = new LinkedHashSet<>();

    private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());

    /// The locks by the names of their files.
    private final Map<String, SimulatedLock> locks = new HashMap<>();

    private final AtomicLong looks = new AtomicLong();
    private final AtomicLong nanos = new AtomicLong();
    private volatile long readNanos = 50_000;
    private long sequence;
    private long capacityPages = Long.MAX_VALUE;
    private int mapReserveBytes = 256 << 10;
    private boolean oneThread;
    private boolean crashed;
    private boolean failedClose;

    /// Makes an empty disk.
    public SimulatedDisk(long seed) {
        this(seed, newBootId(seed), new SimulatedDirectory());
    }

    private SimulatedDisk(long seed, String bootId, SimulatedDirectory directory) {
        this.seed = seed;
        this.bootId = bootId;
        this.directory = directory;
        SplittableRandom random = new SplittableRandom(seed);
        this.kernelRandom = random.split();
        this.faultRandom = random.split();
        this.crashRandom = random.split();
    }

    /// Returns a disk with the files of a real directory, all of them durable.
    public static SimulatedDisk fromDirectory(Path path, long seed) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(seed);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                if (Files.isRegularFile(entry)) {
                    disk.put(String.valueOf(entry.getFileName()), Files.readAllBytes(entry));
                }
            }
        }
        return disk;
    }

    /// Writes all files into a real directory.
    public synchronized void writeTo(Path path) throws IOException {
        for (Map.Entry<String, Inode> entry : directory.live().entrySet()) {
            Files.write(path.resolve(entry.getKey()), entry.getValue().bytes());
        }
    }

    @Override
    public synchronized List<String> list() throws IOException {
        return list("");
    }

    /// Lists the names that begin with `prefix`, and what is left of them without it.
    synchronized List<String> list(String prefix) throws IOException {
        begin("list", prefix);
        List<String> names = directory.names(prefix);
        Collections.shuffle(names, Random.from(kernelRandom));
        end();
        return names;
    }

    @Override
    public synchronized DiskFile create(String name) throws IOException {
        begin("create", name);
        if (directory.find(name) != null) {
            throw new FileAlreadyExistsException(path(name));
        }
        SimulatedFile file = opened(newFile(name), name, Access.READ_WRITE);
        end();
        return file;
    }

    @Override
    public synchronized DiskFile open(String name, Access access) throws IOException {
        begin("open", name);
        SimulatedFile file = opened(existing(name), name, access);
        end();
        return file;
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        begin("rename", from);
        directory.rename(nextSequence(), from, to, existing(from));
        end();
    }

    @Override
    public boolean link(String name, Disk target) throws IOException {
        return target instanceof SimulatedFolder folder
                && folder.disk() == this
                && link(name, folder.full(name));
    }

    /// Gives a file a second name; returns true.
    synchronized boolean link(String name, String second) throws IOException {
        begin("link", name);
        Inode inode = existing(name);
        if (directory.find(second) != null) {
            throw new FileAlreadyExistsException(path(second));
        }
        directory.create(nextSequence(), second, inode);
        end();
        return true;
    }

    /// Returns another directory of the same machine. It shares faults, crashes and capacity with
    /// this one, and its names begin here with its name and a slash.
    public Disk directory(String name) {
        return new SimulatedFolder(this, name + '/');
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        begin("delete", name);
        Inode inode = directory.find(name);
        if (inode != null) {
            directory.delete(nextSequence(), name, inode);
        }
        end();
    }

    @Override
    public synchronized void syncDirectory() throws IOException {
        syncDirectory("");
    }

    /// Makes the changes of the names durable that begin with `prefix`.
    synchronized void syncDirectory(String prefix) throws IOException {
        if (nextSyncFails("syncDirectory")) {
            directory.syncFirst(prefix, faultRandom.nextInt(directory.pendingCount(prefix) + 1));
        }
        begin("syncDirectory", prefix);
        directory.sync(prefix);
        releaseUnreachable();
        end();
    }

    @Override
    public synchronized DirectoryLock lock(String name, String owner) throws IOException {
        begin("lock", name);
        Inode inode = directory.find(name);
        if (locks.containsKey(name) && inode != null) {
            throw new StoreLockedException(path(""), text(inode).strip());
        }
        byte[] line = (owner + "\n").getBytes(StandardCharsets.UTF_8);
        Inode file = inode == null ? newFile(name) : inode;
        file.setSize(nextSequence(), 0);
        file.write(nextSequence(), 0, line, 0, line.length);
        SimulatedLock taken = new SimulatedLock(this, name);
        locks.put(name, taken);
        opened(taken);
        end();
        return taken;
    }

    @Override
    public String bootId() {
        return bootId;
    }

    /// Says that reads take as long from now on: most of them, for one in some is always fast.
    public void setReadNanos(long value) {
        readNanos = value;
    }

    @Override
    public long nanos() {
        boolean fast = looks.incrementAndGet() % FAST_PERIOD == 0;
        return nanos.addAndGet(fast ? 0 : readNanos);
    }

    @Override
    public synchronized long usableBytes() {
        long pages = freePages();
        return pages == Long.MAX_VALUE ? pages : pages * Inode.PAGE_BYTES;
    }

    @Override
    public String path(String name) {
        return "simulated:" + Long.toHexString(seed) + '/' + name;
    }

    /// Ends the life of this disk, and returns a new one with what is left.
    ///
    /// The maps of this disk are closed, and every further call of it throws {@link
    /// SimulatedCrash}. The new disk takes its seed from this one, counts its calls from 0 and has
    /// no faults planned.
    public synchronized SimulatedDisk crash(Crash crash) {
        return end(crash, false);
    }

    /// Ends the life of this disk like {@link #crash}, but the system goes on: the file system went
    /// away under it, with what was not synced, and came back.
    ///
    /// @param cut a power cut, which says what is lost
    public synchronized SimulatedDisk loseFileSystem(Crash cut) {
        return end(cut, true);
    }

    private SimulatedDisk end(Crash crash, boolean sameBoot) {
        crashed = true;
        closeAll();
        SimulatedDisk next =
                switch (crash.kind()) {
                    case KILL -> afterKill();
                    case POWER_CUT -> afterPowerCut(crash, sameBoot);
                };
        next.capacityPages = capacityPages;
        next.mapReserveBytes = mapReserveBytes;
        next.oneThread = oneThread;
        inodes.clear();
        return next;
    }

    /// Returns a disk of the same state and seed that nobody has open; this one stays as it is.
    public synchronized SimulatedDisk copy() {
        return copy(seed);
    }

    /// Returns a disk of the same state with another seed.
    public synchronized SimulatedDisk copy(long newSeed) {
        IdentityHashMap<Inode, Inode> copies = new IdentityHashMap<>();
        SimulatedDisk copy = new SimulatedDisk(newSeed, bootId, directory.copy(copies));
        copy.inodes.addAll(copies.values());
        copy.sequence = sequence;
        copy.capacityPages = capacityPages;
        copy.readNanos = readNanos;
        copy.mapReserveBytes = mapReserveBytes;
        copy.oneThread = oneThread;
        return copy;
    }

    /// Ends the life of this disk and gives its memory back at once, which a long sweep needs.
    public synchronized void discard() {
        crashed = true;
        closeAll();
        for (Inode inode : inodes) {
            inode.release();
        }
        inodes.clear();
    }

    /// Plans a fault at a call, counted from 1 since the disk was made; replaces an earlier plan.
    public synchronized void failAt(long call, FaultKind kind) {
        faults.failAt(call, kind);
    }

    /// Plans the death of the process at a sync of a file, a map or the directory, counted from 1
    /// from now on; replaces an earlier plan. Where most is at stake.
    public synchronized void dieAtSync(int count, FaultKind kind) {
        dieAtCallOf(SYNCS, count, kind);
    }

    /// Plans the death of the process at a sync of the directory in the same way.
    public synchronized void dieAtDirectorySync(int count, FaultKind kind) {
        dieAtCallOf(DIRECTORY_SYNC, count, kind);
    }

    /// Returns how many calls there were.
    public synchronized long calls() {
        return faults.calls();
    }

    /// Returns whether the process that uses this disk is dead.
    public synchronized boolean isDead() {
        return crashed;
    }

    /// Limits the sum of the written pages of 4 KiB; holes take no space.
    public synchronized void limitCapacity(long bytes) {
        capacityPages = bytes / Inode.PAGE_BYTES;
    }

    /// Sets to what size a file can grow while it is mapped; default 256 KiB.
    public synchronized void reserveForMaps(int bytes) {
        mapReserveBytes = bytes;
    }

    /// Returns the sum of the written pages of 4 KiB in bytes.
    public synchronized long allocatedBytes() {
        long pages = 0;
        for (Inode inode : inodes) {
            if (inode.isOpen() || directory.liveInodes().contains(inode)) {
                pages += inode.allocatedPageCount();
            }
        }
        return pages * Inode.PAGE_BYTES;
    }

    /// Returns how many units of `unitBytes` a power cut now could take back.
    public synchronized int unsyncedUnits(int unitBytes) {
        int count = 0;
        for (Inode inode : new LinkedHashSet<>(directory.liveInodes())) {
            count += inode.unsyncedUnits(unitBytes);
        }
        return count;
    }

    /// Checks that no map was written to where the file has a hole.
    public synchronized void assertNoWritesIntoHoles() {
        directory
                .live()
                .forEach((name, inode) -> {
                    int page = inode.writtenHole();
                    if (page >= 0) {
                        throw new AssertionError(
                                name
                                        + " was written through a map in page "
                                        + page
                                        + ", which has no block");
                    }
                });
    }

    /// Returns what is open: files, maps and the lock.
    public synchronized List<String> openHandles() {
        List<String> handles = new ArrayList<>();
        for (Object handle : open) {
            handles.add(handle.toString());
        }
        Collections.sort(handles);
        return handles;
    }

    /// Returns whether a close was failed; what was to be closed after it may be left open then.
    public synchronized boolean hasFailedClose() {
        return failedClose;
    }

    /// Returns the names of all files, sorted.
    public synchronized List<String> names() {
        return List.copyOf(directory.live().keySet());
    }

    /// Returns the content of a file as everyone sees it.
    public synchronized byte[] bytes(String name) {
        return required(name).bytes();
    }

    /// Inverts a bit of a file, on the device as well; bit 0 is the lowest of the first byte.
    public synchronized void flipBit(String name, long bit) {
        required(name).flipBit(bit);
    }

    /// Cuts a file, durably at once.
    public synchronized void truncate(String name, int size) {
        Inode inode = required(name);
        inode.setSize(nextSequence(), size);
        inode.sync(0, size);
    }

    /// Puts a file of this content in place, durably at once; replaces one that nobody has open.
    public synchronized void put(String name, byte[] content) {
        Inode inode = Inode.of(content.clone());
        inodes.add(inode);
        directory.putDurable(name, inode);
    }

    /// Removes a file, durably at once.
    public synchronized void remove(String name) {
        directory.removeDurable(name);
    }

    @Override
    public String toString() {
        return "simulated disk of seed " + seed;
    }

    /// Counts a call, and fails it if that is planned.
    void begin(String call, String name) throws IOException {
        countCall(call, name);
        failedClose |= call.equals("close") && faults.failsNow();
        faults.failIfChosen(call, name);
    }

    /// Ends a call that has had its effect.
    void end() {
        if (faults.crashesAfter()) {
            die("after call " + faults.calls());
        }
    }

    /// Returns whether the sync that comes next does a part of its work only: because it fails, or
    /// because the process dies within it and nobody hears that it has failed.
    boolean nextSyncFails(String call) {
        return !crashed && (faults.nextFails() || faults.nextCrashesWithin(call));
    }

    boolean nextWriteTears() {
        return !crashed && (faults.nextFails() || faults.nextCrashesWithin("write"));
    }

    SplittableRandom faultRandom() {
        return faultRandom;
    }

    long nextSequence() {
        return sequence++;
    }

    long freePages() {
        return capacityPages == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : Math.max(0, capacityPages - allocatedBytes() / Inode.PAGE_BYTES);
    }

    @Nullable Inode find(String name) {
        return directory.find(name);
    }

    /// Declares that all maps are used by the thread that makes them. To close a map that any
    /// thread may be using takes as long as a hundred operations of a run.
    public synchronized void useByOneThread() {
        oneThread = true;
    }

    Arena newArena() {
        return oneThread ? Arena.ofConfined() : Arena.ofShared();
    }

    int mapReserveBytes() {
        return mapReserveBytes;
    }

    void opened(Object handle) {
        open.add(handle);
    }

    void closed(Object handle) {
        open.remove(handle);
    }

    void unlocked(SimulatedLock closing) {
        locks.values().remove(closing);
        open.remove(closing);
    }

    private void countCall(String call, String name) {
        if (crashed) {
            throw new SimulatedCrash("the process is dead: " + call + ' ' + name);
        }
        maybeWriteBack();
        if (faults.crashesBefore(call)) {
            die("at call " + faults.calls() + ": " + call + ' ' + name);
        }
    }

    private void dieAtCallOf(Set<String> names, int count, FaultKind kind) {
        switch (kind) {
            case ONCE, FOREVER -> throw new IllegalArgumentException("not a death: " + kind);
            case CRASH_BEFORE, CRASH_WITHIN, CRASH_AFTER -> faults.failAtCallOf(names, count, kind);
        }
    }

    private void die(String where) {
        crashed = true;
        for (Inode inode : inodes) {
            inode.detachMaps();
        }
        throw new SimulatedCrash(where);
    }

    private void maybeWriteBack() {
        if (kernelRandom.nextInt(WRITE_BACK_PERIOD) == 0) {
            for (Inode inode : inodes) {
                if (kernelRandom.nextBoolean()) {
                    inode.writeBack(kernelRandom);
                }
            }
        }
    }

    private void closeAll() {
        for (Inode inode : inodes) {
            inode.closeAll();
        }
        open.clear();
        locks.clear();
    }

    private SimulatedDisk afterKill() {
        SimulatedDisk next = new SimulatedDisk(crashRandom.nextLong(), bootId, directory);
        next.inodes.addAll(inodes);
        next.sequence = sequence;
        return next;
    }

    private SimulatedDisk afterPowerCut(Crash crash, boolean sameBoot) {
        PowerCut cut = new PowerCut(crash, crashRandom, endOfReached(crash));
        Map<String, Inode> left = directory.afterPowerCut(cut);
        long nextSeed = crashRandom.nextLong();
        SimulatedDisk next =
                new SimulatedDisk(
                        nextSeed,
                        sameBoot ? bootId : newBootId(nextSeed),
                        new SimulatedDirectory());
        IdentityHashMap<Inode, Inode> images = new IdentityHashMap<>();
        left.forEach((name, inode) -> {
            Inode image = images.computeIfAbsent(inode, i -> Inode.of(i.afterPowerCut(cut)));
            next.inodes.add(image);
            next.directory.putDurable(name, image);
        });
        for (Inode inode : inodes) {
            inode.release();
        }
        return next;
    }

    /// Returns the sequence number at which a power cut ends the order of changes.
    private long endOfReached(Crash crash) {
        List<Long> sequences = directory.pendingSequences();
        for (Inode inode : inodes) {
            for (PendingChange change : inode.pending()) {
                sequences.add(change.sequence());
            }
        }
        Collections.sort(sequences);
        if (crash.keptShare() == 1 || sequences.isEmpty()) {
            return Long.MAX_VALUE;
        }
        return sequences.get(crash.keptShare() == 0 ? 0 : crashRandom.nextInt(sequences.size()));
    }

    private void releaseUnreachable() {
        inodes.removeIf(inode -> {
            boolean reachable = inode.isOpen() || directory.liveInodes().contains(inode);
            if (!reachable) {
                inode.release();
            }
            return !reachable;
        });
    }

    private Inode newFile(String name) {
        Inode inode = new Inode();
        inodes.add(inode);
        directory.create(nextSequence(), name, inode);
        return inode;
    }

    private SimulatedFile opened(Inode inode, String name, Access access) {
        SimulatedFile file = new SimulatedFile(this, inode, name, access);
        open.add(file);
        return file;
    }

    private Inode existing(String name) throws NoSuchFileException {
        Inode inode = directory.find(name);
        if (inode == null) {
            throw new NoSuchFileException(path(name));
        }
        return inode;
    }

    private Inode required(String name) {
        Inode inode = directory.find(name);
        if (inode == null) {
            throw new UncheckedIOException(new FileNotFoundException(path(name)));
        }
        return inode;
    }

    private static String text(Inode inode) {
        return new String(inode.bytes(), StandardCharsets.UTF_8);
    }

    /// Returns an id in the form of Linux.
    private static String newBootId(long seed) {
        SplittableRandom random = new SplittableRandom(~seed);
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }
}
