package io.kvs.concurrency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Durability;
import io.kvs.KvsOptions;
import io.kvs.engine.LogStore;
import io.kvs.format.FileNames;
import io.kvs.io.DiskFile;
import io.kvs.testkit.ForwardingDisk;
import io.kvs.testkit.SimulatedDisk;
import io.kvs.testkit.StepBackground;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Writers beside a compaction that takes long: it stands still here until the test lets it go on.
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CompactionWaitTest {
    private static final int KEYS = 250;
    private static final int VALUE_BYTES = 1000;
    private static final int RECORD_BYTES = 1016;

    /// A compaction is due above this, writers wait a little above one and a half times this and a
    /// MiB, and to its end above twice this and a MiB.
    private static final long BOUND_BYTES = (long) (0.6 * KEYS * RECORD_BYTES);

    private static final long MIB = 1 << 20;

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final StepBackground background = new StepBackground();
    private final Thread compaction = new Thread(() -> background.run("compaction"), "compaction");
    private final LogStore store =
            LogStore.open(
                    new HeldDisk(),
                    KvsOptions.defaults()
                            .withSegmentLimitBytes(64 << 10)
                            .withCompactionThresholdBytes(64 << 10),
                    background,
                    new SplittableRandom(1));
    private final SplittableRandom random = new SplittableRandom(2);

    /// Whether the compaction has changed the manifest.
    private volatile boolean finished;

    /// A disk on which the compaction waits before it makes its first segment.
    private final class HeldDisk extends ForwardingDisk {
        HeldDisk() {
            super(new SimulatedDisk(1));
        }

        @Override
        public DiskFile create(String name) throws IOException {
            if (Thread.currentThread().equals(compaction) && FileNames.isSegment(name)) {
                begun.countDown();
                try {
                    open.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return super.create(name);
        }

        @Override
        public void rename(String from, String to) throws IOException {
            finished |= Thread.currentThread().equals(compaction) && to.equals(FileNames.MANIFEST);
            super.rename(from, to);
        }
    }

    @BeforeEach
    void holdCompaction() throws InterruptedException {
        while (store.stats().deadBytes() < 2 * BOUND_BYTES) {
            write();
        }
        background.run("housekeeping");
        compaction.start();
        begun.await();
    }

    @AfterEach
    void close() throws InterruptedException {
        open.countDown();
        compaction.join();
        store.close();
    }

    @Test
    void set_compactionTakesLong_goesOnAsLongAsThereIsRoom() {
        while (store.stats().deadBytes() < 3 * BOUND_BYTES / 2 + MIB + 2 * RECORD_BYTES) {
            write();
        }

        assertEquals(1, open.getCount());
    }

    @Test
    void set_farTooMuchIsStale_waitsForTheCompaction() throws InterruptedException {
        Thread writer =
                new Thread(() -> {
                    for (int i = 0; i < 4 * KEYS + 2 * MIB / RECORD_BYTES; i++) {
                        write();
                    }
                });
        writer.start();
        awaitWaiting(writer, "all was written");

        long staleBytes = store.stats().deadBytes();
        assertTrue(staleBytes > 2 * BOUND_BYTES + MIB, () -> staleBytes + " are stale");
        open.countDown();
        writer.join();
    }

    @Test
    void close_compactionUnderWay_givesItUp() throws InterruptedException {
        Thread closer = new Thread(store::close);
        closer.start();
        awaitWaiting(closer, "closed");

        open.countDown();
        compaction.join();
        closer.join();

        assertFalse(finished);
    }

    private static void awaitWaiting(Thread thread, String otherwise) {
        while (thread.getState() != Thread.State.WAITING) {
            assertTrue(thread.isAlive(), otherwise);
            Thread.onSpinWait();
        }
    }

    private void write() {
        byte[] value = new byte[VALUE_BYTES];
        random.nextBytes(value);
        store.set(new byte[] {(byte) random.nextInt(KEYS)}, value, Durability.PROCESS);
    }
}
