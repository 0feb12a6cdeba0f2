package io.kvs.engine;

import static io.kvs.engine.LogRecords.ABSENT;

import io.kvs.CorruptionException;
import io.kvs.blob.Blobs;
import io.kvs.commit.GroupCommit;
import io.kvs.commit.Log;
import io.kvs.format.BlobReference;
import io.kvs.format.RecordHeader;
import io.kvs.index.Index;
import io.kvs.recovery.Damage;
import io.kvs.run.DamagedRunException;
import io.kvs.run.FetchedEntries;
import io.kvs.run.Run;
import io.kvs.segment.Place;
import io.kvs.transaction.Versioned;
import io.kvs.view.ReadSections;
import io.kvs.view.View;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes views of the store at a moment, and reads from them.
final class Views {
    private final StoreLife life;
    private final LogRecords records;
    private final Index index;
    private final Log log;
    private final GroupCommit commit;
    private final Damage damage;
    private final Blobs blobs;
    private final ReadSections sections;

    /// Makes it for a store.
    Views(StoreLife life, LogRecords records) {
        this.life = life;
        this.records = records;
        this.index = life.index();
        this.log = life.log();
        this.commit = life.commit();
        this.damage = life.damage();
        this.blobs = life.blobs();
        this.sections = life.sections();
    }

    /// Takes a view of the present. What it shows must not be lost any more where that was
    /// promised.
    View take() {
        life.ensureOpen();
        View view = life.viewToScan();
        if (view.isOpen() && log.isSyncing()) {
            try {
                commit.await(view.sequence() - 1);
            } catch (RuntimeException e) {
                view.close();
                throw e;
            }
        }
        return view;
    }

    /// Returns the sequence number before which every record is complete, in the index, and may be
    /// seen.
    long visibleEnd() {
        life.ensureOpen();
        long end = log.lastSequence() + 1;
        index.keydir().awaitWriters();
        if (log.isSyncing()) {
            commit.await(end - 1);
        }
        return end;
    }

    Blobs blobs() {
        return blobs;
    }

    /// Does nothing if the store is open; see {@link StoreLife#ensureOpen}.
    void ensureOpen() {
        life.ensureOpen();
    }

    /// Does nothing if damage leaves no doubt of what any key has.
    ///
    /// @throws CorruptionException a damaged record may be one of any key
    void ensureDecided() {
        damage.check(0);
    }

    /// Returns what a view has of a key, or null.
    ///
    /// @param takenMillis the time at which a value has expired or not
    @Nullable Versioned find(View view, byte[] key, long takenMillis) {
        return find(view, key, place -> version(place, key, takenMillis));
    }

    /// Opens what a view has of a key, or returns null.
    ///
    /// @param takenMillis the time at which a value has expired or not
    @Nullable InputStream stream(View view, byte[] key, long takenMillis) {
        return find(view, key, place -> open(place, key, takenMillis));
    }

    /// What is read of a record.
    private interface Reading<T> {
        /// Returns it, or null if there is none.
        @Nullable T read(Place place);
    }

    private <T> @Nullable T find(View view, byte[] key, Reading<T> reading) {
        ReadSections.Reader section = sections.enter();
        try {
            return findInside(view, key, reading);
        } finally {
            section.leave();
        }
    }

    private <T> @Nullable T findInside(View view, byte[] key, Reading<T> reading) {
        while (true) {
            try {
                long pointer = pointerBefore(view.sequence(), key);
                if (pointer != ABSENT) {
                    try {
                        return reading.read(records.place(pointer));
                    } catch (IllegalStateException | CorruptionException e) {
                        // Most likely the record was moved meanwhile: the view has what it needs.
                    }
                }
                Place place = view.find(key);
                if (place == null) {
                    damage.check(0);
                    return null;
                }
                return reading.read(place);
            } catch (DamagedRunException e) {
                withoutRun(view, new CorruptionException(e.run().path(), 0, "damaged"));
            } catch (IllegalStateException | InternalError e) {
                throw unusable(e);
            }
        }
    }

    /// Returns the pointer to the newest record of a key if it is in the keydir and has a sequence
    /// number below `before`: then nothing has been written since. Else -1.
    private long pointerBefore(long before, byte[] key) {
        long keyHash = index.hash(key);
        try {
            long pointer = index.stripeOf(keyHash).find(keyHash, key, records.toWrite());
            return pointer != ABSENT && records.sequence(pointer) < before ? pointer : ABSENT;
        } catch (IllegalStateException e) {
            life.ensureOpen();
            return ABSENT; // A segment was retired meanwhile.
        }
    }

    private @Nullable Versioned version(Place place, byte[] key, long takenMillis) {
        long sequence = place.sequence();
        damage.check(sequence);
        byte[] value = read(place, key);
        long expiryMillis = place.expiry();
        return value == null || expiryMillis <= takenMillis
                ? null
                : new Versioned(value, sequence, expiryMillis);
    }

    private @Nullable InputStream open(Place place, byte[] key, long takenMillis) {
        damage.check(place.sequence());
        byte[] stored = place.segment().read(place.offset(), key);
        if (stored == null || place.expiry() <= takenMillis) {
            return null;
        }
        return RecordHeader.kind(place.header()) == RecordHeader.BLOB
                ? blobs.open(BlobReference.decode(stored))
                : new ByteArrayInputStream(stored);
    }

    /// Returns the value that a cursor is at.
    byte[] readScanned(FetchedEntries entries, int entry) {
        if (entries.isCopied(entry)) {
            byte[] value = entries.copiedValue(entry);
            damage.check(entries.copiedSequence(entry));
            return value;
        }
        return readScanned(
                entries.place(entry), entries.keys(), entries.keyFrom(entry), entries.keyTo(entry));
    }

    /// Reads the value of a record that is large, or in a blob.
    private byte[] readScanned(Place place, byte[] keys, int keyFrom, int keyTo) {
        ReadSections.Reader section = sections.enter();
        try {
            byte[] value = blobs.read(place.segment(), place.offset(), keys, keyFrom, keyTo);
            damage.check(place.sequence());
            if (value == null) {
                throw place.segment().corruption(place.offset(), "a tombstone, not a value");
            }
            return value;
        } catch (IllegalStateException | InternalError e) {
            throw unusable(e);
        } finally {
            section.leave();
        }
    }

    /// Reads when the value that a cursor is at expires.
    Optional<Instant> readScannedExpiry(Place place) {
        ReadSections.Reader section = sections.enter();
        try {
            long expiryMillis = place.expiry();
            if (expiryMillis == RecordHeader.NEVER) {
                return Optional.empty();
            }
            if (!place.segment().isWhole(place.offset())) {
                throw place.segment().corruption(place.offset(), "record checksum mismatch");
            }
            return Optional.of(Instant.ofEpochMilli(expiryMillis));
        } catch (IllegalStateException | InternalError e) {
            throw unusable(e);
        } finally {
            section.leave();
        }
    }

    private byte @Nullable [] read(Place place, byte[] key) {
        return blobs.read(place.segment(), place.offset(), key);
    }

    /// Does without a run of a view in which damage was found, and has it made anew.
    ///
    /// @throws CorruptionException the damage is not in a run
    void withoutRun(View view, CorruptionException damaged) {
        Run run = view.dropRun(damaged.file());
        if (run == null) {
            throw damaged;
        }
        life.repair(run);
    }

    /// Makes the error for a mapping that was closed or cannot be read.
    RuntimeException unusable(Throwable e) {
        life.ensureOpen();
        return e instanceof InternalError page ? life.unreadable(page) : (IllegalStateException) e;
    }
}
