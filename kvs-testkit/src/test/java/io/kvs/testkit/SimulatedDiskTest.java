package io.kvs.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.StoreLockedException;
import io.kvs.io.Disk;
import io.kvs.io.DiskFile;
import io.kvs.io.MappedFile;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SimulatedDiskTest {
    private static final int SECTOR = Inode.SECTOR_BYTES;
    private static final int PAGE = Inode.PAGE_BYTES;
    private static final int SEEDS = 200;

    @Test
    void file_writtenAndRead_isTheSame() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        byte[] target = new byte[10];
        try (DiskFile file = disk.create("a")) {
            file.write(5, bytes(1, 2, 3), 0, 3);

            assertEquals(8, file.size());
            assertEquals(5, file.read(3, target, 2, 8));
            assertArrayEquals(bytes(0, 0, 0, 0, 1, 2, 3, 0, 0, 0), target);
            assertEquals(0, file.read(8, target, 0, 10));
        }
    }

    @Test
    void link_isTheSameFile_andDurableWithItsDirectoryAlone() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        Disk other = disk.directory("other");
        disk.put("a", bytes(1, 2, 3));
        disk.put("b", bytes(4));

        assertTrue(disk.link("a", other));
        assertThrows(FileAlreadyExistsException.class, () -> disk.link("a", other));
        assertThrows(NoSuchFileException.class, () -> disk.link("c", other));
        assertFalse(disk.link("a", new SimulatedDisk(2)));
        other.syncDirectory();
        assertTrue(disk.link("b", other));
        disk.syncDirectory();
        disk.delete("a");
        disk.syncDirectory();

        SimulatedDisk left = disk.crash(Crash.powerCutLosingAll());
        assertEquals(List.of("b"), left.list());
        assertEquals(List.of("a"), left.directory("other").list());
        assertArrayEquals(bytes(1, 2, 3), left.bytes("other/a"));
    }

    @Test
    void names_wrong_areRefused() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.create("a").close();

        assertThrows(FileAlreadyExistsException.class, () -> disk.create("a"));
        assertThrows(NoSuchFileException.class, () -> disk.open("b", Disk.Access.READ));
        assertThrows(NoSuchFileException.class, () -> disk.rename("b", "c"));
        disk.delete("b");
        assertEquals(List.of("a"), disk.list());
    }

    @Test
    void maps_ofOneFile_showTheSameBytes() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        try (DiskFile file = disk.create("a")) {
            file.write(0, new byte[PAGE], 0, PAGE);
            try (MappedFile first = file.map(PAGE, Disk.Access.READ_WRITE)) {
                file.write(PAGE, new byte[PAGE], 0, PAGE);
                try (MappedFile second = file.map(2 * PAGE, Disk.Access.READ)) {
                    first.memory().set(ValueLayout.JAVA_BYTE, 7, (byte) 9);

                    assertEquals(9, second.memory().get(ValueLayout.JAVA_BYTE, 7));
                    assertEquals(9, disk.bytes("a")[7]);
                    assertTrue(second.memory().isReadOnly());
                    assertTrue(second.memory().isNative());
                }
            }
        }
    }

    @Test
    void map_closed_allowsNoAccess() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        MappedFile map = mapped(disk, "a", PAGE);
        map.close();
        map.close();

        assertThrows(IllegalStateException.class, () -> map.memory().get(ValueLayout.JAVA_BYTE, 0));
    }

    @Test
    void map_behindTheEnd_isRefused() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        try (DiskFile file = disk.create("a")) {
            assertThrows(EOFException.class, () -> file.map(1, Disk.Access.READ));
        }
    }

    @Test
    void map_ofRenamedFile_isRefused() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        try (DiskFile file = disk.create("a")) {
            disk.rename("a", "b");

            assertThrows(AssertionError.class, () -> file.map(0, Disk.Access.READ));
        }
    }

    @Test
    void crash_kill_keepsEverything() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        MappedFile map = mapped(disk, "a", PAGE);
        map.memory().fill((byte) 3);
        disk.rename("a", "b");

        SimulatedDisk left = disk.crash(Crash.kill());

        assertEquals(List.of("b"), left.names());
        assertArrayEquals(filled(PAGE, 3), left.bytes("b"));
        assertEquals(disk.bootId(), left.bootId());
        assertThrows(SimulatedCrash.class, disk::list);
        assertThrows(IllegalStateException.class, () -> map.memory().fill((byte) 0));
    }

    @Test
    void crash_powerCutAfterKill_losesWhatWasNotSynced() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        synced(disk, "a", PAGE, 1);
        overwrite(disk, "a", 2);

        SimulatedDisk left = disk.crash(Crash.kill()).crash(Crash.powerCutLosingAll());

        assertArrayEquals(filled(PAGE, 1), left.bytes("a"));
        assertNotEquals(disk.bootId(), left.bootId());
    }

    @Test
    void crash_powerCut_keepsWhatWasSynced() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            synced(disk, "a", 3 * PAGE, 1);
            MappedFile map = mappedAgain(disk, "b", 2 * PAGE);
            map.memory().fill((byte) 2);
            map.sync(0, 2 * PAGE);
            disk.syncDirectory();

            SimulatedDisk left = disk.crash(randomCut(seed));

            assertArrayEquals(filled(3 * PAGE, 1), left.bytes("a"));
            assertArrayEquals(filled(2 * PAGE, 2), left.bytes("b"));
        }
    }

    @Test
    void crash_powerCut_losesNamesWithoutDirectorySync() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        try (DiskFile file = disk.create("a")) {
            file.write(0, bytes(1), 0, 1);
            file.sync();
        }

        assertEquals(List.of(), disk.copy().crash(Crash.powerCutLosingAll()).names());
        assertEquals(List.of("a"), disk.crash(Crash.powerCutKeepingAll()).names());
    }

    @Test
    void crash_powerCut_tearsAtSectors() throws IOException {
        Set<Integer> keptCounts = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            synced(disk, "a", PAGE, 1);
            MappedFile map = mappedAgain(disk, "a", PAGE);
            map.memory().fill((byte) 2);

            byte[] left = disk.crash(cut(0.5, SECTOR)).bytes("a");

            keptCounts.add(countOf(left, 2, SECTOR));
        }
        assertTrue(keptCounts.size() > 4, "kept sectors: " + keptCounts);
    }

    @Test
    void crash_powerCutInPages_tearsAtPagesOnly() throws IOException {
        Set<Integer> keptCounts = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            synced(disk, "a", 2 * PAGE, 1);
            MappedFile map = mappedAgain(disk, "a", 2 * PAGE);
            map.memory().fill((byte) 2);

            byte[] left = disk.crash(cut(0.5, PAGE)).bytes("a");

            keptCounts.add(countOf(left, 2, PAGE));
        }
        assertEquals(Set.of(0, 1, 2), keptCounts);
    }

    @Test
    void crash_powerCutInWriteOrder_keepsThePrefixOverAllFiles() throws IOException {
        Set<Integer> lengths = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            synced(disk, "a", PAGE, 0);
            synced(disk, "b", PAGE, 0);
            try (DiskFile a = disk.open("a", Disk.Access.READ_WRITE);
                    DiskFile b = disk.open("b", Disk.Access.READ_WRITE)) {
                for (int i = 0; i < 8; i++) {
                    (i % 2 == 0 ? a : b).write((long) i * SECTOR, filled(SECTOR, 1), 0, SECTOR);
                }
            }

            SimulatedDisk left =
                    disk.crash(
                            new Crash(
                                    Crash.Kind.POWER_CUT,
                                    0.5,
                                    SECTOR,
                                    Crash.Loss.LAST_WRITES,
                                    false,
                                    false,
                                    -1));

            int length = 0;
            while (length < 8 && left.bytes(length % 2 == 0 ? "a" : "b")[length * SECTOR] == 1) {
                length++;
            }
            for (int i = length; i < 8; i++) {
                assertEquals(0, left.bytes(i % 2 == 0 ? "a" : "b")[i * SECTOR]);
            }
            lengths.add(length);
        }
        assertTrue(lengths.size() > 4, "lengths: " + lengths);
    }

    @Test
    void crash_powerCutOfFiles_keepsAllOrNothingOfEach() throws IOException {
        Crash cut =
                new Crash(Crash.Kind.POWER_CUT, 0.5, SECTOR, Crash.Loss.FILES, false, false, -1);
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            synced(disk, "a", PAGE, 0);
            synced(disk, "b", PAGE, 0);
            overwriteWith(disk, "a", filled(PAGE, 1));
            overwriteWith(disk, "b", filled(PAGE, 1));

            SimulatedDisk left = disk.crash(cut);

            seen.add(
                    countOf(left.bytes("a"), 1, SECTOR)
                            + " "
                            + countOf(left.bytes("b"), 1, SECTOR));
        }
        int all = PAGE / SECTOR;
        assertEquals(Set.of("0 0", "0 " + all, all + " 0", all + " " + all), seen);
    }

    @Test
    void crash_powerCut_sizeIsIndependentOfContent() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            synced(disk, "a", 0, 0);
            overwriteWith(disk, "a", filled(SECTOR, 7));

            byte[] left = disk.crash(cut(0.5, SECTOR)).bytes("a");

            seen.add(left.length + " " + (left.length > 0 ? left[0] : 0));
        }
        assertEquals(Set.of("0 0", SECTOR + " 0", SECTOR + " 7"), seen);
    }

    @Test
    void crash_powerCutWithJunk_leavesJunkInNewBlocksOnly() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        synced(disk, "a", SECTOR, 0);
        try (DiskFile file = disk.open("a", Disk.Access.READ_WRITE)) {
            file.write(PAGE, new byte[SECTOR], 0, SECTOR);
            file.setSize(4 * PAGE);
        }
        SimulatedDisk left = null;
        for (int seed = 0; left == null || left.bytes("a").length < 4 * PAGE; seed++) {
            left = disk.copy(seed).crash(cut(0.001, SECTOR).withJunk());
        }

        byte[] bytes = left.bytes("a");
        assertArrayEquals(new byte[PAGE], Arrays.copyOf(bytes, PAGE));
        assertFalse(Arrays.equals(new byte[PAGE], Arrays.copyOfRange(bytes, PAGE, 2 * PAGE)));
        assertArrayEquals(new byte[2 * PAGE], Arrays.copyOfRange(bytes, 2 * PAGE, 4 * PAGE));
    }

    @Test
    void crash_powerCut_renameIsAtomic() throws IOException {
        Set<Integer> seen = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            synced(disk, "a", 10, 1);
            synced(disk, "a.new", 10, 2);
            disk.rename("a.new", "a");

            SimulatedDisk left = disk.crash(randomCut(seed).withAnyDirectoryOrder());

            assertEquals(left.bytes("a")[0] == 1 ? 2 : 1, left.names().size());
            seen.add((int) left.bytes("a")[0]);
        }
        assertEquals(Set.of(1, 2), seen);
    }

    @Test
    void crash_powerCut_losesTheLastChangesOfTheDirectory() throws IOException {
        Set<List<String>> inOrder = new HashSet<>();
        Set<List<String>> inAnyOrder = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            disk.create("a").close();
            disk.create("b").close();
            inOrder.add(disk.copy().crash(cut(0.5, SECTOR)).names());
            inAnyOrder.add(disk.crash(cut(0.5, SECTOR).withAnyDirectoryOrder()).names());
        }
        assertEquals(Set.of(List.of(), List.of("a"), List.of("a", "b")), inOrder);
        assertTrue(inAnyOrder.contains(List.of("b")));
    }

    @Test
    void crash_powerCut_deletedFileComesBackWithSyncedContent() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        synced(disk, "a", 10, 1);
        disk.delete("a");

        assertArrayEquals(filled(10, 1), disk.copy().crash(Crash.powerCutLosingAll()).bytes("a"));

        disk.syncDirectory();
        assertEquals(List.of(), disk.crash(Crash.powerCutLosingAll()).names());
    }

    @Test
    void crash_powerCutExceptUnit_losesOneUnit() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        synced(disk, "a", 4 * SECTOR, 1);
        overwrite(disk, "a", 2);
        int units = disk.unsyncedUnits(SECTOR);

        Set<Integer> lost = new HashSet<>();
        for (int unit = 0; unit < units; unit++) {
            SimulatedDisk left = disk.copy().crash(Crash.powerCutKeepingAll().exceptUnit(unit));
            assertEquals(1, countOf(left.bytes("a"), 1, SECTOR));
            lost.add(indexOf(left.bytes("a"), 1) / SECTOR);
        }

        assertEquals(Set.of(0, 1, 2, 3), lost);
    }

    @Test
    void mapSync_ofARange_coversItsPagesOnly() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        synced(disk, "a", 3 * PAGE, 1);
        MappedFile map = mappedAgain(disk, "a", 3 * PAGE);
        map.memory().fill((byte) 2);

        map.sync(PAGE + 10, PAGE + 20);

        byte[] left = disk.crash(Crash.powerCutLosingAll()).bytes("a");
        assertEquals(1, countOf(left, 2, PAGE));
        assertEquals(2, left[PAGE]);
    }

    @Test
    void mapSync_afterGrowth_makesTheSizeDurable() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(1);
        synced(disk, "a", PAGE, 1);
        overwriteWith(disk, "a", filled(2 * PAGE, 2));
        MappedFile map = mappedAgain(disk, "a", 2 * PAGE);

        map.sync(0, 1);

        byte[] left = disk.crash(Crash.powerCutLosingAll()).bytes("a");
        assertEquals(2 * PAGE, left.length);
        assertEquals(2, left[0]);
        assertEquals(0, left[PAGE]);
    }

    @Test
    void sync_failed_leavesPagesCleanButLost() throws IOException {
        Set<Integer> kept = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            synced(disk, "a", 2 * SECTOR, 1);
            MappedFile map = mappedAgain(disk, "a", 2 * SECTOR);
            map.memory().fill((byte) 2);
            disk.failAt(disk.calls() + 1, FaultKind.ONCE);
            assertThrows(IOException.class, () -> map.sync(0, 2 * SECTOR));
            assertEquals(2, disk.bytes("a")[0]);

            map.sync(0, 2 * SECTOR);

            kept.add(countOf(disk.copy().crash(Crash.powerCutLosingAll()).bytes("a"), 2, SECTOR));
            map.memory().fill((byte) 3);
            map.sync(0, 2 * SECTOR);
            byte[] changed = disk.crash(Crash.powerCutLosingAll()).bytes("a");
            assertArrayEquals(filled(2 * SECTOR, 3), changed);
        }
        assertEquals(Set.of(0, 1, 2), kept);
    }

    @Test
    void kernel_writesDirtySectorsEarly() throws IOException {
        Set<Integer> seen = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            synced(disk, "a", SECTOR, 1);
            MappedFile map = mappedAgain(disk, "a", SECTOR);
            for (int value = 2; value < 5; value++) {
                map.memory().fill((byte) value);
                for (int i = 0; i < 40; i++) {
                    disk.list();
                }
            }
            seen.add((int) disk.crash(cut(0.5, SECTOR)).bytes("a")[0]);
        }
        assertTrue(seen.containsAll(Set.of(1, 3, 4)), "seen: " + seen);
    }

    @Test
    void setSize_cutAndGrown_oldContentStaysGoneAfterSync() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            synced(disk, "a", 4 * PAGE, 1);
            try (DiskFile file = disk.open("a", Disk.Access.READ_WRITE)) {
                file.setSize(PAGE);
                file.setSize(4 * PAGE);
                try (MappedFile map = file.map(PAGE, Disk.Access.READ_WRITE)) {
                    map.sync(0, 10);
                }
            }

            byte[] left = disk.crash(randomCut(seed)).bytes("a");

            assertEquals(1, countOf(left, 1, PAGE));
        }
    }

    @Test
    void failAt_once_failsOneCallWithAPartOfAWrite() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(3);
        try (DiskFile file = disk.create("a")) {
            disk.failAt(disk.calls() + 1, FaultKind.ONCE);

            assertThrows(IOException.class, () -> file.write(0, filled(1000, 1), 0, 1000));

            assertTrue(disk.bytes("a").length <= 1000);
            file.write(0, filled(1000, 2), 0, 1000);
            assertArrayEquals(filled(1000, 2), disk.bytes("a"));
        }
    }

    @Test
    void failAt_forever_failsAllCalls() {
        SimulatedDisk disk = new SimulatedDisk(3);
        disk.failAt(2, FaultKind.FOREVER);

        assertEquals(List.of(), assertList(disk));
        assertThrows(IOException.class, disk::list);
        assertThrows(IOException.class, () -> disk.create("a"));
        assertThrows(IOException.class, disk::syncDirectory);
        assertEquals(4, disk.calls());
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultKind.class,
            names = {"CRASH_BEFORE", "CRASH_WITHIN", "CRASH_AFTER"})
    void failAt_crash_diesBeforeOrAfterTheCall(FaultKind kind) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(3);
        synced(disk, "a", 10, 1);
        disk.failAt(disk.calls() + 1, kind);

        assertThrows(SimulatedCrash.class, () -> disk.rename("a", "b"));

        assertTrue(disk.isDead());
        assertThrows(SimulatedCrash.class, disk::list);
        String expected = kind == FaultKind.CRASH_AFTER ? "b" : "a";
        assertEquals(List.of(expected), disk.crash(Crash.kill()).names());
    }

    @Test
    void crash_afterSimulatedCrash_ignoresLaterWritesThroughMaps() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(3);
        MappedFile map = mapped(disk, "a", PAGE);
        map.memory().fill((byte) 1);
        disk.failAt(disk.calls() + 1, FaultKind.CRASH_BEFORE);
        assertThrows(SimulatedCrash.class, disk::list);

        map.memory().fill((byte) 2);

        assertArrayEquals(filled(PAGE, 1), disk.crash(Crash.kill()).bytes("a"));
    }

    @Test
    void copy_isIndependent() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(3);
        synced(disk, "a", 10, 1);
        SimulatedDisk copy = disk.copy();

        overwrite(copy, "a", 2);
        copy.rename("a", "b");

        assertArrayEquals(filled(10, 1), disk.bytes("a"));
        assertArrayEquals(filled(10, 1), copy.copy().crash(Crash.powerCutLosingAll()).bytes("a"));
        assertArrayEquals(filled(10, 2), copy.bytes("b"));
    }

    @Test
    void sameSeed_leavesTheSame() throws IOException {
        List<String> results = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            SimulatedDisk disk = new SimulatedDisk(77);
            synced(disk, "a", 8 * PAGE, 1);
            overwrite(disk, "a", 2);
            disk.create("b").close();
            SimulatedDisk left = disk.crash(cut(0.5, SECTOR));
            results.add(left.names() + Arrays.toString(left.bytes("a")) + left.bootId());
        }
        assertEquals(results.getFirst(), results.getLast());
    }

    @Test
    void capacity_exceeded_writesWhatFits() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(3);
        disk.limitCapacity(4 * PAGE);
        try (DiskFile file = disk.create("a")) {
            file.setSize(100 * PAGE);
            file.write(PAGE, filled(3 * PAGE, 1), 0, 3 * PAGE);
            byte[] more = filled(2 * PAGE, 2);

            IOException e =
                    assertThrows(IOException.class, () -> file.write(10 * PAGE, more, 0, 2 * PAGE));

            assertEquals("No space left on device", e.getMessage());
            assertEquals(4L * PAGE, disk.allocatedBytes());
            assertEquals(2, disk.bytes("a")[11 * PAGE - 1]);
            file.write(PAGE, filled(3 * PAGE, 3), 0, 3 * PAGE);
        }
        disk.delete("a");
        assertEquals(0, disk.allocatedBytes());
    }

    @Test
    void assertNoWritesIntoHoles_writtenHole_isFound() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(3);
        try (DiskFile file = disk.create("a")) {
            file.setSize(2 * PAGE);
            file.write(0, new byte[1], 0, 1);
            MappedFile map = file.map(2 * PAGE, Disk.Access.READ_WRITE);
            map.memory().set(ValueLayout.JAVA_BYTE, PAGE - 1, (byte) 1);
            disk.assertNoWritesIntoHoles();

            map.memory().set(ValueLayout.JAVA_BYTE, PAGE, (byte) 1);

            assertThrows(AssertionError.class, disk::assertNoWritesIntoHoles);
        }
    }

    @Test
    void lock_second_isRefusedNamingTheOwner() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(3);
        Disk.DirectoryLock lock = disk.lock("lock", "process 7");

        StoreLockedException e =
                assertThrows(StoreLockedException.class, () -> disk.lock("lock", "process 8"));
        lock.close();

        assertTrue(String.valueOf(e.getMessage()).contains("process 7"));
        disk.lock("lock", "process 8").close();
        assertEquals("process 8\n", new String(disk.bytes("lock"), StandardCharsets.US_ASCII));
    }

    @Test
    void openHandles_listsWhatWasNotClosed() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(3);
        DiskFile file = disk.create("a");
        MappedFile map = file.map(0, Disk.Access.READ);
        Disk.DirectoryLock lock = disk.lock("lock", "me");

        assertEquals(List.of("file a", "lock lock", "map a 0..0"), disk.openHandles());

        file.close();
        map.close();
        lock.close();
        assertEquals(List.of(), disk.openHandles());
    }

    @Test
    void flipBitAndTruncate_surviveAPowerCut() throws IOException {
        SimulatedDisk disk = new SimulatedDisk(3);
        synced(disk, "a", 10, 0);

        disk.flipBit("a", 17);
        disk.truncate("a", 5);

        byte[] left = disk.crash(Crash.powerCutLosingAll()).bytes("a");
        assertArrayEquals(bytes(0, 0, 2, 0, 0), left);
    }

    @Test
    void directories_goToTheRealDiskAndBack(@TempDir Path path) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(3);
        synced(disk, "a", 10, 1);
        disk.writeTo(path);

        SimulatedDisk back = SimulatedDisk.fromDirectory(path, 4);

        assertEquals(List.of("a"), back.names());
        assertArrayEquals(filled(10, 1), back.crash(Crash.powerCutLosingAll()).bytes("a"));
    }

    private static List<String> assertList(SimulatedDisk disk) {
        try {
            return disk.list();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Crash cut(double keptShare, int unitBytes) {
        return new Crash(
                Crash.Kind.POWER_CUT, keptShare, unitBytes, Crash.Loss.UNITS, false, false, -1);
    }

    private static Crash randomCut(int seed) {
        return Crash.powerCut(new SplittableRandom(seed));
    }

    private static void synced(SimulatedDisk disk, String name, int size, int value)
            throws IOException {
        try (DiskFile file = disk.create(name)) {
            file.write(0, filled(size, value), 0, size);
            file.sync();
        }
        disk.syncDirectory();
    }

    private static void overwrite(SimulatedDisk disk, String name, int value) throws IOException {
        overwriteWith(disk, name, filled(disk.bytes(name).length, value));
    }

    private static void overwriteWith(SimulatedDisk disk, String name, byte[] content)
            throws IOException {
        try (DiskFile file = disk.open(name, Disk.Access.READ_WRITE)) {
            file.write(0, content, 0, content.length);
        }
    }

    private static MappedFile mapped(SimulatedDisk disk, String name, int size) throws IOException {
        try (DiskFile file = disk.create(name)) {
            file.write(0, new byte[size], 0, size);
            return file.map(size, Disk.Access.READ_WRITE);
        }
    }

    private static MappedFile mappedAgain(SimulatedDisk disk, String name, int size)
            throws IOException {
        if (!disk.names().contains(name)) {
            return mapped(disk, name, size);
        }
        try (DiskFile file = disk.open(name, Disk.Access.READ_WRITE)) {
            return file.map(size, Disk.Access.READ_WRITE);
        }
    }

    /// Returns how many units consist of `value`; every unit must consist of one value.
    private static int countOf(byte[] bytes, int value, int unitBytes) {
        int count = 0;
        for (int at = 0; at < bytes.length; at += unitBytes) {
            byte[] unit = Arrays.copyOfRange(bytes, at, at + unitBytes);
            assertArrayEquals(filled(unitBytes, unit[0]), unit);
            count += unit[0] == value ? 1 : 0;
        }
        return count;
    }

    private static int indexOf(byte[] bytes, int value) {
        int index = 0;
        while (bytes[index] != value) {
            index++;
        }
        return index;
    }

    private static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
