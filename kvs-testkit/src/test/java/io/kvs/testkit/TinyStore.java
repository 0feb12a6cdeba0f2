package io.kvs.testkit;

import io.kvs.Durability;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsEngine;
import io.kvs.WriteBatch;
import io.kvs.io.Background;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.io.MappedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The smallest store that survives crashes, and that does not once a bug is planted in it.
///
/// One mapped log of batches; compaction writes a new one and renames it into place.
final class TinyStore implements KvsEngine {
    private static final String LOG = "log";
    private static final String NEW_LOG = "log.new";
    private static final int LOG_BYTES = 64 << 10;
    private static final int HEADER_BYTES = 8;

    /// A mistake that a store can make.
    enum Bug {
        NO_SYNC,
        SYNC_ONLY_THE_LAST_RECORD,
        NO_CHECKSUM,
        NO_DIRECTORY_SYNC,
        NO_DIRECTORY_SYNC_IN_OPENING,
        RENAME_BEFORE_SYNC,
        OVERWRITE_IN_PLACE,
        BATCH_IN_PARTS,
        TOMBSTONE_FORGOTTEN
    }

    /// Opens tiny stores for a {@link CrashRun}.
    record Factory(Set<Bug> bugs) implements CrashRun.Subject {
        static Factory with(Bug bug) {
            return new Factory(EnumSet.of(bug));
        }

        static Factory withoutBug() {
            return new Factory(EnumSet.noneOf(Bug.class));
        }

        @Override
        public KvsEngine open(Disk disk, Background background, InstantSource clock) {
            return new TinyStore(disk, bugs);
        }

        @Override
        public boolean isExpiring() {
            return false;
        }

        @Override
        public void set(KvsEngine engine, Operation.Set set) {
            write(engine, new WriteBatch().set(set.key(), set.value()), set.durability());
        }

        @Override
        public void remove(KvsEngine engine, byte[] key, Durability durability) {
            if (engine.get(key).isEmpty()) {
                throw new KeyNotFoundException();
            }
            write(engine, new WriteBatch().remove(key), durability);
        }

        @Override
        public void write(KvsEngine engine, WriteBatch batch, Durability durability) {
            engine.write(batch);
            if (durability == Durability.SYNC) {
                engine.sync();
            }
        }

        @Override
        public boolean compareAndSet(
                KvsEngine engine,
                byte[] key,
                byte @Nullable [] expected,
                byte @Nullable [] value,
                Durability durability) {
            boolean equal = engine.compareAndSet(key, expected, value);
            if (durability == Durability.SYNC) {
                engine.sync();
            }
            return equal;
        }
    }

    private final Disk disk;
    private final Set<Bug> bugs;
    private final Disk.DirectoryLock lock;
    private final Map<byte[], byte[]> values = new TreeMap<>(Arrays::compareUnsigned);
    private MappedFile log;
    private int end;

