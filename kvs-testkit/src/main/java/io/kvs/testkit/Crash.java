package io.kvs.testkit;

import java.util.SplittableRandom;

/// What happens to everything that was not synced.
///
/// @param kind what dies
/// @param keptShare of the unsynced units of a power cut the share that is kept, from 0 to 1
/// @param unitBytes what the device writes as a whole: 512 or 4096
/// @param inWriteOrder whether what was changed through calls is lost from the end only, over all
///   files and the directory; what was changed through maps never has an order
/// @param anyDirectoryOrder whether any of the unsynced changes of the directory can be lost,
///   instead of the last ones only
/// @param junk whether new blocks whose content was lost hold junk instead of zeros
/// @param exception the number of the one unit that is lost although all are kept, or kept although
///   all are lost, counted from 0 over the files in the order of their names; or -1
public record Crash(
        Kind kind,
        double keptShare,
        int unitBytes,
        boolean inWriteOrder,
        boolean anyDirectoryOrder,
        boolean junk,
        int exception) {

    /// What dies.
    public enum Kind {
        /// The process; the page cache survives.
        KILL,
        /// The machine.
        POWER_CUT
    }

    /// The process dies: everything that was written stays, but is as little synced as before.
    public static Crash kill() {
        return new Crash(Kind.KILL, 1, Inode.SECTOR_BYTES, false, false, false, -1);
    }

    /// The power fails, and nothing unsynced is left.
    public static Crash powerCutLosingAll() {
        return new Crash(Kind.POWER_CUT, 0, Inode.SECTOR_BYTES, false, false, false, -1);
    }

    /// The power fails just after everything was written.
    public static Crash powerCutKeepingAll() {
        return new Crash(Kind.POWER_CUT, 1, Inode.SECTOR_BYTES, false, false, false, -1);
    }

    /// The power fails, and unsynced sectors or pages are left at random.
    ///
    /// A quarter of these crashes lose all, a quarter keep all, the others a random share. The
    /// changes of the directory are lost from the end, as in a file system with a journal.
    public static Crash powerCut(SplittableRandom random) {
        double keptShare =
                switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> 1;
                    default -> random.nextDouble();
                };
        int unitBytes = random.nextBoolean() ? Inode.SECTOR_BYTES : Inode.PAGE_BYTES;
        boolean inWriteOrder = random.nextInt(4) == 0;
        return new Crash(Kind.POWER_CUT, keptShare, unitBytes, inWriteOrder, false, false, -1);
    }

    /// Returns this crash losing any of the unsynced changes of the directory.
    public Crash withAnyDirectoryOrder() {
        return new Crash(kind, keptShare, unitBytes, inWriteOrder, true, junk, exception);
    }

    /// Returns this crash leaving junk in new blocks.
    public Crash withJunk() {
        return new Crash(
                kind, keptShare, unitBytes, inWriteOrder, anyDirectoryOrder, true, exception);
    }

    /// Returns this crash, which loses or keeps all, with one unit as an exception.
    ///
    /// @param unit from 0 to {@link SimulatedDisk#unsyncedUnits} exclusively
    public Crash exceptUnit(int unit) {
        return new Crash(kind, keptShare, unitBytes, inWriteOrder, anyDirectoryOrder, junk, unit);
    }
}
