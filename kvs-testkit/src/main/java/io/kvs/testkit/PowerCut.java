package io.kvs.testkit;

import java.util.SplittableRandom;

/// The choices of one power cut.
final class PowerCut {
    private final Crash crash;
    private final SplittableRandom random;

    /// Changes through calls with a sequence number from here on are lost, if the order counts.
    private final long end;

    private int unitCount;

    /// Whether the file is kept, if files are lost or kept as a whole.
    private boolean fileKept;

    PowerCut(Crash crash, SplittableRandom random, long end) {
        this.crash = crash;
        this.random = random;
        this.end = end;
    }

    int unitBytes() {
        return crash.unitBytes();
    }

    boolean inWriteOrder() {
        return crash.loss() == Crash.Loss.LAST_WRITES;
    }

    boolean anyDirectoryOrder() {
        return crash.anyDirectoryOrder();
    }

    boolean junk() {
        return crash.junk();
    }

    /// Returns whether a change through a call has reached the device.
    boolean reached(long sequence) {
        return sequence < end;
    }

    /// Comes to the next file.
    void nextFile() {
        fileKept = losesFiles() && random.nextDouble() < crash.keptShare();
    }

    private boolean losesFiles() {
        return crash.loss() == Crash.Loss.FILES;
    }

    /// Returns whether the next unit is kept.
    boolean keepsUnit() {
        boolean kept = keeps();
        return unitCount++ == crash.exception() ? !kept : kept;
    }

    /// Returns whether something is kept that is not the content of a unit.
    boolean keeps() {
        return losesFiles() ? fileKept : random.nextDouble() < crash.keptShare();
    }

    /// Returns whether a kept sector is as the kernel had written it early.
    boolean keepsEarly() {
        return !losesFiles() && crash.keptShare() < 1 && random.nextInt(3) == 0;
    }

    /// Returns a number from 0 to `bound` exclusively.
    int below(int bound) {
        return random.nextInt(bound);
    }

    /// Returns how many of `count` changes of the directory are kept.
    int keptChanges(int count) {
        if (crash.keptShare() == 0) {
            return 0;
        }
        return crash.keptShare() == 1 ? count : random.nextInt(count + 1);
    }

    /// Returns the one of `count` changes of the directory, if any can be lost, that is lost while
    /// all others are kept; or -1 if each is left to chance.
    int lostChange(int count) {
        return crash.anyDirectoryOrder() && count > 0 && random.nextBoolean()
                ? random.nextInt(count)
                : -1;
    }

    /// Chooses the size of a file.
    int size(int durable, int between, int live) {
        if (crash.keptShare() == 0) {
            return crash.exception() < 0 ? durable : live;
        }
        if (crash.keptShare() == 1) {
            return live;
        }
        if (losesFiles()) {
            return fileKept ? live : durable;
        }
        return switch (random.nextInt(3)) {
            case 0 -> durable;
            case 1 -> between;
            default -> live;
        };
    }

    void fillWithJunk(byte[] image, int from, int to) {
        for (int at = from; at < Math.min(to, image.length); at++) {
            image[at] = (byte) random.nextInt();
        }
    }
}