    TinyStore(Disk disk, Set<Bug> bugs) {
        this.disk = disk;
        this.bugs = bugs;
        try {
            this.lock = disk.lock("lock", "tiny");
            disk.delete(NEW_LOG);
            if (!disk.list().contains(LOG)) {
                replaceLog();
            }
            if (!bugs.contains(Bug.NO_DIRECTORY_SYNC_IN_OPENING)) {
                // A killed process may have renamed the log without syncing the directory.
                disk.syncDirectory();
            }
            this.log = map();
            replay();
            writeAgain();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void set(byte[] key, byte[] value) {
        write(new WriteBatch().set(key, value));
    }

    @Override
    public Optional<byte[]> get(byte[] key) {
        return Optional.ofNullable(values.get(key));
    }

    @Override
    public void remove(byte[] key) {
        write(new WriteBatch().remove(key));
    }

    @Override
    public boolean compareAndSet(byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
        boolean equal = Arrays.equals(get(key).orElse(null), expected);
        if (equal && value != null) {
            set(key, value);
        } else if (equal && expected != null) {
            remove(key);
        }
        return equal;
    }

    @Override
    public void write(WriteBatch batch) {
        if (bugs.contains(Bug.BATCH_IN_PARTS)) {
            for (WriteBatch.Operation operation : batch.operations()) {
                append(encode(List.of(operation)));
                call();
            }
        } else {
            append(encode(batch.operations()));
        }
        for (WriteBatch.Operation operation : batch.operations()) {
            apply(operation.key(), operation.value());
        }
    }

    @Override
    public void sync() {
        try {
            int from = bugs.contains(Bug.SYNC_ONLY_THE_LAST_RECORD) ? Math.max(0, end - 64) : 0;
            if (!bugs.contains(Bug.NO_SYNC)) {
                log.sync(from, end);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void compact() {
        try {
            log.close();
            replaceLog();
            log = map();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long size() {
        return values.size();
    }

    @Override
    public void close() {
        try {
            sync();
            log.close();
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void append(byte[] record) {
        if (end + record.length > LOG_BYTES) {
            compact();
        }
        MemorySegment.copy(record, 0, log.memory(), ValueLayout.JAVA_BYTE, end, record.length);
        end += record.length;
    }

    private void replaceLog() throws IOException {
        boolean inPlace = bugs.contains(Bug.OVERWRITE_IN_PLACE) && disk.list().contains(LOG);
        try (DiskFile file =
                inPlace ? disk.open(LOG, Disk.Access.READ_WRITE) : disk.create(NEW_LOG)) {
            ByteBuffer content = ByteBuffer.allocate(LOG_BYTES);
            for (Map.Entry<byte[], byte[]> entry : values.entrySet()) {
                WriteBatch.Operation operation =
                        new WriteBatch.Operation(entry.getKey(), entry.getValue());
                content.put(encode(List.of(operation)));
            }
            end = content.position();
            file.write(0, content.array(), 0, LOG_BYTES / 2);
            file.write(LOG_BYTES / 2, content.array(), LOG_BYTES / 2, LOG_BYTES / 2);
            if (inPlace) {
                return;
            }
            if (bugs.contains(Bug.RENAME_BEFORE_SYNC)) {
                disk.rename(NEW_LOG, LOG);
                file.sync();
            } else {
                file.sync();
                disk.rename(NEW_LOG, LOG);
            }
        }
        if (!bugs.contains(Bug.NO_DIRECTORY_SYNC)) {
            disk.syncDirectory();
        }
    }

    private MappedFile map() throws IOException {
        try (DiskFile file = disk.open(LOG, Disk.Access.READ_WRITE)) {
            return file.map(LOG_BYTES, Disk.Access.READ_WRITE);
        }
    }

    private void replay() throws IOException {
        ByteBuffer content = log.memory().asByteBuffer();
        end = 0;
        while (end + HEADER_BYTES <= LOG_BYTES) {
            int length = content.getInt(end);
            int at = end + HEADER_BYTES;
            if (length <= 0 || length > LOG_BYTES - at) {
                break;
            }
            byte[] body = new byte[length];
            content.get(at, body);
            if (crc(body) != content.getInt(end + 4) && !bugs.contains(Bug.NO_CHECKSUM)) {
                break;
            }
            decode(ByteBuffer.wrap(body));
            end = at + length;
        }
        // What stands behind an unfinished record must not come to life behind the next one.
        log.memory().asSlice(end).fill((byte) 0);
        log.sync(end, LOG_BYTES);
    }

    /// A sync that failed as the process before died may have left pages that count as clean and
    /// are not on the device.
    private void writeAgain() throws IOException {
        byte[] content = log.memory().asSlice(0, end).toArray(ValueLayout.JAVA_BYTE);
        try (DiskFile file = disk.open(LOG, Disk.Access.READ_WRITE)) {
            file.write(0, content, 0, content.length);
        }
    }

    private void decode(ByteBuffer body) {
        while (body.remaining() >= 8) {
            byte[] key = new byte[Math.clamp(body.getInt(), 0, body.remaining() - 4)];
            body.get(key);
            int length = body.getInt();
            byte[] value = length < 0 ? null : new byte[Math.min(length, body.remaining())];
            if (value != null) {
                body.get(value);
            }
            if (key.length > 0) {
                apply(key, value);
            }
        }
    }

    private void apply(byte[] key, byte @Nullable [] value) {
        if (value == null) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
    }

    private byte[] encode(List<WriteBatch.Operation> operations) {
        ByteBuffer record = ByteBuffer.allocate(LOG_BYTES);
        record.position(HEADER_BYTES);
        for (WriteBatch.Operation operation : operations) {
            byte[] value = operation.value();
            if (value == null && bugs.contains(Bug.TOMBSTONE_FORGOTTEN)) {
                continue;
            }
            record.putInt(operation.key().length).put(operation.key());
            record.putInt(value == null ? -1 : value.length)
                    .put(value == null ? new byte[0] : value);
        }
        int length = record.position() - HEADER_BYTES;
        byte[] body = Arrays.copyOfRange(record.array(), HEADER_BYTES, record.position());
        record.putInt(0, length).putInt(4, crc(body));
        return Arrays.copyOf(record.array(), record.position());
    }

    /// Makes a call of the disk, at which the process can die.
    private void call() {
        try {
            disk.list();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
