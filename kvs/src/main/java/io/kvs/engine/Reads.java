package io.kvs.engine;

import static io.kvs.engine.LogRecords.ABSENT;

import io.kvs.CorruptionException;
import io.kvs.InvalidKeyException;
import io.kvs.blob.Blobs;
import io.kvs.commit.GroupCommit;
import io.kvs.format.BlobReference;
import io.kvs.format.RecordHeader;
import io.kvs.index.Index;
import io.kvs.recovery.Damage;
import io.kvs.run.DamagedRunException;
import io.kvs.segment.LogPointer;
import io.kvs.segment.Segment;
import io.kvs.view.ReadSections;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The read path: the index gives the pointer, the segment the verified value; no lock. First the
/// likely record is read; only if it is not that of the key, each that may be is looked at.
///
/// A record moves only by compaction. A reader that holds a pointer which is out of date meets a
/// retired number or the record of another key, and looks the key up again. What it has found is
/// not unmapped before it leaves its {@link ReadSections section}.
final class Reads {
    private final StoreLife life;
    private final LogRecords records;
    private final InstantSource clock;
    private final Index index;
    private final GroupCommit commit;
    private final Damage damage;
    private final ReadSections sections;
    private final Blobs blobs;
    private final Reading<byte[]> readValue = this::read;

    /// Makes the read path of a store.
    Reads(StoreLife life, LogRecords records, InstantSource clock) {
        this.life = life;
        this.records = records;
        this.clock = clock;
        this.index = life.index();
        this.commit = life.commit();
        this.damage = life.damage();
        this.sections = life.sections();
        this.blobs = life.blobs();
    }

    /// What is read of a record.
    interface Reading<T> {
        /// Returns it, or null if there is none.
        ///
        /// @throws IllegalStateException it is a record of another key, or was moved
        @Nullable T read(Segment segment, long offset, byte[] key);
    }

    /// Returns a copy of the value of `key`, or null.
    byte @Nullable [] find(byte[] key) {
        return find(key, readValue);
    }

    /// Returns whether `key` has a value.
    boolean contains(byte[] key) {
        return find(key, (segment, offset, _) -> isValue(segment, offset, key)) != null;
    }

    private @Nullable Boolean isValue(Segment segment, long offset, byte[] key) {
        return readStored(segment, offset, key) == null ? null : Boolean.TRUE;
    }

    /// Opens the value of `key`, or returns null.
    @Nullable InputStream stream(byte[] key) {
        return find(key, this::open);
    }

    /// Returns when the value of `key` expires, or null.
    @Nullable Instant expiry(byte[] key) {
        return find(key, this::readExpiry);
    }

    private <T> @Nullable T find(byte[] key, Reading<T> reading) {
        InvalidKeyException.check(key);
        return find(index.hash(key), key, reading);
    }

    /// Returns what is read of the newest record of a key, or null if it has none.
    <T> @Nullable T find(long keyHash, byte[] key, Reading<T> reading) {
        ReadSections.Reader section = sections.enter();
        try {
            return findInside(keyHash, key, reading);
        } finally {
            section.leave();
        }
    }

    /// Reads the first record that the keydir has for the hash of a key, which hardly ever is that
    /// of another key. Whether it is, reading tells anyway: to compare the key beforehand would
    /// make the processor wait for the head of the record before it asks for the rest.
    private <T> @Nullable T findInside(long keyHash, byte[] key, Reading<T> reading) {
        life.ensureOpen();
        try {
            long pointer = index.candidate(keyHash);
            if (pointer == ABSENT) {
                damage.check(0);
                return null;
            }
            if (pointer != Index.UNDECIDED) {
                return reading.read(records.segment(pointer), LogPointer.offset(pointer), key);
            }
        } catch (IllegalStateException | CorruptionException | InternalError e) {
            // The record of another key, or it was moved meanwhile, or there is damage.
        }
        return findNewest(keyHash, key, reading);
    }

    private <T> @Nullable T findNewest(long keyHash, byte[] key, Reading<T> reading) {
        while (true) {
            life.ensureOpen();
            long pointer = ABSENT;
            try {
                pointer = index.findToRead(keyHash, key, records);
                if (pointer == ABSENT) {
                    damage.check(0);
                    return null;
                }
                return reading.read(records.segment(pointer), LogPointer.offset(pointer), key);
            } catch (DamagedRunException e) {
                life.repair(e.run());
            } catch (IllegalStateException e) {
                Thread.onSpinWait(); // The segment was retired meanwhile: look again.
            } catch (CorruptionException e) {
                if (pointer == ABSENT || index.isNewest(keyHash, key, pointer)) {
                    throw e;
                }
            } catch (InternalError e) {
                throw life.unreadable(e);
            }
        }
    }

    /// Reads the value of the record of `key` at `offset`; null for a tombstone and an expired
    /// value.
    byte @Nullable [] read(Segment segment, long offset, byte[] key) {
        byte[] stored = readStored(segment, offset, key);
        return stored != null && stored.length == BlobReference.BYTES && isBlob(segment, offset)
                ? blobs.read(stored)
                : stored;
    }

    private @Nullable InputStream open(Segment segment, long offset, byte[] key) {
        byte[] stored = readStored(segment, offset, key);
        if (stored == null) {
            return null;
        }
        return isBlob(segment, offset)
                ? blobs.open(BlobReference.decode(stored))
                : new ByteArrayInputStream(stored);
    }

    private static boolean isBlob(Segment segment, long offset) {
        return RecordHeader.kind(segment.header(offset)) == RecordHeader.BLOB;
    }

    /// Reads when the value of the record of `key` at `offset` expires; null if it does not, or is
    /// none.
    private @Nullable Instant readExpiry(Segment segment, long offset, byte[] key) {
        boolean absent = readStored(segment, offset, key) == null;
        long expiryMillis = segment.expiry(offset, segment.header(offset));
        return absent || expiryMillis == RecordHeader.NEVER
                ? null
                : Instant.ofEpochMilli(expiryMillis);
    }

    /// Reads what the record of `key` at `offset` holds: the value, or a reference to a blob.
    private byte @Nullable [] readStored(Segment segment, long offset, byte[] key) {
        try {
            byte[] value = segment.read(offset, key);
            long header = segment.header(offset);
            if (RecordHeader.has(header, RecordHeader.SYNCED_WRITE)) {
                commit.acknowledge(segment.sequence(offset, header));
            }
            if (damage.isUndecided()) {
                damage.check(segment.sequence(offset, header));
            }
            boolean expires = RecordHeader.has(header, RecordHeader.EXPIRING);
            return expires && segment.expiry(offset, header) <= clock.millis() ? null : value;
        } catch (InternalError e) {
            throw segment.corruption(offset, "the device cannot read it: " + e.getMessage());
        }
    }
}
