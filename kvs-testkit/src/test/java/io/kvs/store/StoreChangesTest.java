package io.kvs.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.ChangeEvent;
import io.kvs.ChangesGoneException;
import io.kvs.Durability;
import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.Snapshot;
import io.kvs.StoreClosedException;
import io.kvs.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The stream of changes.
@Timeout(60)
final class StoreChangesTest {
    private static final KvsOptions SMALL_SEGMENTS =
            KvsOptions.defaults().withSegmentLimitBytes(4 << 10).withAutomaticCompaction(false);

    @TempDir Path directory;

    @Test
    void changes_fromTheStart_tellsWhatIsInTheLogAndWhatFollows() throws InterruptedException {
        try (KvStore store = KvStore.open(directory)) {
            store.set("a", "1");
            store.write(new WriteBatch().set("b", "2").remove("a"));
            Listener listener = new Listener(Long.MAX_VALUE);
            store.changes(0).subscribe(listener);
            assertEquals(List.of("a=1", "b=2", "a removed"), listener.next(3));

            store.set("c".getBytes(StandardCharsets.UTF_8), new byte[] {'3'}, Durability.SYNC);

            assertEquals(List.of("c=3"), listener.next(1));
        }
    }

    @Test
    void changes_afterASnapshot_tellsWhatIsNotInIt() throws InterruptedException {
        try (KvStore store = KvStore.open(directory, SMALL_SEGMENTS)) {
            for (int i = 0; i < 500; i++) {
                store.set("key " + i, "old");
            }
            try (Snapshot snapshot = store.snapshot()) {
                store.set("new", "1");
                Listener listener = new Listener(Long.MAX_VALUE);
                store.changes(snapshot.sequence()).subscribe(listener);

                assertEquals(List.of("new=1"), listener.next(1));
            }
        }
    }

    @Test
    void changes_manySegments_areAllToldInOrder() throws InterruptedException {
        try (KvStore store = KvStore.open(directory, SMALL_SEGMENTS)) {
            Listener listener = new Listener(Long.MAX_VALUE);
            store.changes(0).subscribe(listener);
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                store.set("key " + i % 100, "value " + i);
                expected.add("key " + i % 100 + "=value " + i);
            }

            assertEquals(expected, listener.next(3_000));
        }
    }

    @Test
    void changes_asked_forSome_tellsNoMore() throws InterruptedException {
        try (KvStore store = KvStore.open(directory)) {
            for (int i = 0; i < 10; i++) {
                store.set("key", "value " + i);
            }
            Listener listener = new Listener(2);
            store.changes(0).subscribe(listener);
            assertEquals(List.of("key=value 0", "key=value 1"), listener.next(2));
            assertEquals(null, listener.signals.poll(100, TimeUnit.MILLISECONDS));

            listener.subscription().request(1);

            assertEquals(List.of("key=value 2"), listener.next(1));
        }
    }

    @Test
    void changes_compactionHasGonePast_isAClearError() throws InterruptedException {
        try (KvStore store = KvStore.open(directory, SMALL_SEGMENTS)) {
            for (int i = 0; i < 1_000; i++) {
                store.set("key " + i % 10, "value " + i);
            }
            store.compact();
            Listener listener = new Listener(Long.MAX_VALUE);
            store.changes(0).subscribe(listener);

            assertInstanceOf(ChangesGoneException.class, listener.signals.take());
        }
    }

    @Test
    void changes_storeClosed_endsWithAnError() throws InterruptedException {
        Listener listener = new Listener(Long.MAX_VALUE);
        try (KvStore store = KvStore.open(directory)) {
            store.changes(0).subscribe(listener);
            store.set("a", "1");
            assertEquals(List.of("a=1"), listener.next(1));
        }

        assertInstanceOf(StoreClosedException.class, listener.signals.take());
    }

    @Test
    void changes_cancelled_tellsNothingMore() throws InterruptedException {
        try (KvStore store = KvStore.open(directory)) {
            Listener listener = new Listener(Long.MAX_VALUE);
            store.changes(0).subscribe(listener);
            store.set("a", "1");
            assertEquals(List.of("a=1"), listener.next(1));

            listener.subscription().cancel();
            store.set("b", "2");
            Listener other = new Listener(Long.MAX_VALUE);
            store.changes(0).subscribe(other);
            assertEquals(List.of("a=1", "b=2"), other.next(2));

            assertEquals(null, listener.signals.poll(100, TimeUnit.MILLISECONDS));
        }
    }

    /// Collects what it is told.
    private static final class Listener implements Flow.Subscriber<ChangeEvent> {
        private final BlockingQueue<Object> signals = new LinkedBlockingQueue<>();
        private final BlockingQueue<Flow.Subscription> subscriptions = new LinkedBlockingQueue<>();
        private final long demand;

        Listener(long demand) {
            this.demand = demand;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriptions.add(subscription);
            subscription.request(demand);
        }

        @Override
        public void onNext(ChangeEvent change) {
            byte[] value = change.value();
            String key = text(change.key());
            signals.add(value == null ? key + " removed" : key + "=" + text(value));
        }

        @Override
        public void onError(Throwable problem) {
            signals.add(problem);
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }

        Flow.Subscription subscription() throws InterruptedException {
            Flow.Subscription subscription = subscriptions.take();
            subscriptions.add(subscription);
            return subscription;
        }

        List<Object> next(int count) throws InterruptedException {
            List<Object> next = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Object signal = signals.poll(20, TimeUnit.SECONDS);
                assertTrue(signal != null, "only " + next.size() + " changes");
                next.add(signal);
            }
            return next;
        }

        private static String text(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
