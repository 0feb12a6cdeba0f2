package io.kvs.io;

import java.io.IOException;

/// An open file of a {@link Disk}.
public interface DiskFile extends AutoCloseable {

    /// Returns the size in bytes.
    long size() throws IOException;

    /// Reads `length` bytes at `position`, fewer only at the end of the file; returns how many.
    int read(long position, byte[] target, int offset, int length) throws IOException;

    /// Writes all `length` bytes at `position`, extending the file if needed.
    void write(long position, byte[] source, int offset, int length) throws IOException;

    /// Cuts the file, or extends it with a hole that reads as zeros and has no blocks yet.
    void setSize(long size) throws IOException;

    /// Maps the first `size` bytes, which must all be within the file. The mapping stays valid
    /// after the file is closed.
    MappedFile map(long size, Disk.Access access) throws IOException;

    /// Makes content and size durable.
    void sync() throws IOException;

    @Override
    void close() throws IOException;
}
