package io.kvs.bench.scenario;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// How long a well-behaved client waits for its answers, alone and beside clients that misbehave,
/// in turns; the server is a process of its own.
final class NeighboursScenario {
    private static final int NEIGHBOURS = 1;
    private static final int TURNS = 10;
    private static final long TURN_NANOS = 500_000_000;
    private static final long WARM_NANOS = 3_000_000_000L;

    private NeighboursScenario() {}

    static void run(int keys) throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.create();
                ServerChild server = ServerChild.start(scratch.path("store"), keys);
                Witness witness = new Witness(server.address(), keys)) {
            witness.measure(WARM_NANOS);
            for (Neighbour neighbour : Neighbour.values()) {
                compare(witness, neighbour, server.address());
            }
        }
    }

    private static void compare(Witness witness, Neighbour neighbour, InetSocketAddress server)
            throws IOException, InterruptedException {
        Sample alone = new Sample();
        Sample beside = new Sample();
        for (int turn = 0; turn < TURNS; turn++) {
            alone.add(witness.measure(TURN_NANOS));
            List<Annoyance> annoyances = new ArrayList<>();
            for (int i = 0; i < NEIGHBOURS; i++) {
                annoyances.add(new Annoyance(neighbour, server, turn * NEIGHBOURS + i));
            }
            beside.add(witness.measure(TURN_NANOS));
            for (Annoyance annoyance : annoyances) {
                annoyance.stop();
            }
        }
        System.out.printf(
                "%-34s alone p50 %6.1f us, p99 %7.1f; beside p50 %6.1f, p99 %7.1f; p99 x %.2f%n",
                neighbour,
                alone.medianMicros(),
                alone.micros(0.99),
                beside.medianMicros(),
                beside.micros(0.99),
                beside.micros(0.99) / alone.micros(0.99));
    }

    /// A neighbour at work.
    private static final class Annoyance implements Runnable {
        private final Neighbour neighbour;
        private final InetSocketAddress server;
        private final SplittableRandom random;
        private final Thread thread;
        private volatile boolean stopped;

        Annoyance(Neighbour neighbour, InetSocketAddress server, int seed) {
            this.neighbour = neighbour;
            this.server = server;
            this.random = new SplittableRandom(seed);
            this.thread = Thread.ofPlatform().name("neighbour").start(this);
        }

        @Override
        public void run() {
            try {
                while (!stopped) {
                    try {
                        neighbour.annoy(server, random);
                    } catch (IOException _) {
                        // Cut off, as it deserves.
                    }
                    Thread.sleep(Neighbour.PAUSE_MILLIS);
                }
            } catch (InterruptedException _) {
                // It is to stop.
            }
        }

        void stop() throws InterruptedException {
            stopped = true;
            thread.join();
        }
    }
}
