package io.kvs.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.StoreLockedException;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.io.MappedFile;
import io.kvs.io.RealDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

final class RealDiskTest {
    private static final byte[] CONTENT = {1, 2, 3, 4, 5};

    @TempDir private Path directory;
    private Disk disk;

    @BeforeEach
    void open() {
        disk = new RealDisk(directory);
    }

    @Test
    void file_writtenAndRead_isTheSame() throws IOException {
        try (DiskFile file = disk.create("a")) {
            file.write(3, CONTENT, 1, 4);
            byte[] target = new byte[6];

            assertEquals(7, file.size());
            assertEquals(5, file.read(2, target, 1, 5));
            assertArrayEquals(new byte[] {0, 0, 2, 3, 4, 5}, target);
            assertEquals(0, file.read(7, target, 0, 6));
            file.setSize(2);
            assertEquals(2, file.size());
            file.sync();
        }
        disk.syncDirectory();
    }

    @Test
    void prefault_fileThatWasWritten_bringsItsPagesIntoTheProcess() throws IOException {
        int size = 8 << 20;
        try (DiskFile file = disk.create("a")) {
            file.write(0, new byte[size], 0, size);
            try (MappedFile mapped = file.map(size, Disk.Access.READ)) {
                assertEquals(0, residentKib("a"));

                mapped.prefault(1 << 20, size - 1);

                assertTrue(residentKib("a") >= 7 << 10, residentKib("a") + " KiB are there");
            }
        }
    }

    /// Returns how much of the mappings of a file is in the page table of this process.
    private long residentKib(String name) throws IOException {
        long resident = 0;
        boolean inside = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                inside = line.endsWith("/" + directory.getFileName() + "/" + name);
            } else if (inside && line.startsWith("Rss:")) {
                resident += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return resident;
    }

    @Test
    void prefault_fileThatWasCutOrMappingThatWasClosed_doesNothing() throws IOException {
        try (DiskFile file = disk.create("a")) {
            file.write(0, new byte[64 << 10], 0, 64 << 10);
            MappedFile mapped = file.map(64 << 10, Disk.Access.READ);
            file.setSize(100);

            mapped.prefault(0, 64 << 10);
            mapped.close();
            mapped.prefault(0, 64 << 10);
        }
    }

