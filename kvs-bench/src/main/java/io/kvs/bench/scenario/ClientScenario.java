package io.kvs.bench.scenario;

import io.kvs.client.AsyncKvsClient;
import io.kvs.client.ClientOptions;
import io.kvs.client.KvsClient;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/// Sets and gets of a server through {@link KvsClient} over one connection, some in flight at a
/// time.
final class ClientScenario {
    private static final int[] IN_FLIGHT = {1, 64};
    private static final long TURN_NANOS = 3_000_000_000L;

    private ClientScenario() {}

    static void run(int keys) throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.create();
                ServerChild server = ServerChild.start(scratch.path("store"), keys);
                KvsClient client =
                        KvsClient.open(ClientOptions.defaults().withAddress(server.address()))) {
            Load load = new Load(client.async(), keys);
            for (int inFlight : IN_FLIGHT) { // so that the code is compiled
                load.run(inFlight, true);
                load.run(inFlight, false);
            }
            for (int inFlight : IN_FLIGHT) {
                report("set", inFlight, load.run(inFlight, true));
                report("get", inFlight, load.run(inFlight, false));
            }
        }
    }

    private static void report(String request, int inFlight, Sample sample) {
        System.out.printf(
                "%s, %2d in flight: %8.0f a second, p50 %6.1f us, p99 %6.1f%n",
                request,
                inFlight,
                sample.count() / (TURN_NANOS / 1e9),
                sample.medianMicros(),
                sample.micros(0.99));
    }

    /// Requests of random keys, each sent when another one has been answered.
    private static final class Load {
        private final AsyncKvsClient client;
        private final int keys;
        private final SplittableRandom random = new SplittableRandom(1);

        Load(AsyncKvsClient client, int keys) {
            this.client = client;
            this.keys = keys;
        }

        /// Sends requests for a while, and waits for all replies.
        Sample run(int inFlight, boolean sets) throws InterruptedException {
            Sample sample = new Sample();
            CountDownLatch running = new CountDownLatch(inFlight);
            long end = System.nanoTime() + TURN_NANOS;
            for (int i = 0; i < inFlight; i++) {
                next(sets, sample, running, end);
            }
            running.await();
            return sample;
        }

        private void next(boolean sets, Sample sample, CountDownLatch running, long end) {
            long start = System.nanoTime();
            if (start - end >= 0) {
                running.countDown();
                return;
            }
            CompletableFuture<?> _ =
                    request(sets)
                            .whenComplete((_, problem) -> {
                                if (problem == null) {
                                    record(sample, start);
                                    next(sets, sample, running, end);
                                } else {
                                    problem.printStackTrace();
                                    running.countDown();
                                }
                            });
        }

        private synchronized CompletableFuture<?> request(boolean sets) {
            int number = random.nextInt(keys);
            byte[] key = Entries.key(number);
            return sets ? client.set(key, Entries.value(number, 1)) : client.get(key);
        }

        private synchronized void record(Sample sample, long start) {
            sample.addSince(start);
        }
    }
}
