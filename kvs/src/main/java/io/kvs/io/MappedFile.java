package io.kvs.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// A file mapped into memory.
///
/// A page that the device cannot read or that has no block raises `InternalError` on access.
public interface MappedFile extends AutoCloseable {

    /// Returns the mapped bytes; native memory in every implementation. After {@link #close()}
    /// every access raises `IllegalStateException`.
    MemorySegment memory();

    /// Makes the content of the range durable, together with what is needed to find it in the file.
    ///
    /// @param from first byte
    /// @param to byte after the last one
    void sync(long from, long to) throws IOException;

    /// Has what the operating system holds of the range in memory entered into the page table, so
    /// that the first access to it is no page fault. Reads nothing from the device, and raises no
    /// error for what it cannot touch. Where there are no page faults it does nothing.
    ///
    /// @param from first byte
    /// @param to byte after the last one
    default void prefault(long from, long to) {}

    /// Releases the mapping once no thread is inside an access. Closing twice does nothing.
    @Override
    void close();
}
