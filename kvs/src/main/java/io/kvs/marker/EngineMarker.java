package io.kvs.marker;

import io.kvs.CorruptionException;
import io.kvs.UnsupportedFormatException;
import io.kvs.format.FileNames;
import io.kvs.io.Disk;
import io.kvs.io.Disk.DirectoryLock;
import io.kvs.io.DiskFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The file in a data directory that names the engine it belongs to: the name and a newline. See
/// FORMAT.md, "Engine".
public final class EngineMarker {
    /// The engine of a store without a marker.
    public static final String DEFAULT = "kvs";

    private static final int NAME_LENGTH_MAX = 32;

    private final Disk disk;

    /// Makes it for a directory.
    public EngineMarker(Disk disk) {
        this.disk = disk;
    }

    /// Returns the engine that the directory belongs to, or null if it is nobody's yet.
    ///
    /// @throws CorruptionException the marker is unreadable
    public @Nullable String owner() throws IOException {
        String marked = read();
        return marked == null && holdsStore() ? DEFAULT : marked;
    }

    /// Makes the directory that of `engine`, unless it is already; durable on return.
    ///
    /// @throws UnsupportedFormatException it is that of another one
    /// @throws io.kvs.StoreLockedException somebody owns it
    /// @throws CorruptionException the marker is unreadable
    public void claim(String engine) throws IOException {
        if (engine.equals(read())) {
            return;
        }
        require(engine); // A directory that is not ours gets no lock file.
        // Of two that find an empty directory only one gets the lock.
        String process = "process " + ProcessHandle.current().pid();
        try (DirectoryLock _ = disk.lock(FileNames.LOCK, process)) {
            require(engine);
            write(engine);
        }
    }

    /// Does nothing if the directory is that of `engine`, or nobody's.
    ///
    /// @throws UnsupportedFormatException it is that of another one
    /// @throws CorruptionException the marker is unreadable
    public void require(String engine) throws IOException {
        String owner = owner();
        if (owner != null && !owner.equals(engine)) {
            throw refusal(disk.path(""), owner, engine);
        }
    }

    /// Makes the error for a directory that belongs to another engine.
    public static UnsupportedFormatException refusal(
            String directory, String owner, String engine) {
        return new UnsupportedFormatException(
                directory
                        + " was written by the engine "
                        + owner
                        + ", not "
                        + engine
                        + "; choose that engine, or another directory");
    }

    private void write(String engine) throws IOException {
        if (!isName(engine)) {
            throw new IllegalArgumentException("not the name of an engine: " + engine);
        }
        byte[] content = (engine + "\n").getBytes(StandardCharsets.US_ASCII);
        String temporary = FileNames.temporary(FileNames.ENGINE);
        disk.delete(temporary);
        try (DiskFile file = disk.create(temporary)) {
            file.write(0, content, 0, content.length);
            file.sync();
        }
        disk.rename(temporary, FileNames.ENGINE);
        disk.syncDirectory();
    }

    private @Nullable String read() throws IOException {
        byte[] content = new byte[NAME_LENGTH_MAX + 2];
        int length;
        try (DiskFile file = disk.open(FileNames.ENGINE, Disk.Access.READ)) {
            length = file.read(0, content, 0, content.length);
        } catch (NoSuchFileException _) {
            return null;
        }
        String text = new String(content, 0, Math.max(length, 0), StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\n") || !isName(text.substring(0, text.length() - 1))) {
            throw new CorruptionException(
                    disk.path(FileNames.ENGINE), 0, "it does not name an engine");
        }
        return text.substring(0, text.length() - 1);
    }

    private static boolean isName(String text) {
        if (text.isEmpty() || text.length() > NAME_LENGTH_MAX || !isLetter(text.charAt(0))) {
            return false;
        }
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetter(c) && (c < '0' || c > '9') && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private boolean holdsStore() throws IOException {
        List<String> names = disk.list();
        return names.contains(FileNames.MANIFEST) || names.stream().anyMatch(FileNames::isSegment);
    }
}
