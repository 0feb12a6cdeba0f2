package io.kvs.compare.store;

import java.nio.file.Path;
import java.util.Arrays;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.ByteIterable;
import jetbrains.exodus.env.Cursor;
import jetbrains.exodus.env.Environment;
import jetbrains.exodus.env.EnvironmentConfig;
import jetbrains.exodus.env.Environments;
import jetbrains.exodus.env.StoreConfig;
import jetbrains.exodus.env.Transaction;
import org.jspecify.annotations.Nullable;

/// The transactional B-tree of Xodus over its log, with one exclusive transaction for each write,
/// so that none has to be repeated.
///
/// A commit writes to the file; at [Level#DEVICE] it syncs too.
final class XodusStore implements OrderedStore {
    private static final long CACHE_BYTES = 512L << 20;

    private final Environment environment;
    private final jetbrains.exodus.env.Store entries;

    XodusStore(Path directory, Sizing sizing, Level level) {
        EnvironmentConfig config =
                new EnvironmentConfig()
                        .setLogDurableWrite(level == Level.DEVICE)
                        .setMemoryUsage(CACHE_BYTES)
                        .setEnvGatherStatistics(false)
                        .setManagementEnabled(false);
        environment = Environments.newInstance(directory.toFile(), config);
        entries =
                environment.computeInTransaction(transaction ->
                        environment.openStore(
                                "entries", StoreConfig.WITHOUT_DUPLICATES, transaction));
    }

    @Override
    public void put(byte[] key, byte[] value) {
        environment.executeInExclusiveTransaction(transaction -> put(transaction, key, value));
    }

    @Override
    public void putAll(byte[][] keys, byte[][] values) {
        environment.executeInExclusiveTransaction(transaction -> {
            for (int i = 0; i < keys.length; i++) {
                put(transaction, keys[i], values[i]);
            }
        });
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return environment.computeInReadonlyTransaction(transaction -> {
            ByteIterable found = entries.get(transaction, new ArrayByteIterable(key));
            return found == null ? null : copy(found);
        });
    }

    @Override
    public long scan(byte @Nullable [] from, boolean reversed, long limit) {
        return environment.computeInReadonlyTransaction(transaction -> {
            try (Cursor cursor = entries.openCursor(transaction)) {
                return scan(cursor, from, reversed, limit);
            }
        });
    }

    @Override
    public void remove(byte[] key) {
        environment.executeInExclusiveTransaction(
                transaction -> entries.delete(transaction, new ArrayByteIterable(key)));
    }

    @Override
    public void close() {
        environment.close();
    }

    private void put(Transaction transaction, byte[] key, byte[] value) {
        entries.put(transaction, new ArrayByteIterable(key), new ArrayByteIterable(value));
    }

    private static long scan(Cursor cursor, byte @Nullable [] from, boolean reversed, long limit) {
        boolean found;
        if (from != null) {
            found = cursor.getSearchKeyRange(new ArrayByteIterable(from)) != null;
        } else {
            found = reversed ? cursor.getLast() : cursor.getNext();
        }
        long count = 0;
        for (; found && count < limit; count++) {
            byte[] _ = copy(cursor.getKey());
            byte[] _ = copy(cursor.getValue());
            found = reversed ? cursor.getPrev() : cursor.getNext();
        }
        return count;
    }

    /// The bytes that an iterable hands out may be longer than it.
    private static byte[] copy(ByteIterable bytes) {
        return Arrays.copyOf(bytes.getBytesUnsafe(), bytes.getLength());
    }
}
