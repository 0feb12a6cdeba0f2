package io.kvs.blob;

import io.kvs.CorruptionException;
import io.kvs.EntryTooLargeException;
import io.kvs.StoreIoException;
import io.kvs.format.BlobReference;
import io.kvs.format.FileNames;
import io.kvs.format.LittleEndian;
import io.kvs.format.PositionMask;
import io.kvs.format.RecordHeader;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.segment.Segment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Blobs: values in files of their own, each referred to by one record (FORMAT.md, "Blob"; values
/// apart from keys as in WiscKey, Lu et al., FAST 2016).
///
/// A blob never changes. It is on stable storage before the record that refers to it is written,
/// and lasts as long as that record, or a copy of it, does: compaction that drops the record
/// deletes the blob. One that no record refers to was left by an interrupted write.
public final class Blobs {
    private static final int ARRAY_MAX_BYTES = Integer.MAX_VALUE - 8;

    private final Disk disk;
    private final long storeId;

    /// Makes it for the blobs of a store.
    public Blobs(Disk disk, long storeId) {
        this.disk = disk;
        this.storeId = storeId;
    }

    /// What to do when the disk is full.
    public interface RoomMaker {
        /// Frees space; returns whether there is more now.
        boolean makeRoom();
    }

    /// Writes a blob and puts it on stable storage; an error leaves nothing behind.
    ///
    /// @param id its id, which no file has
    /// @param value where the value comes from; read to its end, and not closed
    /// @param room asked once for each piece that cannot be written
    /// @throws StoreIoException it cannot be written
    /// @throws IOException `value` cannot be read
    public BlobReference write(long id, InputStream value, RoomMaker room) throws IOException {
        String name = FileNames.blob(id);
        String temporary = FileNames.temporary(name);
        boolean done = false;
        try {
            long length = writeContent(temporary, PositionMask.salt(storeId, id), value, room);
            finish(temporary, name);
            done = true;
            return new BlobReference(id, length);
        } finally {
            if (!done) {
                delete(temporary);
                delete(name);
            }
        }
    }

    private long writeContent(String name, long salt, InputStream value, RoomMaker room)
            throws IOException {
        byte[] piece = new byte[BlobReference.PIECE_BYTES];
        long length = 0;
        long position = 0;
        DiskFile file = create(name);
        try {
            while (true) {
                int count = value.readNBytes(piece, 0, BlobReference.PIECE_VALUE_BYTES);
                if (count == 0) {
                    break;
                }
                int checksum = BlobInput.checksum(piece, count, salt, position);
                LittleEndian.putInt(piece, count, checksum);
                writePiece(file, position, piece, count + Integer.BYTES, room);
                position += count + Integer.BYTES;
                length += count;
            }
            sync(file);
        } finally {
            close(file);
        }
        return length;
    }

    private static void close(DiskFile file) {
        try {
            file.close();
        } catch (IOException e) {
            // What it holds is on stable storage, or of no use.
        }
    }

    private DiskFile create(String name) {
        try {
            return disk.create(name);
        } catch (IOException e) {
            throw unwritable(name, e);
        }
    }

    private void writePiece(
            DiskFile file, long position, byte[] piece, int length, RoomMaker room) {
        try {
            file.write(position, piece, 0, length);
        } catch (IOException e) {
            if (!room.makeRoom()) {
                throw new StoreIoException("cannot write a blob: " + e.getMessage(), e);
            }
            writePiece(file, position, piece, length, () -> false);
        }
    }

    private static void sync(DiskFile file) {
        try {
            file.sync();
        } catch (IOException e) {
            throw new StoreIoException("cannot sync a blob: " + e.getMessage(), e);
        }
    }

    private void finish(String temporary, String name) {
        try {
            disk.rename(temporary, name);
            disk.syncDirectory();
        } catch (IOException e) {
            throw unwritable(name, e);
        }
    }

    private StoreIoException unwritable(String name, IOException e) {
        return new StoreIoException("cannot write " + disk.path(name) + ": " + e.getMessage(), e);
    }

    /// Deletes a blob that no record refers to. One that cannot be deleted is found at the next
    /// open.
    public void delete(long id) {
        delete(FileNames.blob(id));
    }

    private void delete(String name) {
        try {
            disk.delete(name);
        } catch (IOException e) {
            // See above.
        }
    }

    /// Returns the value of the record of `key` at `offset`, or null for a tombstone, wherever the
    /// value is.
    ///
    /// @throws EntryTooLargeException it does not fit into an array
    /// @throws CorruptionException record or blob are damaged
    /// @throws IllegalStateException it is a record of another key: the pointer is out of date
    public byte @Nullable [] read(Segment segment, long offset, byte[] key) {
        return read(segment, offset, key, 0, key.length);
    }

    /// Does the same for a key that stands in a part of an array.
    public byte @Nullable [] read(
            Segment segment, long offset, byte[] key, int keyFrom, int keyTo) {
        byte[] stored = segment.read(offset, key, keyFrom, keyTo);
        boolean inBlob = RecordHeader.kind(segment.header(offset)) == RecordHeader.BLOB;
        return stored == null || !inBlob ? stored : read(stored);
    }

    /// Returns the value in the blob that a reference refers to.
    ///
    /// @throws EntryTooLargeException it does not fit into an array
    /// @throws CorruptionException the blob is damaged
    public byte[] read(byte[] encoded) {
        BlobReference reference = BlobReference.decode(encoded);
        if (reference.length() > ARRAY_MAX_BYTES) {
            throw new EntryTooLargeException(
                    "the value, which can only be read as a stream,",
                    reference.length(),
                    ARRAY_MAX_BYTES);
        }
        try (InputStream in = open(reference)) {
            return in.readNBytes((int) reference.length());
        } catch (IOException e) {
            throw new StoreIoException("cannot read a blob: " + e.getMessage(), e);
        }
    }

    /// Returns whether the record at `offset`, which refers to a blob and has been verified, has
    /// this value.
    public boolean hasValue(Segment segment, long offset, byte[] value) {
        byte[] key = segment.key(offset, segment.header(offset));
        byte[] stored = Objects.requireNonNull(segment.read(offset, key));
        return BlobReference.decode(stored).length() == value.length
                && Arrays.equals(read(stored), value);
    }

    /// Opens a blob.
    ///
    /// @throws CorruptionException it is missing
    public InputStream open(BlobReference reference) {
        String name = FileNames.blob(reference.id());
        try {
            return new BlobInput(
                    disk.open(name, Disk.Access.READ),
                    disk.path(name),
                    reference,
                    PositionMask.salt(storeId, reference.id()));
        } catch (NoSuchFileException e) {
            throw new CorruptionException(disk.path(name), 0, "the blob is missing");
        } catch (IOException e) {
            throw new StoreIoException("cannot open " + disk.path(name) + ": " + e.getMessage(), e);
        }
    }
}
