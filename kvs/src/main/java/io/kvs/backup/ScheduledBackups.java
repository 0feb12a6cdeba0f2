package io.kvs.backup;

import io.kvs.BackupProgress;
import io.kvs.BackupReport;
import io.kvs.BackupSchedule;
import io.kvs.KvsException;
import io.kvs.StoreClosedException;
import io.kvs.StoreIoException;
import io.kvs.StoreLockedException;
import io.kvs.format.FileNames;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import io.kvs.io.Disk.DirectoryLock;
import io.kvs.io.Folders;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes a backup every so often into a directory named by the time, and deletes the oldest.
///
/// What is due is told by the directories that are there, so that it does not matter how often the
/// store is opened. Directories with other names are left alone; of those with such a name one
/// without manifest was never finished.
public final class ScheduledBackups implements BackupSchedule {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss'Z'").withZone(ZoneOffset.UTC);
    private static final Duration LOOK_PERIOD_MAX = Duration.ofMinutes(1);
    private static final Duration PERIOD_MIN = Duration.ofSeconds(1);

    private final Source source;
    private final Folders folders;
    private final Duration period;
    private final int kept;
    private final InstantSource clock;
    private final DirectoryLock lock;
    private final Background.Worker worker;
    private volatile @Nullable BackupReport last;
    private volatile @Nullable KvsException failure;
    private volatile boolean closed;

    /// What is backed up.
    @FunctionalInterface
    public interface Source {
        /// Takes a backup; see {@link io.kvs.KvStore#backup}.
        BackupReport backup(Disk target, BackupProgress progress);
    }

    private ScheduledBackups(
            Source source,
            Folders folders,
            Duration period,
            int kept,
            InstantSource clock,
            DirectoryLock lock,
            Background background) {
        this.source = source;
        this.folders = folders;
        this.period = period;
        this.kept = kept;
        this.clock = clock;
        this.lock = lock;
        Duration look = period.compareTo(LOOK_PERIOD_MAX) < 0 ? period : LOOK_PERIOD_MAX;
        this.worker = background.start("backup", look, this::step);
    }

    /// Starts it; see {@link io.kvs.KvStore#schedule}.
    ///
    /// @throws StoreLockedException there is another schedule for the same directory
    public static ScheduledBackups start(
            Source source,
            Folders folders,
            Duration period,
            int kept,
            InstantSource clock,
            Background background) {
        if (period.compareTo(PERIOD_MIN) < 0) {
            throw new IllegalArgumentException("the period is less than a second: " + period);
        }
        if (kept < 1) {
            throw new IllegalArgumentException("fewer than one to keep: " + kept);
        }
        Disk parent = folders.disk();
        try {
            DirectoryLock lock =
                    parent.lock(
                            FileNames.LOCK,
                            "the schedule of process " + ProcessHandle.current().pid());
            ScheduledBackups started =
                    new ScheduledBackups(source, folders, period, kept, clock, lock, background);
            started.worker.wake();
            return started;
        } catch (IOException e) {
            throw new StoreIoException("cannot lock " + parent.path("") + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<BackupReport> last() {
        return Optional.ofNullable(last);
    }

    @Override
    public Optional<KvsException> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        closed = true;
        worker.close();
        try {
            lock.close();
        } catch (IOException e) {
            // It ends with the process.
        }
    }

    private void step() {
        try {
            Instant now = clock.instant();
            if (isDue(now)) {
                deleteUnfinished();
                take(now);
                deleteOld();
            }
            failure = null;
        } catch (KvsException e) {
            failure = e;
        } catch (IOException e) {
            failure =
                    new StoreIoException(
                            "cannot take a backup in "
                                    + folders.disk().path("")
                                    + ": "
                                    + e.getMessage(),
                            e);
        }
    }

    /// Returns whether the newest backup is as old as the period; or lies so far in the future that
    /// the clock must have been wrong.
    private boolean isDue(Instant now) throws IOException {
        List<String> finished = dated(true);
        return finished.isEmpty()
                || Duration.between(time(finished.getLast()), now).abs().compareTo(period) >= 0;
    }

    private void take(Instant now) throws IOException {
        Disk target = folders.create(NAME.format(now));
        last =
                source.backup(
                        target,
                        (_, _) -> {
                            if (closed) {
                                throw new StoreClosedException();
                            }
                        });
    }

    private void deleteUnfinished() throws IOException {
        for (String name : dated(false)) {
            delete(name);
        }
    }

    private void deleteOld() throws IOException {
        List<String> finished = dated(true);
        for (String name : finished.subList(0, Math.max(0, finished.size() - kept))) {
            delete(name);
        }
    }

    /// Deletes a backup, unless somebody has it open as a store.
    private void delete(String name) throws IOException {
        Disk disk = folders.disk(name);
        try (DirectoryLock _ = disk.lock(FileNames.LOCK, "a schedule that deletes it")) {
            EmptyDirectory.clear(disk);
            disk.delete(FileNames.LOCK);
        } catch (StoreLockedException e) {
            return;
        }
        folders.delete(name);
    }

    /// Returns the names of the directories that this, or one like it, has made, oldest first.
    private List<String> dated(boolean finished) throws IOException {
        List<String> dated = new ArrayList<>();
        for (String name : folders.names()) {
            if (isTime(name)
                    && folders.disk(name).list().contains(FileNames.MANIFEST) == finished) {
                dated.add(name);
            }
        }
        return dated;
    }

    private static boolean isTime(String name) {
        try {
            time(name);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static Instant time(String name) {
        return NAME.parse(name, Instant::from);
    }
}
