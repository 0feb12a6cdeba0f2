package io.kvs.compare.store;

import com.fasterxml.jackson.annotation.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// The stores that can be compared: the name, what its JVM needs, what it can promise, how to open
/// it.
@SuppressWarnings("ImmutableEnumChecker") // Its collections and functions have no state to change.
public enum Contender {
    /// The store of this project, at its defaults.
    KVS("kvs", List.of(), Set.of(Level.PROCESS, Level.DEVICE), KvsStore::new, () -> {}),

    /// Chronicle Map, persisted to a file; it has no sync.
    CHRONICLE(
            "chronicle",
            ChronicleStore.JVM_FLAGS,
            Set.of(Level.PROCESS),
            ChronicleStore::new,
            () -> {}),

    /// LMDB through lmdbjava.
    LMDB(
            "lmdb",
            LmdbStore.JVM_FLAGS,
            Set.of(Level.PROCESS, Level.DEVICE),
            LmdbStore::new,
            LmdbStore::loadLibrary),

    /// RocksDB through rocksdbjni, tuned.
    ROCKSDB(
            "rocksdb",
            RocksDbStore.JVM_FLAGS,
            Set.of(Level.PROCESS, Level.DEVICE),
            RocksDbStore::tuned,
            RocksDbStore::loadLibrary),

    /// RocksDB as it is without any setting.
    ROCKSDB_DEFAULT(
            "rocksdb-default",
            RocksDbStore.JVM_FLAGS,
            Set.of(Level.PROCESS, Level.DEVICE),
            RocksDbStore::byDefault,
            RocksDbStore::loadLibrary),

    /// LevelDB in Java.
    LEVELDB(
            "leveldb",
            List.of("--sun-misc-unsafe-memory-access=allow"),
            Set.of(Level.PROCESS, Level.DEVICE),
            LevelDbStore::new,
            () -> {}),

    /// The MVStore of H2; without a sync of each write it loses the newest ones at a kill.
    MVSTORE("mvstore", List.of(), Set.of(Level.PROCESS, Level.DEVICE), MvStoreStore::new, () -> {}),

    /// MapDB, its hash map.
    MAPDB(
            "mapdb",
            List.of("--enable-native-access=ALL-UNNAMED"),
            Set.of(Level.PROCESS, Level.DEVICE),
            MapDbStore::new,
            () -> {}),

    /// The environment of Xodus.
    XODUS("xodus", List.of(), Set.of(Level.PROCESS, Level.DEVICE), XodusStore::new, () -> {}),

    /// The bare mapped log: no rival, but the limit.
    RAWLOG("rawlog", List.of(), Set.of(Level.PROCESS, Level.DEVICE), RawLog::new, () -> {});

    private final String title;
    private final List<String> jvmFlags;
    private final Set<Level> levels;
    private final Opener opener;
    private final Runnable library;

    Contender(
            String title,
            List<String> jvmFlags,
            Set<Level> levels,
            Opener opener,
            Runnable library) {
        this.title = title;
        this.jvmFlags = jvmFlags;
        this.levels = EnumSet.copyOf(levels);
        this.opener = opener;
        this.library = library;
    }

    /// Returns the contender with a title.
    ///
    /// @throws IllegalArgumentException there is none
    public static Contender titled(String title) {
        return Arrays.stream(values())
                .filter(contender -> contender.title.equals(title))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no store is called " + title));
    }

    /// Returns the name in arguments, files and tables.
    @JsonValue
    public String title() {
        return title;
    }

    /// Returns the arguments without which its library fails or prints warnings on a current JVM.
    public List<String> jvmFlags() {
        return jvmFlags;
    }

    /// Returns whether it can promise `level`.
    public boolean reaches(Level level) {
        return levels.contains(level);
    }

    /// Returns whether its stores are {@link OrderedStore}s.
    public boolean isOrdered() {
        return this != CHRONICLE && this != MAPDB && this != RAWLOG;
    }

    /// Returns whether it is one of the stores that kvs is measured against.
    public boolean isRival() {
        return this != KVS && this != RAWLOG;
    }

    /// Returns whether it changes mapped pages in place, again and again: the system counts such a
    /// page as written only once between two write-backs.
    public boolean writesInPlace() {
        return this == CHRONICLE || this == LMDB || this == MAPDB;
    }

    /// Loads its native library, if any, so that unpacking it is not part of opening a store.
    public void loadLibrary() {
        library.run();
    }

    /// Opens the store in an existing directory, which is empty or was written by it before.
    public Store open(Path directory, Sizing sizing, Level level) throws IOException {
        return opener.open(directory, sizing, level);
    }

    private interface Opener {
        Store open(Path directory, Sizing sizing, Level level) throws IOException;
    }
}
