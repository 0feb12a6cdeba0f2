package io.kvs.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.Cursor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The rules of reactive streams, on one thread that runs tasks when the test wants.
final class ScanningTest {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final Numbers cursor = new Numbers(5_000);
    private final Recorder recorder = new Recorder();
    private int ends;

    private Scanning<Integer> begin(Recorder subscriber) {
        Scanning<Integer> scanning =
                new Scanning<>(subscriber, () -> cursor, _ -> cursor.at, tasks::add, _ -> ends++);
        scanning.open();
        runTasks();
        return scanning;
    }

    private void runTasks() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private void assertEnded() {
        assertEquals(1, cursor.closes);
        assertEquals(1, ends);
        recorder.subscription().request(1);
        recorder.subscription().cancel();
        runTasks();
        assertEquals(1, cursor.closes);
        assertEquals(1, ends);
    }

    @Test
    void request_some_givesAsManyAndNoMore() {
        begin(recorder);
        assertEquals("subscribed", recorder.text());
        recorder.subscription().request(2);
        recorder.subscription().request(1);
        runTasks();

        assertEquals("subscribed 1 2 3", recorder.text());
        assertEquals(0, cursor.closes);
    }

    @Test
    void request_all_givesAllAndCompletes() {
        begin(recorder);
        recorder.subscription().request(Long.MAX_VALUE);
        recorder.subscription().request(Long.MAX_VALUE);
        runTasks();

        assertEquals(1 + 5_000 + 1, recorder.signals.size());
        assertEquals("complete", recorder.signals.getLast());
        assertEnded();
    }

    @Test
    void request_exactlyAll_completesWithoutBeingAskedForMore() {
        begin(recorder);
        recorder.subscription().request(5_000);
        runTasks();

        assertEquals("complete", recorder.signals.getLast());
        assertEnded();
    }

    @Test
    void request_oneInEachSignal_doesNotRecurse() {
        recorder.onEntry = subscription -> subscription.request(1);
        begin(recorder);
        recorder.subscription().request(1);
        runTasks();

        assertEquals("complete", recorder.signals.getLast());
        assertEquals(1, recorder.depthMax);
        assertEnded();
    }

    @Test
    void request_nothingOrLess_isAnErrorAndTheEnd() {
        begin(recorder);
        recorder.subscription().request(0);
        runTasks();

        assertEquals("subscribed IllegalArgumentException", recorder.text());
        assertEnded();
    }

    @Test
    void cancel_midway_endsWithoutAnotherSignal() {
        recorder.onEntry = Subscription::cancel;
        begin(recorder);
        recorder.subscription().request(10);
        runTasks();

        assertEquals("subscribed 1", recorder.text());
        assertEnded();
    }

    @Test
    void cancel_whileSubscribing_endsWithoutASignal() {
        recorder.onSubscription = Subscription::cancel;
        begin(recorder);

        assertEquals("subscribed", recorder.text());
        assertEnded();
    }

    @Test
    void onNext_throws_countsAsACancel() {
        recorder.onEntry =
                _ -> {
                    throw new IllegalStateException("a bug of the subscriber");
                };
        begin(recorder);
        recorder.subscription().request(10);
        runTasks();

        assertEquals("subscribed 1", recorder.text());
        assertEnded();
    }

    @Test
    void cursor_fails_isAnErrorAndTheEnd() {
        cursor.failsAt = 3;
        begin(recorder);
        recorder.subscription().request(10);
        runTasks();

        assertEquals("subscribed 1 2 UnsupportedOperationException", recorder.text());
        assertEnded();
    }

    @Test
    void stop_beforeTheEnd_isAnErrorAndTheEnd() {
        Scanning<Integer> scanning = begin(recorder);
        scanning.stop(new ArithmeticException());
        runTasks();

        assertEquals("subscribed ArithmeticException", recorder.text());
        assertEnded();
    }

    @Test
    void open_fails_subscribesBeforeTheError() {
        Scanning<Integer> scanning =
                new Scanning<>(
                        recorder,
                        () -> {
                            throw new ArithmeticException();
                        },
                        _ -> 0,
                        tasks::add,
                        _ -> ends++);
        scanning.open();
        runTasks();

        assertEquals("subscribed ArithmeticException", recorder.text());
        assertEquals(1, ends);
    }

    /// A long scan lets others use the thread.
    @Test
    void request_all_takesSeveralTurns() {
        begin(recorder);
        recorder.subscription().request(Long.MAX_VALUE);
        int turns = 0;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
            turns++;
        }

        assertTrue(turns > 2, turns + " turns");
        assertThrows(IllegalStateException.class, cursor::next);
    }

    /// A cursor over the numbers from 1.
    private static final class Numbers implements Cursor {
        private final int count;
        private int at;
        private int closes;
        private int failsAt = Integer.MAX_VALUE;

        Numbers(int count) {
            this.count = count;
        }

        @Override
        public boolean next() {
            if (closes > 0) {
                throw new IllegalStateException("closed");
            }
            if (at + 1 == failsAt) {
                throw new UnsupportedOperationException();
            }
            at = Math.min(at + 1, count + 1);
            return at <= count;
        }

        @Override
        public byte[] key() {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] value() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            closes++;
        }
    }

    /// Writes down the signals.
    private static final class Recorder implements Subscriber<Integer> {
        private final List<String> signals = new ArrayList<>();
        private Consumer<Subscription> onSubscription = _ -> {};
        private Consumer<Subscription> onEntry = _ -> {};
        private @Nullable Subscription subscription;
        private int depth;
        private int depthMax;

        Subscription subscription() {
            if (subscription == null) {
                throw new IllegalStateException("not subscribed");
            }
            return subscription;
        }

        String text() {
            return String.join(" ", signals);
        }

        @Override
        public void onSubscribe(Subscription begun) {
            subscription = begun;
            signals.add("subscribed");
            onSubscription.accept(begun);
        }

        @Override
        public void onNext(Integer entry) {
            depth++;
            depthMax = Math.max(depthMax, depth);
            signals.add(entry.toString());
            onEntry.accept(subscription());
            depth--;
        }

        @Override
        public void onError(Throwable problem) {
            signals.add(problem.getClass().getSimpleName());
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }
    }
}
