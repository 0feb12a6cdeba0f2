package io.kvs.testkit;

import java.util.SplittableRandom;

/// What happens to everything that was not synced.
///
/// @param kind what dies
/// @param keptShare of the unsynced units of a power cut the share that is kept, from 0 to 1
/// @param unitBytes what the device writes as a whole: 512 or 4096
/// @param loss what of it goes
/// @param anyDirectoryOrder whether any of the unsynced changes of the directory can be lost,
///   instead of the last ones only
/// @param junk whether new blocks whose content was lost hold junk instead of zeros
/// @param exception the number of the one unit that is lost although all are kept, or kept although
///   all are lost, counted from 0 over the files in the order of their names; or -1
public record Crash(
        Kind kind,
        double keptShare,
        int unitBytes,
        Loss loss,
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

    /// What goes when not all does.
    public enum Loss {
        /// Any units.
        UNITS,
        /// What was changed last through calls, over all files and the directory; what was changed
        /// through maps never has an order.
        LAST_WRITES,
        /// All of some files and nothing of others, as the kernel writes back one file after the
        /// other.
        FILES
    }

    /// The process dies: everything that was written stays, but is as little synced as before.
    public static Crash kill() {
        return new Crash(Kind.KILL, 1, Inode.SECTOR_BYTES, Loss.UNITS, false, false, -1);
    }

    /// The power fails, and nothing unsynced is left.
    public static Crash powerCutLosingAll() {
        return new Crash(Kind.POWER_CUT, 0, Inode.SECTOR_BYTES, Loss.UNITS, false, false, -1);
    }

    /// The power fails just after everything was written.
    public static Crash powerCutKeepingAll() {
        return new Crash(Kind.POWER_CUT, 1, Inode.SECTOR_BYTES, Loss.UNITS, false, false, -1);
    }

    /// The power fails, and unsynced sectors, pages or files are left at random.
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
        Loss loss =
                switch (random.nextInt(8)) {
                    case 0, 1 -> Loss.LAST_WRITES;
                    case 2, 3 -> Loss.FILES;
                    default -> Loss.UNITS;
                };
        return new Crash(Kind.POWER_CUT, keptShare, unitBytes, loss, false, false, -1);
    }

    /// Returns this crash losing any of the unsynced changes of the directory.
    public Crash withAnyDirectoryOrder() {
        return new Crash(kind, keptShare, unitBytes, loss, true, junk, exception);
    }

    /// Returns this crash leaving junk in new blocks.
    public Crash withJunk() {
        return new Crash(kind, keptShare, unitBytes, loss, anyDirectoryOrder, true, exception);
    }

    /// Returns this crash, which loses or keeps all, with one unit as an exception.
    ///
    /// @param unit from 0 to {@link SimulatedDisk#unsyncedUnits} exclusively
    public Crash exceptUnit(int unit) {
        return new Crash(kind, keptShare, unitBytes, loss, anyDirectoryOrder, junk, unit);
    }
}
