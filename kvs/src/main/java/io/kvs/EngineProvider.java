package io.kvs;

import java.nio.file.Path;

/// A kind of engine that can be chosen by name; see {@link Engines}.
///
/// Providers are found by {@link java.util.ServiceLoader}: a module that has one says `provides
/// io.kvs.EngineProvider with …`, and names it in `META-INF/services` for those who use the class
/// path. It has a public constructor without arguments, and holds nothing.
public interface EngineProvider {

    /// Returns the name by which the engine is chosen and which it leaves in its directories: a
    /// small letter, then up to 31 small letters, digits and hyphens.
    String name();

    /// Returns what the engine is, in a line for people.
    String description();

    /// Returns whether the engine keeps its entries in the directory. If not, the directory is
    /// neither made nor marked.
    default boolean isPersistent() {
        return true;
    }

    /// Opens the engine in a directory, and creates what is not there yet. Callers use {@link
    /// Engines#open}, which guards the directory against other engines.
    ///
    /// @param directory an existing directory if the engine {@linkplain #isPersistent() uses it}
    /// @throws StoreLockedException somebody else, here or in another process, owns it
    /// @throws StoreIoException the operating system refuses something
    /// @throws CorruptionException it is damaged so far that it cannot be relied on
    /// @throws UnsupportedFormatException it was written by another version
    KvsEngine open(Path directory, EngineOptions options);
}
