package io.kvs.compare.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.kvs.compare.data.Entries;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RawLogTest {
    private static final int KEYS = 1000;
    private static final Sizing SIZING = new Sizing(KEYS, Entries.KEY_BYTES, 101);

    private final Entries entries = new Entries(101);
    @TempDir private Path directory;

    @ParameterizedTest
    @EnumSource
    void get_afterReopening_isTheNewestValue(Level level) throws IOException {
        try (RawLog log = new RawLog(directory, SIZING, level)) {
            for (int index = 0; index < KEYS; index++) {
                log.put(entries.key(index), entries.value(index, 0));
                log.put(entries.key(index), entries.value(index, 1));
            }
        }

        try (RawLog log = new RawLog(directory, SIZING, level)) {
            for (int index = 0; index < KEYS; index++) {
                assertArrayEquals(entries.value(index, 1), log.get(entries.key(index)));
                assertNull(log.get(entries.absentKey(index)));
            }
        }
    }

    @Test
    void get_afterRemove_isNothing_alsoAfterReopening() throws IOException {
        try (RawLog log = new RawLog(directory, SIZING, Level.PROCESS)) {
            log.put(entries.key(1), entries.value(1, 0));
            log.put(entries.key(2), entries.value(2, 0));
            log.remove(entries.key(1));

            assertNull(log.get(entries.key(1)));
        }

        try (RawLog log = new RawLog(directory, SIZING, Level.PROCESS)) {
            assertNull(log.get(entries.key(1)));
            assertArrayEquals(entries.value(2, 0), log.get(entries.key(2)));
        }
    }
}