    @Test
    void create_fileIsForItsOwnerOnly() throws IOException {
        disk.create("a").close();
        disk.lock("lock", "me").close();

        for (String name : List.of("a", "lock")) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(directory.resolve(name))));
        }
    }

    @Test
    void names_wrong_areRefused() throws IOException {
        disk.create("a").close();

        assertThrows(FileAlreadyExistsException.class, () -> disk.create("a"));
        assertThrows(NoSuchFileException.class, () -> disk.open("b", Disk.Access.READ));
        assertThrows(NoSuchFileException.class, () -> disk.open("b", Disk.Access.READ_WRITE));
        assertThrows(NoSuchFileException.class, () -> disk.rename("b", "c"));
        disk.delete("b");
        assertEquals(List.of("a"), disk.list());
    }

    @Test
    void rename_overAnotherFile_replacesIt() throws IOException {
        Files.createDirectory(directory.resolve("sub"));
        Files.writeString(directory.resolve("a"), "old");
        Files.writeString(directory.resolve("b"), "new");

        disk.rename("b", "a");

        assertEquals(List.of("a"), disk.list());
        assertEquals("new", Files.readString(directory.resolve("a")));
    }

    @Test
    void map_outlivesTheFile_andIsWrittenBack() throws IOException {
        MappedFile map;
        try (DiskFile file = disk.create("a")) {
            file.setSize(8192);
            map = file.map(8192, Disk.Access.READ_WRITE);
        }
        map.memory().set(ValueLayout.JAVA_BYTE, 8000, (byte) 7);
        map.sync(7990, 8192);
        map.close();
        map.close();

        assertEquals(7, Files.readAllBytes(directory.resolve("a"))[8000]);
        assertThrows(IllegalStateException.class, () -> map.memory().get(ValueLayout.JAVA_BYTE, 0));
        assertThrows(IllegalStateException.class, () -> map.sync(0, 1));
    }

    @Test
    void map_behindTheEnd_isRefusedAndChangesNothing() throws IOException {
        try (DiskFile file = disk.create("a")) {
            assertThrows(IOException.class, () -> file.map(1, Disk.Access.READ_WRITE));
            assertEquals(0, file.size());
        }
    }

    @Test
    void everything_interrupted_worksAndStaysInterrupted() throws IOException {
        Thread.currentThread().interrupt();
        try (DiskFile file = disk.create("a")) {
            file.write(0, CONTENT, 0, CONTENT.length);
            file.sync();
            try (MappedFile map = file.map(CONTENT.length, Disk.Access.READ_WRITE)) {
                map.sync(0, CONTENT.length);
                assertEquals(3, map.memory().get(ValueLayout.JAVA_BYTE, 2));
            }
            disk.syncDirectory();
            assertEquals(List.of("a"), disk.list());
            disk.rename("a", "b");
            disk.lock("lock", "me").close();
            disk.bootId();
            byte[] target = new byte[5];
            assertEquals(5, file.read(0, target, 0, 5));
            assertArrayEquals(CONTENT, target);
            disk.delete("b");
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    @Timeout(60)
    void interrupts_whileOthersWork_closeNothing() throws Exception {
        try (DiskFile file = disk.create("a")) {
            file.setSize(4096);
            AtomicBoolean failed = new AtomicBoolean();
            Thread worker =
                    Thread.ofPlatform()
                            .uncaughtExceptionHandler((_, _) -> failed.set(true))
                            .start(() -> work(file));
            while (worker.isAlive()) {
                worker.interrupt();
                file.write(10, CONTENT, 0, CONTENT.length);
            }
            assertFalse(failed.get());
            assertEquals(4096, file.size());
        }
    }

    @Test
    void lock_second_isRefusedNamingTheOwner() throws IOException {
        Disk.DirectoryLock lock = disk.lock("lock", "process 7");

        for (int i = 0; i < 2; i++) {
            StoreLockedException e =
                    assertThrows(
                            StoreLockedException.class,
                            () -> new RealDisk(directory).lock("lock", "process 8"));
            assertTrue(String.valueOf(e.getMessage()).contains("process 7"), e.getMessage());
        }
        lock.close();
        lock.close();

        disk.lock("lock", "8").close();
        assertEquals("8\n", Files.readString(directory.resolve("lock")));
    }

    @Test
    void lock_throughASymbolicLink_isTheSame(@TempDir Path other) throws IOException {
        Path link = Files.createSymbolicLink(other.resolve("link"), directory);
        try (Disk.DirectoryLock _ = disk.lock("lock", "process 7")) {
            assertThrows(StoreLockedException.class, () -> new RealDisk(link).lock("lock", "me"));
        }
        Files.delete(link);
    }

    @Test
    @Timeout(60)
    void lock_afterARefusal_stillKeepsOtherProcessesOut() throws Exception {
        try (Disk.DirectoryLock _ = disk.lock("lock", "process 7")) {
            assertThrows(
                    StoreLockedException.class,
                    () -> new RealDisk(directory).lock("lock", "process 8"));

            assertEquals("held by process 7", LockProbe.inAnotherProcess(directory));
        }
        assertEquals("free", LockProbe.inAnotherProcess(directory));
    }

    @Test
    void bootId_isTheSameAsBefore() {
        assertEquals(disk.bootId(), new RealDisk(directory).bootId());
        assertEquals(disk.bootId().strip(), disk.bootId());
    }

    @Test
    @Timeout(60)
    void close_whileOthersRead_waitsForThem() throws Exception {
        for (int round = 0; round < 50; round++) {
            try (DiskFile file = disk.create("f" + round)) {
                file.setSize(1 << 20);
                MappedFile map = file.map(1 << 20, Disk.Access.READ_WRITE);
                Thread reader = Thread.ofPlatform().start(() -> readUntilClosed(map.memory()));
                TimeUnit.MICROSECONDS.sleep(200);
                map.sync(0, 1 << 20);
                map.close();
                reader.join();
            }
        }
    }

    private static void readUntilClosed(MemorySegment memory) {
        byte[] target = new byte[1 << 20];
        try {
            while (true) {
                MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, target, 0, target.length);
            }
        } catch (IllegalStateException _) {
            assertFalse(memory.scope().isAlive());
        }
    }

    private void work(DiskFile file) {
        try {
            for (int i = 0; i < 300; i++) {
                file.read(0, new byte[100], 0, 100);
                file.map(4096, Disk.Access.READ_WRITE).close();
                disk.syncDirectory();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
