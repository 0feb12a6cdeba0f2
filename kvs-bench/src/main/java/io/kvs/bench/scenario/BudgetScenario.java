package io.kvs.bench.scenario;

import io.kvs.Cursor;
import io.kvs.KvStore;
import io.kvs.KvsOptions;
import io.kvs.Scan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/// One store with a keydir that has room for few of its keys, and with one that has room for all:
/// memory of the process, gets, absent keys, puts and a scan; before that, how often a get waits
/// for the device when the page cache held nothing before the store was opened.
final class BudgetScenario {
    private static final List<Long> BUDGETS_BYTES = List.of(16L << 20, 2L << 30);
    private static final int OPERATIONS = 1_000_000;
    private static final int COLD_OPERATIONS = 20_000;
    private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");
    private static final int MAJOR_FAULTS_FIELD = 9; // behind the name, which may have spaces

    private BudgetScenario() {}

    static void run(int keys) throws IOException {
        try (Scratch scratch = Scratch.create()) {
            Path directory = scratch.path("store");
            try (KvStore store = KvStore.open(directory)) {
                Entries.fill(store, keys);
            }
            for (long budget : BUDGETS_BYTES) {
                dropPageCache();
                try (ChildJvm child =
                        ChildJvm.start(
                                List.of("-Xmx1g"),
                                "budget-child",
                                Integer.toString(keys),
                                directory.toString(),
                                Long.toString(budget))) {
                    System.out.println(child.line());
                }
            }
        }
    }

    /// Measures with one budget, in a process of its own.
    static void measure(String directory, int keys, long budgetBytes)
            throws IOException, InterruptedException {
        KvsOptions options = KvsOptions.defaults().withIndexBudgetBytes(budgetBytes);
        try (KvStore store = KvStore.open(Path.of(directory), options)) {
            Thread.sleep(1_000 + keys / 1_000); // until the keydir has been filled
            SplittableRandom random = new SplittableRandom(1);
            IntConsumer get =
                    i -> {
                        int number = random.nextInt(keys);
                        Entries.version(number, store.get(Entries.key(number)).orElseThrow());
                    };
            IntConsumer absent = i -> absent(store, keys + random.nextInt(keys));
            double coldGetWaits = waits(get);
            double coldAbsentWaits = waits(absent);
            micros(get); // compiles
            long readBefore = readBytes();
            double getMicros = micros(get);
            long read = readBytes() - readBefore;
            double absentMicros = micros(absent);
            double overwriteMicros = micros(i -> overwrite(store, random.nextInt(keys)));
            double newMicros = micros(i -> overwrite(store, 2L * keys + i));
            double scanMicros = scan(store);
            System.out.printf(
                    "budget %d MiB: index %d MiB, anonymous memory %d MiB, get %.2f us (%.2f bytes"
                            + " read from the device), absent %.2f, overwrite %.2f, new key %.2f,"
                            + " scan %.2f an entry; cold, waits for the device: get %.3f, absent"
                            + " %.4f%n",
                    budgetBytes >> 20,
                    store.stats().indexBytes() >> 20,
                    anonymousBytes() >> 20,
                    getMicros,
                    (double) read / OPERATIONS,
                    absentMicros,
                    overwriteMicros,
                    newMicros,
                    scanMicros,
                    coldGetWaits,
                    coldAbsentWaits);
        }
    }

    /// Has the system forget what it has read, as far as we may.
    private static void dropPageCache() {
        try {
            Files.writeString(DROP_CACHES, "1");
        } catch (IOException e) {
            System.out.println("the page cache stays: " + e);
        }
    }

    /// Returns how often an operation waits for a page from the device.
    private static double waits(IntConsumer operation) throws IOException {
        long before = majorFaults();
        for (int i = 0; i < COLD_OPERATIONS; i++) {
            operation.accept(i);
        }
        return (double) (majorFaults() - before) / COLD_OPERATIONS;
    }

    private static long majorFaults() throws IOException {
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[MAJOR_FAULTS_FIELD]);
    }

    private static double micros(IntConsumer operation) {
        long start = System.nanoTime();
        for (int i = 0; i < OPERATIONS; i++) {
            operation.accept(i);
        }
        return (System.nanoTime() - start) / 1e3 / OPERATIONS;
    }

    private static void absent(KvStore store, long number) {
        if (store.get(Entries.key(number)).isPresent()) {
            throw new IllegalStateException("key " + number + " was never written");
        }
    }

    private static void overwrite(KvStore store, long number) {
        store.set(Entries.key(number), Entries.value(number, 1));
    }

    private static double scan(KvStore store) {
        long entries = 0;
        long start = System.nanoTime();
        try (Cursor cursor = store.scan(Scan.all())) {
            while (cursor.next()) {
                entries += cursor.value().length > 0 ? 1 : 0;
            }
        }
        return (System.nanoTime() - start) / 1e3 / entries;
    }

    private static long anonymousBytes() throws IOException {
        return field("/proc/self/status", "RssAnon:") << 10;
    }

    private static long readBytes() throws IOException {
        return field("/proc/self/io", "read_bytes:");
    }

    private static long field(String file, String name) throws IOException {
        for (String line : Files.readAllLines(Path.of(file))) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.substring(name.length()).replace("kB", "").strip());
            }
        }
        throw new IOException(file + " has no " + name);
    }
}
