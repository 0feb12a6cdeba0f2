package io.kvs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `snapshot` and `restore`.
class BackupCommandsTest {
    @TempDir private Path parent;
    private Path directory;
    private String backup;
    private Session session;

    @BeforeEach
    void makeStore() {
        directory = parent.resolve("store");
        backup = parent.resolve("backup").toString();
        session = new Session(directory);
        try (KvStore store = KvStore.open(directory)) {
            store.set("key", "value");
        }
    }

    @Test
    void snapshotAndRestore_bringTheStoreBack() {
        assertTrue(session.doneText("snapshot", backup).startsWith("snapshot: 2 files, "));
        session.done("set", "key", "later");
        assertEquals("value\n", session.doneText("get", "key", "--data-dir", backup));

        String other = parent.resolve("other").toString();
        String json = session.doneText("restore", backup, "--json", "--data-dir", other);
        assertTrue(json.matches("\\{\"sequence\":\\d+,\"files\":2,.*\"copiedBytes\":0}\n"), json);
        assertEquals("value\n", session.doneText("get", "key", "--data-dir", other));
        assertEquals("later\n", session.doneText("get", "key"));
    }

    @Test
    void snapshot_ofStoreInUseOrOntoFiles_isRefused() {
        try (KvStore store = KvStore.open(directory)) {
            store.set("key", "other");
            session.failedSilently(3, "snapshot", backup);
        }
        String line = session.failedSilently(3, "snapshot", directory.toString());
        assertTrue(line.contains("not empty"), line);
        session.failedSilently(3, "snapshot", backup, "--data-dir", parent.toString());
        session.failedSilently(2, "snapshot");
    }

    @Test
    void restore_ontoStoreOrOfNothing_isRefused() {
        session.done("snapshot", backup);
        String line = session.failedSilently(3, "restore", backup);
        assertTrue(line.contains("not empty"), line);
        session.failedSilently(3, "restore", parent.toString(), "--data-dir", backup + "2");
    }

    @Test
    void snapshot_beingWatched_showsProgress() {
        session.watched();
        assertEquals(0, session.run("snapshot", backup), session::errors);
        assertTrue(session.errors().contains("snapshot"), session.errors());
    }
}
