package io.kvs.compare.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// What this process has written to devices.
public final class DeviceWrites {
    private static final Path COUNTERS = Path.of("/proc/self/io");
    private static final String NAME = "write_bytes: ";

    private DeviceWrites() {}

    /// Returns the bytes so far, or empty where the system does not say.
    ///
    /// A page counts when it becomes dirty, so it counts once however often it is changed before it
    /// is written back.
    public static OptionalLong bytes() throws IOException {
        if (!Files.isReadable(COUNTERS)) {
            return OptionalLong.empty();
        }
        return Files.readAllLines(COUNTERS).stream()
                .filter(line -> line.startsWith(NAME))
                .mapToLong(line -> Long.parseLong(line.substring(NAME.length())))
                .findFirst();
    }
}
