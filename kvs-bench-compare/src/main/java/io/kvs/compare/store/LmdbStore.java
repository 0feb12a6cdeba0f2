package io.kvs.compare.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.ByteBufferProxy;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.GetOp;
import org.lmdbjava.Meta;
import org.lmdbjava.Txn;

/// LMDB with one transaction for each write.
///
/// At [Level#PROCESS] it writes into its mapping and never syncs (`WRITEMAP`, `NOSYNC`): the
/// fastest mode that survives a kill. At [Level#DEVICE] it runs with its own defaults. Readers keep
/// their transaction and renew it for each read.
final class LmdbStore implements OrderedStore {
    static final List<String> JVM_FLAGS =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "--add-opens=java.base/java.nio=ALL-UNNAMED",
                    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");

    private static final int READERS_MAX = 1024;
    private static final long MAP_MIN_BYTES = 1L << 30;

    /// Pages of 4 KiB that are half full, copied when written, and never given back.
    private static final int MAP_BYTES_PER_LIVE_BYTE = 8;

    private final Env<ByteBuffer> environment;
    private final Dbi<ByteBuffer> database;
    private final Queue<Txn<ByteBuffer>> readers = new ConcurrentLinkedQueue<>();
    private final ThreadLocal<Txn<ByteBuffer>> reader = ThreadLocal.withInitial(this::newReader);
    private final ThreadLocal<ByteBuffer> keyBuffer;
    private final ThreadLocal<ByteBuffer> valueBuffer;

    LmdbStore(Path directory, Sizing sizing, Level level) {
        long liveBytes = sizing.keys() * (sizing.keyBytes() + sizing.valueBytes());
        EnvFlags[] flags =
                switch (level) {
                    case PROCESS ->
                            new EnvFlags[] {
                                EnvFlags.MDB_NOTLS, EnvFlags.MDB_NOSYNC, EnvFlags.MDB_WRITEMAP
                            };
                    case DEVICE -> new EnvFlags[] {EnvFlags.MDB_NOTLS};
                };
        environment =
                Env.create(ByteBufferProxy.PROXY_OPTIMAL)
                        .setMapSize(MAP_MIN_BYTES + MAP_BYTES_PER_LIVE_BYTE * liveBytes)
                        .setMaxDbs(1)
                        .setMaxReaders(READERS_MAX)
                        .open(directory.toFile(), flags);
        database = environment.openDbi("entries", DbiFlags.MDB_CREATE);
        keyBuffer = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(sizing.keyBytes()));
        valueBuffer = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(sizing.valueBytes()));
    }

    static void loadLibrary() {
        Meta.version();
    }

    @Override
    public void put(byte[] key, byte[] value) {
        try (Txn<ByteBuffer> transaction = environment.txnWrite()) {
            put(transaction, key, value);
            transaction.commit();
        }
    }

    @Override
    public void putAll(byte[][] keys, byte[][] values) {
        try (Txn<ByteBuffer> transaction = environment.txnWrite()) {
            for (int i = 0; i < keys.length; i++) {
                put(transaction, keys[i], values[i]);
            }
            transaction.commit();
        }
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        Txn<ByteBuffer> transaction = reader.get();
        transaction.renew();
        try {
            ByteBuffer found = database.get(transaction, filled(keyBuffer.get(), key));
            if (found == null) {
                return null;
            }
            byte[] value = new byte[found.remaining()];
            found.get(value);
            return value;
        } finally {
            transaction.reset();
        }
    }

    @Override
    public long scan(byte @Nullable [] from, boolean reversed, long limit) {
        long count = 0;
        Txn<ByteBuffer> transaction = reader.get();
        transaction.renew();
        try (Cursor<ByteBuffer> cursor = database.openCursor(transaction)) {
            boolean found;
            if (from == null) {
                found = reversed ? cursor.last() : cursor.first();
            } else {
                found = cursor.get(filled(keyBuffer.get(), from), GetOp.MDB_SET_RANGE);
            }
            for (; found && count < limit; count++) {
                copy(cursor.key());
                copy(cursor.val());
                found = reversed ? cursor.prev() : cursor.next();
            }
        } finally {
            transaction.reset();
        }
        return count;
    }

    private static byte[] copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    @Override
    public void remove(byte[] key) {
        try (Txn<ByteBuffer> transaction = environment.txnWrite()) {
            database.delete(transaction, filled(keyBuffer.get(), key));
            transaction.commit();
        }
    }

    @Override
    public void close() {
        readers.forEach(Txn::close);
        environment.close();
    }

    private void put(Txn<ByteBuffer> transaction, byte[] key, byte[] value) {
        database.put(transaction, filled(keyBuffer.get(), key), filled(valueBuffer.get(), value));
    }

    private Txn<ByteBuffer> newReader() {
        Txn<ByteBuffer> transaction = environment.txnRead();
        transaction.reset();
        readers.add(transaction);
        return transaction;
    }

    private static ByteBuffer filled(ByteBuffer buffer, byte[] bytes) {
        return buffer.clear().put(bytes).flip();
    }
}
