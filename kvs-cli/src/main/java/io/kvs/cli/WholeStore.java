package io.kvs.cli;

import io.kvs.CompactionFailedException;
import io.kvs.InvalidKeyException;
import io.kvs.KeyNotFoundException;
import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.StoreIoException;
import io.kvs.StoreStats;
import io.kvs.format.FileNames;
import io.kvs.io.RealDisk;
import io.kvs.marker.EngineMarker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A store that is opened as a whole. Closing it puts everything on stable storage.
final class WholeStore {
    private WholeStore() {}

    /// Stores a value; makes the store if there is none.
    ///
    /// @param timeToLive how long it lives, or null for ever
    static void set(Path directory, byte[] key, byte[] value, @Nullable Duration timeToLive) {
        try (KvStore store = KvStore.open(directory)) {
            if (timeToLive == null) {
                store.set(key, value);
            } else {
                store.set(key, value, timeToLive);
            }
            compactIfDue(store);
        }
    }

    /// Stores a value if `key` is absent; returns whether it was. Makes the store if there is none.
    ///
    /// @param timeToLive how long it lives, or null for ever
    static boolean setIfAbsent(
            Path directory, byte[] key, byte[] value, @Nullable Duration timeToLive) {
        InvalidKeyException.check(key);
        try (KvStore store = KvStore.open(directory)) {
            boolean absent =
                    timeToLive == null
                            ? store.setIfAbsent(key, value)
                            : store.setIfAbsent(key, value, timeToLive);
            if (absent) {
                compactIfDue(store);
            }
            return absent;
        }
    }

    /// Reads the value of `key`; makes no store.
    ///
    /// @param reader gets the value
    /// @throws KeyNotFoundException there is none
    static void read(Path directory, byte[] key, Consumer<InputStream> reader) {
        InvalidKeyException.check(key);
        if (isMissing(directory)) {
            throw new KeyNotFoundException();
        }
        try (KvStore store = KvStore.open(directory);
                InputStream value = store.stream(key).orElseThrow(KeyNotFoundException::new)) {
            reader.accept(value);
        } catch (IOException e) {
            throw new StoreIoException("cannot close the value: " + e.getMessage(), e);
        }
    }

    /// Removes `key`; makes no store.
    static void remove(Path directory, byte[] key) {
        if (isMissing(directory)) {
            throw new KeyNotFoundException();
        }
        try (KvStore store = KvStore.open(directory)) {
            store.remove(key);
            compactIfDue(store);
        }
    }

    /// Opens the store in a directory, which must hold one.
    static KvStore openExisting(Path directory) {
        return openExisting(directory, KvsOptions.defaults());
    }

    /// Does the same with other options.
    static KvStore openExisting(Path directory, KvsOptions options) {
        ensureExists(directory);
        return KvStore.open(directory, options);
    }

    /// Opens the store in a directory, which must hold one, for a command that changes nothing: it
    /// does not compact, which would also take away what is to be looked at.
    static KvStore openToLook(Path directory) {
        ensureExists(directory);
        return KvStore.open(directory, KvsOptions.defaults().withAutomaticCompaction(false));
    }

    /// Does nothing if there is a store in the directory.
    ///
    /// @throws StoreIoException there is none
    static void ensureExists(Path directory) {
        if (isMissing(directory)) {
            throw new StoreIoException("there is no store in " + directory, null);
        }
    }

    /// Compacts if so much is stale that a store that stays open would.
    ///
    /// A store that is only ever used by short processes would never come to it in the background.
    static void compactIfDue(KvStore store) {
        KvsOptions options = KvsOptions.defaults();
        StoreStats stats = store.stats();
        long share = (long) (stats.liveBytes() * (options.spaceRatioMax() - 1));
        if (stats.deadBytes() + stats.tombstoneBytes()
                > Math.max(options.compactionThresholdBytes(), share)) {
            try {
                store.compact();
            } catch (CompactionFailedException e) {
                // What was asked for is done; the next write tries again.
            }
        }
    }

    /// Returns whether it is certain that there is no store, so that a lookup can end here.
    ///
    /// @throws io.kvs.UnsupportedFormatException there is one of another engine
    private static boolean isMissing(Path directory) {
        if (Files.notExists(directory)) {
            return true;
        }
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try {
            RealDisk disk = new RealDisk(directory);
            for (String name : disk.list()) {
                if (name.equals(FileNames.MANIFEST) || FileNames.isSegment(name)) {
                    return false;
                }
            }
            new EngineMarker(disk).require(EngineMarker.DEFAULT);
            return true;
        } catch (IOException e) {
            throw new StoreIoException("cannot read " + directory, e);
        }
    }
}
