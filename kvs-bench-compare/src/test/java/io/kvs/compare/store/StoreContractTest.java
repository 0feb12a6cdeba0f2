package io.kvs.compare.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.kvs.compare.data.Entries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What a comparison relies on, of every store.
class StoreContractTest {
    private static final int KEYS = 120;
    private static final Sizing SIZING = new Sizing(KEYS, Entries.KEY_BYTES, 100);

    private final Entries entries = new Entries(100);
    @TempDir private Path directory;

    @ParameterizedTest
    @EnumSource
    void get_afterOverwriteAndRemove_isTheNewestValue(Contender contender) throws IOException {
        try (Store store = open(contender, Level.PROCESS)) {
            load(store);
            overwriteAndRemove(store);

            verifyOverwrittenAndRemoved(store);
        }
    }

    @ParameterizedTest
    @EnumSource
    void get_afterReopening_isTheNewestValue(Contender contender) throws IOException {
        for (Level level : Level.values()) {
            if (contender.reaches(level)) {
                Path inside = directory.resolve(level.name());
                Files.createDirectory(inside);
                try (Store store = contender.open(inside, SIZING, level)) {
                    load(store);
                    overwriteAndRemove(store);
                }

                try (Store store = contender.open(inside, SIZING, level)) {
                    verifyOverwrittenAndRemoved(store);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ordered")
    void scan_ofAllOrARange_countsItsEntries(Contender contender) throws IOException {
        byte[][] sorted = new byte[KEYS][];
        Arrays.setAll(sorted, entries::key);
        Arrays.sort(sorted, Arrays::compareUnsigned);
        try (OrderedStore store = (OrderedStore) open(contender, Level.PROCESS)) {
            load(store);
            for (int pass = 0; pass < 2; pass++) {
                assertEquals(KEYS, store.scan(null, false, Long.MAX_VALUE));
                assertEquals(KEYS, store.scan(null, true, Long.MAX_VALUE));
                assertEquals(KEYS - 10, store.scan(sorted[10], false, Long.MAX_VALUE));
                assertEquals(10, store.scan(sorted[KEYS - 10], false, 100));
                assertEquals(100, store.scan(sorted[10], false, 100));
                store.settle();
            }
        }
    }

    private static Stream<Contender> ordered() {
        return Arrays.stream(Contender.values()).filter(Contender::isOrdered);
    }

    private Store open(Contender contender, Level level) throws IOException {
        return contender.open(directory, SIZING, level);
    }

    /// The first half one by one, the rest together.
    private void load(Store store) {
        for (int index = 0; index < KEYS / 2; index++) {
            store.put(entries.key(index), entries.value(index, 0));
        }
        byte[][] keys = new byte[KEYS / 2][];
        byte[][] values = new byte[KEYS / 2][];
        Arrays.setAll(keys, i -> entries.key(KEYS / 2 + i));
        Arrays.setAll(values, i -> entries.value(KEYS / 2 + i, 0));
        store.putAll(keys, values);
    }

    private void overwriteAndRemove(Store store) {
        for (int index = 0; index < KEYS; index += 3) {
            store.put(entries.key(index), entries.value(index, 1));
        }
        for (int index = 1; index < KEYS; index += 3) {
            store.remove(entries.key(index));
        }
    }

    private void verifyOverwrittenAndRemoved(Store store) {
        for (int index = 0; index < KEYS; index++) {
            byte[] value = store.get(entries.key(index));
            switch (index % 3) {
                case 0 -> assertArrayEquals(entries.value(index, 1), value);
                case 1 -> assertNull(value);
                default -> assertArrayEquals(entries.value(index, 0), value);
            }
            assertNull(store.get(entries.absentKey(index)));
        }
    }
}
