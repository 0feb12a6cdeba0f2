package io.kvs;

import java.util.List;

/// A way to compress values, chosen by name; see {@link KvsOptions#compression()} and {@link
/// Compressions}.
///
/// Compressions are found by {@link java.util.ServiceLoader}: a module that has one says `provides
/// io.kvs.Compression with …`, and names it in `META-INF/services` for those who use the class
/// path. It has a public constructor without arguments, and holds nothing.
///
/// What it writes is kept for years: every later version must decompress it, under the same name.
public interface Compression {

    /// Returns the name by which it is chosen and which stands in the files of a store: a small
    /// letter, then up to 31 small letters, digits and hyphens.
    String name();

    /// Makes a dictionary: bytes that help to compress values which are like some samples, and
    /// without which these can then not be decompressed.
    ///
    /// @param samples values; not to be changed
    /// @param limitBytes how long the dictionary may become
    /// @return the dictionary, empty if none would help
    byte[] train(List<byte[]> samples, int limitBytes);

    /// Makes a compressor that is ready to work with a dictionary.
    ///
    /// @param dictionary what {@link #train} of this or an earlier version has returned, may be
    ///   empty; not to be changed
    Compressor compressor(byte[] dictionary);
}
