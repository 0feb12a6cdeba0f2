package io.kvs;

/// Compresses and decompresses values one by one, with the dictionary it was made for. Safe to use
/// from any thread.
public interface Compressor extends AutoCloseable {

    /// Compresses a value.
    ///
    /// @param value what to compress; not to be changed
    /// @param target where the result goes
    /// @param from where it begins in `target`
    /// @param to where the room for it ends
    /// @return the length of the result, or 0 if it does not fit
    /// @throws IllegalStateException the compressor has been closed
    int compress(byte[] value, byte[] target, int from, int to);

    /// Decompresses what {@link #compress} has made of a value.
    ///
    /// @param source where it stands; not to be changed
    /// @param from where it begins in `source`
    /// @param to where it ends
    /// @param value where the value goes, exactly as long as that
    /// @throws IllegalArgumentException it is no value of this length; nothing outside of the
    ///   arrays was touched
    /// @throws IllegalStateException the compressor has been closed
    void decompress(byte[] source, int from, int to, byte[] value);

    /// Gives back what it holds outside of the heap; calls under way end first, or fail.
    @Override
    void close();
}
