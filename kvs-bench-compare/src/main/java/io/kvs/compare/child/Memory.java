package io.kvs.compare.child;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// The private memory of this JVM.
///
/// The JVM runs with a heap of fixed size that was touched as a whole at its start, so the heap's
/// share of the anonymous memory is constant and whatever is added lies outside of it. Pages of
/// mapped files are not counted: the system may take them back.
///
/// @param heapBytes what is in use in the heap after a collection
/// @param anonymousBytes resident anonymous memory, heap included; empty where the system does not
///   say
record Memory(long heapBytes, OptionalLong anonymousBytes) {
    private static final Path SMAPS = Path.of("/proc/self/smaps_rollup");
    private static final int BYTES_PER_KIBIBYTE = 1024;
    private static final int COLLECTIONS = 3;

    /// Collects garbage and looks.
    static Memory now() throws IOException {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        long heapBytes = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new Memory(heapBytes, anonymousNow());
    }

    private static OptionalLong anonymousNow() throws IOException {
        if (!Files.isReadable(SMAPS)) {
            return OptionalLong.empty();
        }
        return Files.readAllLines(SMAPS).stream()
                .filter(line -> line.startsWith("Anonymous:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * BYTES_PER_KIBIBYTE)
                .findFirst();
    }
}
