package io.kvs.compare.workload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What the device allows at the moment: one thread appends a record to a growing file and syncs
/// it, again and again.
final class BareAppend {
    private static final double SECONDS_MAX = 0.5;

    private BareAppend() {}

    /// Returns appends and syncs a second; uses and deletes a file of its own in `directory`.
    static double ratePerSecond(Path directory, int recordBytes, double seconds)
            throws IOException {
        Path path = directory.resolve("bare");
        ByteBuffer record = ByteBuffer.allocateDirect(recordBytes);
        long nanosMax = (long) (Math.min(seconds, SECONDS_MAX) * 1e9);
        try (FileChannel file =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            long count = 0;
            long begin = System.nanoTime();
            long elapsed = 0;
            while (elapsed < nanosMax) {
                int _ = file.write(record.clear());
                file.force(false);
                count++;
                elapsed = System.nanoTime() - begin;
            }
            return count * 1e9 / elapsed;
        } finally {
            Files.deleteIfExists(path);
        }
    }
}
