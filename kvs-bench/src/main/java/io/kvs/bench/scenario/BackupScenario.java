package io.kvs.bench.scenario;

import io.kvs.BackupReport;
import io.kvs.KvStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/// Backups of a store beside a writer at full speed: how long they take, what the writer notices,
/// and whether each copy is the state at one moment.
final class BackupScenario {
    private static final int BACKUPS = 5;
    private static final long PAUSE_MILLIS = 1_000;

    private BackupScenario() {}

    static void run(int keys) throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.create();
                KvStore store = KvStore.open(scratch.path("store"))) {
            Entries.fill(store, keys);
            Writer writer = new Writer(store, keys);
            Thread thread = Thread.ofPlatform().start(writer);
            Thread.sleep(BACKUPS * PAUSE_MILLIS);
            Sample without = writer.nextSample();
            for (int i = 0; i < BACKUPS; i++) {
                Path copy = scratch.path("backup" + i);
                long before = writer.written();
                long start = System.nanoTime();
                BackupReport report = store.backup(copy);
                double millis = (System.nanoTime() - start) / 1e6;
                long after = writer.written();
                System.out.printf(
                        "backup of %d MB: %.0f ms, %d MB copied%n",
                        report.bytes() / 1_000_000, millis, report.copiedBytes() / 1_000_000);
                check(copy, keys, before, after + 1);
                Thread.sleep(PAUSE_MILLIS);
            }
            writer.stop();
            thread.join();
            report("without backups", without);
            report("with backups and their checks", writer.nextSample());
        }
    }

    /// Opens a copy: it must hold the writes up to one, between those that were done when the
    /// backup began and when it ended, and nothing else.
    private static void check(Path copy, int keys, long before, long after) {
        long start = System.nanoTime();
        try (KvStore store = KvStore.open(copy)) {
            double millis = (System.nanoTime() - start) / 1e6;
            long last = before - 1;
            while (last + 1 <= after && version(store, keys, last + 1) == (last + 1) / keys) {
                last++;
            }
            for (long number = 0; number < keys; number++) {
                long expected = number <= last % keys ? last / keys : last / keys - 1;
                byte[] value = store.get(Entries.key(number)).orElseThrow();
                if (Entries.version(number, value) != expected) {
                    throw new IllegalStateException("key " + number + " is of another moment");
                }
            }
            System.out.printf("  opened in %.0f ms: all keys of one moment%n", millis);
        }
    }

    private static long version(KvStore store, int keys, long write) {
        long number = write % keys;
        return Entries.version(number, store.get(Entries.key(number)).orElseThrow());
    }

    private static void report(String occasion, Sample sample) {
        System.out.printf(
                "writer %s: p50 %.2f us, p99 %.2f, p99.9 %.1f, slowest %.1f ms%n",
                occasion,
                sample.medianMicros(),
                sample.micros(0.99),
                sample.micros(0.999),
                sample.maxMillis());
    }

    /// Overwrites all keys in turn until it is stopped. The write of number `n` gives the key of
    /// number `n % keys` the version `n / keys`; the first `keys` were done before.
    private static final class Writer implements Runnable {
        private final KvStore store;
        private final int keys;
        private final AtomicLong written;
        private volatile boolean stopped;
        private volatile Sample sample = new Sample();

        Writer(KvStore store, int keys) {
            this.store = store;
            this.keys = keys;
            this.written = new AtomicLong(keys);
        }

        @Override
        public void run() {
            for (long write = keys; !stopped; write++) {
                long number = write % keys;
                byte[] key = Entries.key(number);
                byte[] value = Entries.value(number, (int) (write / keys));
                long start = System.nanoTime();
                store.set(key, value);
                sample.addSince(start);
                written.set(write + 1);
            }
        }

        /// Returns how many writes are certainly done.
        long written() {
            return written.get();
        }

        /// Returns what has been measured so far, and begins anew.
        Sample nextSample() {
            Sample measured = sample;
            sample = new Sample();
            return measured;
        }

        void stop() {
            stopped = true;
        }
    }
}
