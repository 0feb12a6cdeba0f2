package io.kvs.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.view.ReadSections.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ReadSectionsTest {
    private static final int ROUNDS = 20_000;
    private static final int READERS = 3;

    private final ReadSections sections = new ReadSections();

    @Test
    void isOver_nobodyInside_isAtOnce() {
        assertTrue(sections.isOver(sections.begin()));
    }

    @Test
    void isOver_sectionEnteredBefore_waitsForItsEnd() {
        Reader section = sections.enter();
        long period = sections.begin();
        assertFalse(sections.isOver(period));
        section.leave();
        assertTrue(sections.isOver(period));
    }

    @Test
    void isOver_sectionEnteredAfterwards_doesNotWait() {
        long period = sections.begin();
        Reader section = sections.enter();
        assertTrue(sections.isOver(period));
        section.leave();
    }

    @Test
    void isOver_sectionInASection_waitsForTheOuterOne() {
        Reader outer = sections.enter();
        Reader inner = sections.enter();
        long period = sections.begin();
        inner.leave();
        assertFalse(sections.isOver(period));
        outer.leave();
        assertTrue(sections.isOver(period));
    }

    @Test
    void isOver_laterPeriodIsOver_isOverToo() {
        long first = sections.begin();
        long second = sections.begin();
        assertTrue(sections.isOver(second));
        Reader section = sections.enter();
        assertTrue(sections.isOver(first));
        section.leave();
    }

    @Test
    void await_anotherThreadInside_returnsWhenItHasLeft() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leaving = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        Thread reader =
                Thread.ofPlatform()
                        .start(() -> {
                            Reader section = sections.enter();
                            entered.countDown();
                            awaitUninterrupted(leaving);
                            left.set(true);
                            section.leave();
                        });
        entered.await();
        Thread.ofPlatform()
                .start(() -> {
                    pause();
                    leaving.countDown();
                });
        sections.await();
        assertTrue(left.get());
        reader.join();
    }

    /// What is taken away is poisoned as soon as the period is over: nobody may be reading it then.
    @Test
    void isOver_readersWithoutEnd_nobodyReadsWhatIsGone() throws InterruptedException {
        AtomicReference<int[]> present = new AtomicReference<>(new int[1]);
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicInteger poisoned = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                while (!stopped.get()) {
                                    Reader section = sections.enter();
                                    int[] read = present.get();
                                    for (int look = 0; look < 20; look++) {
                                        poisoned.addAndGet(read[0]);
                                    }
                                    section.leave();
                                }
                            }));
        }
        for (int round = 0; round < ROUNDS; round++) {
            int[] gone = present.getAndSet(new int[1]);
            sections.await();
            gone[0] = 1;
        }
        stopped.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(0, poisoned.get());
    }

    @Test
    void isOver_threadsThatHaveLeftAndEnded_doesNotWait() throws InterruptedException {
        for (int i = 0; i < 1_000; i++) {
            Thread thread = Thread.ofVirtual().start(() -> sections.enter().leave());
            thread.join();
        }
        assertTrue(sections.isOver(sections.begin()));
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
