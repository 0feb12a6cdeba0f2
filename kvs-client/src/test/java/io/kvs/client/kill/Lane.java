package io.kvs.client.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What one connection writes: numbers that grow, each under all keys of a group at once, many of
/// them on their way.
final class Lane {
    private static final int GROUP_COUNT = 50;
    private static final int ON_THEIR_WAY_MAX = 128;

    /// Behind each number, so that a write takes a while.
    private static final String FILLING = " " + "x".repeat(200);

    private final String name;
    private final int keyCount;

    /// By group: the number that must be there, or a later one.
    private final AtomicLongArray acknowledged = new AtomicLongArray(GROUP_COUNT);

    private long sent;

    /// Makes one that has written nothing.
    ///
    /// @param keyCount of a group
    Lane(String name, int keyCount) {
        this.name = name;
        this.keyCount = keyCount;
    }

    /// Begins to write all entries at once; returns what tells when that is acknowledged.
    @FunctionalInterface
    interface Writer {
        CompletionStage<?> write(Map<String, String> entries);
    }

    /// Writes until a write fails; returns why.
    ///
    /// @param load counts what is acknowledged
    Throwable run(Writer writer, CountDownLatch load) throws InterruptedException {
        Semaphore free = new Semaphore(ON_THEIR_WAY_MAX);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        while (failure.get() == null) {
            free.acquire();
            long number = ++sent;
            CompletionStage<?> _ =
                    writer.write(entries(number))
                            .whenComplete((_, problem) -> {
                                if (problem == null) {
                                    acknowledged.set(group(number), number);
                                    load.countDown();
                                } else {
                                    failure.compareAndSet(null, problem);
                                }
                                free.release();
                            });
        }
        free.acquire(ON_THEIR_WAY_MAX);
        return failure.get();
    }

    private Map<String, String> entries(long number) {
        return keys(group(number)).stream()
                .collect(Collectors.toMap(Function.identity(), _ -> number + FILLING));
    }

    private static int group(long number) {
        return (int) (number % GROUP_COUNT);
    }

    private List<String> keys(int group) {
        return IntStream.range(0, keyCount).mapToObj(i -> name + "-" + group + "-" + i).toList();
    }

    /// Asserts that what was acknowledged is there, and every write whole. It must stay.
    ///
    /// @param reader returns the values of keys, null for one that is absent
    void check(Function<List<String>, Collection<String>> reader) {
        for (int group = 0; group < GROUP_COUNT; group++) {
            List<Long> numbers =
                    reader.apply(keys(group)).stream().map(Lane::number).distinct().toList();
            assertEquals(1, numbers.size(), name + " has written a part: " + numbers);
            long found = numbers.getFirst();
            long least = acknowledged.get(group);
            assertTrue(found >= least, () -> name + " has lost " + least + " for " + found);
            assertTrue(found <= sent && (found == 0 || group(found) == group), name);
            acknowledged.set(group, found);
        }
    }

    /// Returns the number of a value; 0 if there is none.
    private static long number(String value) {
        assertTrue(value == null || value.endsWith(FILLING), value);
        return value == null ? 0 : Long.parseLong(value.substring(0, value.indexOf(' ')));
    }
}
