package io.kvs;

import io.kvs.io.RealDisk;
import io.kvs.marker.EngineMarker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The engines that are present, by name.
///
/// A data directory belongs to the engine that was first opened in it, which a file in it,
/// `ENGINE`, tells from then on; see FORMAT.md, "Engine". A store that was made without it, by
/// {@link KvStore#open(Path)} or the command line, belongs to `kvs`.
public final class Engines {
    /// The engine of directories that do not say another one.
    public static final String DEFAULT = EngineMarker.DEFAULT;

    private Engines() {}

    /// Returns those that are present, sorted by name.
    public static List<EngineProvider> all() {
        List<EngineProvider> found = new ArrayList<>();
        ServiceLoader.load(EngineProvider.class, Engines.class.getClassLoader())
                .forEach(found::add);
        found.sort(Comparator.comparing(EngineProvider::name));
        return List.copyOf(found);
    }

    /// Returns the engine of a name.
    ///
    /// @throws IllegalArgumentException there is none; the message names those that are present
    public static EngineProvider find(String name) {
        for (EngineProvider provider : all()) {
            if (provider.name().equals(name)) {
                return provider;
            }
        }
        throw new IllegalArgumentException(
                "there is no engine '" + name + "'; there are " + names());
    }

    /// Returns the name of the engine that has written the directory, or empty if none has.
    ///
    /// @throws CorruptionException there is a file that should tell it, and does not
    /// @throws StoreIoException it cannot be read
    public static Optional<String> writtenBy(Path directory) {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(new EngineMarker(new RealDisk(directory)).owner());
        } catch (IOException e) {
            throw new StoreIoException("cannot read " + directory + ": " + e.getMessage(), e);
        }
    }

    /// Returns the engine to open a directory with when nobody has chosen one: that which has
    /// written it, otherwise {@link #DEFAULT}.
    ///
    /// @throws UnsupportedFormatException the engine that has written it is not present
    /// @throws CorruptionException there is a file that should tell it, and does not
    /// @throws StoreIoException it cannot be read
    public static EngineProvider of(Path directory) {
        String name = writtenBy(directory).orElse(DEFAULT);
        for (EngineProvider provider : all()) {
            if (provider.name().equals(name)) {
                return provider;
            }
        }
        throw new UnsupportedFormatException(
                directory
                        + " was written by the engine "
                        + name
                        + ", which is not present; there are "
                        + names());
    }

    /// Opens an engine in a directory that is its own, or nobody's yet; creates the directory, for
    /// its owner only, and marks it, durably and before the engine writes anything.
    ///
    /// An engine that keeps nothing on disk leaves the directory as it is, but does not take the
    /// place of one whose entries are there.
    ///
    /// @param name the engine, or null for the one {@linkplain #of of the directory}
    /// @throws IllegalArgumentException there is no engine of this name
    /// @throws UnsupportedFormatException another engine has written the directory; the message
    ///   says which
    /// @throws StoreLockedException somebody else, here or in another process, owns it
    /// @throws StoreIoException the operating system refuses something
    /// @throws CorruptionException the mark is unreadable, or the store is damaged so far that it
    ///   cannot be relied on
    public static KvsEngine open(Path directory, @Nullable String name, EngineOptions options) {
        EngineProvider provider = name == null ? of(directory) : find(name);
        if (provider.isPersistent()) {
            RealDisk.createDirectory(directory);
            claim(directory, provider.name());
        } else {
            String owner = writtenBy(directory).orElse(null);
            if (owner != null) {
                throw EngineMarker.refusal(directory.toString(), owner, provider.name());
            }
        }
        return provider.open(directory, options);
    }

    private static void claim(Path directory, String name) {
        try {
            new EngineMarker(new RealDisk(directory)).claim(name);
        } catch (IOException e) {
            throw new StoreIoException(
                    "cannot mark " + directory + " for its engine: " + e.getMessage(), e);
        }
    }

    private static String names() {
        return all().stream().map(EngineProvider::name).collect(Collectors.joining(", "));
    }
}
