package io.kvs.io;

import java.io.IOException;
import java.util.List;

/// The directory of one store: the one seam through which all file work goes.
///
/// Production is {@link RealDisk}; tests use a simulated disk that loses, tears and reorders what
/// was not synced, and fails any call. Names are plain file names inside the directory. Every
/// method may be called from any thread, also an interrupted one: an interrupt neither fails the
/// call nor closes the file, and is still set afterwards.
public interface Disk {
    /// Files that are read through a mapping are written in aligned steps of this size: then the
    /// page cache can hold them in pages of this size, each of which is one fault and one entry of
    /// the processor's translation buffer.
    int LARGE_PAGE_BYTES = 2 << 20;

    /// Returns the names of all files in the directory, in no particular order.
    List<String> list() throws IOException;

    /// Creates a new, empty file that can be read and written.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException there is one of this name
    DiskFile create(String name) throws IOException;

    /// Opens an existing file.
    ///
    /// @throws java.nio.file.NoSuchFileException there is none of this name
    DiskFile open(String name, Access access) throws IOException;

    /// Gives a file another name, atomically replacing a file of that name.
    void rename(String from, String to) throws IOException;

    /// Gives a file that never changes again a second name, the same one in another directory:
    /// there it takes no space of its own, and lasts when it is deleted here. Durable there with
    /// the next {@link #syncDirectory}, as far as the content is.
    ///
    /// @return false if that is not possible between these two, and nothing was done
    /// @throws java.nio.file.NoSuchFileException there is none of this name here
    /// @throws java.nio.file.FileAlreadyExistsException there is one of this name already there
    boolean link(String name, Disk target) throws IOException;

    /// Deletes a file; its name is free at once. A file that is not there is not an error.
    void delete(String name) throws IOException;

    /// Makes every create, rename and delete before this call durable.
    void syncDirectory() throws IOException;

    /// Takes the exclusive lock of the directory, kept in the file `name`.
    ///
    /// @param owner a line about this process, stored in the file for others to read
    /// @throws io.kvs.StoreLockedException another owner holds it
    DirectoryLock lock(String name, String owner) throws IOException;

    /// Returns a text that is the same as long as the operating system's page cache has survived,
    /// or an empty one where that is not known.
    String bootId();

    /// Returns about how many bytes can still be written, 0 where that is not known. Is no call
    /// that can fail.
    long usableBytes();

    /// Returns the nanoseconds of a clock that tells how long a read has taken. Is no call that can
    /// fail.
    default long nanos() {
        return System.nanoTime();
    }

    /// Returns the path of a file of this directory, for messages.
    String path(String name);

    /// What an opened file is for.
    enum Access {
        READ,
        READ_WRITE
    }

    /// The lock of a directory; closing releases it.
    interface DirectoryLock extends AutoCloseable {
        @Override
        void close() throws IOException;
    }
}
