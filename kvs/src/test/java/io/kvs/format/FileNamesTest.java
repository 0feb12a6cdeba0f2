package io.kvs.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileNamesTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 42, 9_999_999_999L, 10_000_000_000L, 999_999_999_999_999_999L})
    void id_ofANameOfOurs_isTheId(long id) {
        assertEquals(id, FileNames.id(FileNames.segment(id)));
        assertEquals(id, FileNames.id(FileNames.run(id)));
        assertEquals(id, FileNames.id(FileNames.temporary(FileNames.run(id))));
        assertTrue(FileNames.isRun(FileNames.run(id)));
        assertFalse(FileNames.isRun(FileNames.temporary(FileNames.run(id))));
        assertTrue(FileNames.isSegment(FileNames.segment(id)));
        assertFalse(FileNames.isSegment(FileNames.run(id)));
        assertTrue(FileNames.isDisposable(FileNames.segment(id)));
        assertTrue(FileNames.isDisposable(FileNames.run(id)));
        assertTrue(FileNames.isDisposable(FileNames.temporary(FileNames.run(id))));
    }

    @Test
    void segment_growingIds_sortByName() {
        assertEquals("0000000042.log", FileNames.segment(42));
        assertTrue(FileNames.segment(9).compareTo(FileNames.segment(10)) < 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".log",
                "1.log",
                "notes.log",
                "000000001.log",
                "00000000a1.log",
                "-000000001.log",
                "0000000001.LOG",
                "0000000001.log.bak",
                "0000000001.log.tmp",
                "x0000000001.log",
                "1.run",
                "0000000001.run.bak",
                "0000000001",
                "1000000000000000000.log",
                "MANIFEST",
                "LOCK",
                "RESERVE",
                "data.tmp",
                "٠١٢٣٤٥٦٧٨٩.log"
            })
    void isDisposable_foreignOrNeededName_isFalse(String name) {
        assertFalse(FileNames.isDisposable(name));
        assertFalse(FileNames.isSegment(name));
        assertEquals(-1, FileNames.id(name));
    }

    @Test
    void isDisposable_temporaryManifest_isTrue() {
        assertTrue(FileNames.isDisposable("MANIFEST.tmp"));
        assertEquals(-1, FileNames.id("MANIFEST.tmp"));
    }
}
