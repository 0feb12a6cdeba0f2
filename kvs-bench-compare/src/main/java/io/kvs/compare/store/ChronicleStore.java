package io.kvs.compare.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.openhft.chronicle.map.ChronicleMap;
import net.openhft.chronicle.map.ChronicleMapBuilder;
import org.jspecify.annotations.Nullable;

/// Chronicle Map persisted to a file, made for exactly the keys that come.
///
/// Its file does not say whether it was closed properly, so a mark beside it does: without the mark
/// the file is recovered, as the manual asks after a kill.
final class ChronicleStore implements Store {
    static final List<String> JVM_FLAGS =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                    "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                    "--add-exports=jdk.unsupported/sun.misc=ALL-UNNAMED",
                    "--add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED",
                    "--add-opens=jdk.compiler/com.sun.tools.javac=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
                    "--add-opens=java.base/java.io=ALL-UNNAMED",
                    "--add-opens=java.base/java.nio=ALL-UNNAMED",
                    "--add-opens=java.base/java.util=ALL-UNNAMED",
                    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                    "-Dchronicle.analytics.disable=true",
                    "-Dchronicle.announcer.disable=true");

    private final ChronicleMap<byte[], byte[]> map;
    private final Path closedMark;

    ChronicleStore(Path directory, Sizing sizing, Level level) throws IOException {
        Path file = directory.resolve("map.dat");
        closedMark = directory.resolve("closed");
        ChronicleMapBuilder<byte[], byte[]> builder =
                ChronicleMapBuilder.of(byte[].class, byte[].class)
                        .name("compare")
                        .entries(sizing.keys())
                        .constantKeySizeBySample(new byte[sizing.keyBytes()])
                        .constantValueSizeBySample(new byte[sizing.valueBytes()])
                        .putReturnsNull(true)
                        .removeReturnsNull(true);
        boolean wasKilled = Files.exists(file) && !Files.deleteIfExists(closedMark);
        map =
                wasKilled
                        ? builder.recoverPersistedTo(file.toFile(), false)
                        : builder.createPersistedTo(file.toFile());
    }

    @Override
    public void put(byte[] key, byte[] value) {
        map.put(key, value);
    }

    @Override
    public byte @Nullable [] get(byte[] key) {
        return map.get(key);
    }

    @Override
    public void remove(byte[] key) {
        map.remove(key);
    }

    @Override
    public void close() {
        map.close();
        try {
            Files.createFile(closedMark);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
