package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store takes space in proportion to what it holds.
final class StoreSpaceTest {
    @TempDir private Path directory;

    @Test
    void size_tenKeys_staysBelowHalfAMegabyte() throws IOException {
        try (KvStore store = KvStore.open(directory)) {
            for (int i = 0; i < 10; i++) {
                store.set("key " + i, "value " + i);
            }
            assertBelow(512 << 10, "open");
        }
        assertBelow(512 << 10, "closed");
        try (KvStore store = KvStore.open(directory)) {
            store.set("key 1", "changed");
            assertBelow(512 << 10, "open again");
        }
        assertBelow(512 << 10, "closed again");
    }

    private void assertBelow(long limitBytes, String when) throws IOException {
        long size = Directories.sizeBytes(directory);
        assertTrue(
                size < limitBytes, () -> when + ": " + size + " bytes, the limit is " + limitBytes);
    }
}
