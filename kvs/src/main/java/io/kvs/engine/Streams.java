package io.kvs.engine;

import io.kvs.Durability;
import io.kvs.InvalidKeyException;
import io.kvs.StoreClosedException;
import io.kvs.StoreIoException;
import io.kvs.blob.Blobs;
import io.kvs.format.BlobReference;
import io.kvs.format.RecordHeader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/// The write path of values that come as streams: a long one becomes a blob, and the record refers
/// to it.
final class Streams {
    private final StoreLife life;
    private final Writes writes;
    private final Blobs blobs;
    private final int thresholdBytes;

    /// Makes the path of a store.
    ///
    /// @param thresholdBytes the longest value that gets no file of its own
    Streams(StoreLife life, Writes writes, int thresholdBytes) {
        this.life = life;
        this.writes = writes;
        this.blobs = life.blobs();
        this.thresholdBytes = thresholdBytes;
    }

    /// When a value expires, asked once its stream has been read: its time begins with the write.
    interface Expiry {
        /// Returns it in milliseconds since 1970, or {@link RecordHeader#NEVER}.
        long millis();
    }

    /// Stores what a stream gives under `key`.
    ///
    /// @throws IOException the stream cannot be read
    void set(byte[] key, InputStream value, Expiry expiry, Durability durability)
            throws IOException {
        InvalidKeyException.check(key);
        life.ensureOpen();
        byte[] start = value.readNBytes(thresholdBytes + 1);
        if (start.length <= thresholdBytes) {
            writes.set(key, start, expiry.millis(), durability);
            return;
        }
        life.beforeGrowth();
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(start), value);
        BlobReference blob = life.writeBlob(whole);
        try {
            writes.append(key, blob.encode(), expiry.millis(), RecordHeader.BLOB, durability);
        } catch (StoreIoException | StoreClosedException e) {
            blobs.delete(blob.id()); // Nothing refers to it.
            throw e;
        }
    }
}
