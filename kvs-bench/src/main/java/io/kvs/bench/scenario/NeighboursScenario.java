package io.kvs.bench.scenario;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// How long a well-behaved client waits for its answers: alone, beside a client that misbehaves,
/// and beside one that does the same to an {@link EchoServer}, in turns; the servers are processes
/// of their own.
///
/// A neighbour takes processors and the kernel's time whatever server it talks to. So its second
/// figure is what this machine makes of it, and the first one is also what our server makes of it.
final class NeighboursScenario {
    private static final int TURNS = 11;
    private static final long TURN_NANOS = 400_000_000;
    private static final long WARM_NANOS = 3_000_000_000L;

    private NeighboursScenario() {}

    static void run(int keys) throws IOException, InterruptedException {
        try (Scratch scratch = Scratch.create();
                ServerChild server = ServerChild.start(scratch.path("store"), keys);
                EchoServer echo = EchoServer.start();
                Witness witness = new Witness(server.address(), keys)) {
            witness.measure(WARM_NANOS);
            for (Neighbour neighbour : Neighbour.values()) {
                compare(witness, neighbour, server.address(), echo.address());
            }
        }
    }

    private static void compare(
            Witness witness, Neighbour neighbour, InetSocketAddress server, InetSocketAddress echo)
            throws IOException, InterruptedException {
        Turns alone = new Turns();
        Turns beside = new Turns();
        Turns elsewhere = new Turns();
        for (int turn = 0; turn < TURNS; turn++) {
            alone.add(witness.measure(TURN_NANOS));
            beside.add(measureBeside(witness, new Annoyance(neighbour, server, turn)));
            elsewhere.add(measureBeside(witness, new Annoyance(neighbour, echo, turn)));
        }
        System.out.printf(
                "%-34s alone p50 %6.1f us, p99 %6.1f; beside p50 %6.1f, p99 %6.1f; p99 x %.2f"
                        + " (x %.2f if it is at another server)%n",
                neighbour,
                alone.micros(0.5),
                alone.micros(0.99),
                beside.micros(0.5),
                beside.micros(0.99),
                beside.micros(0.99) / alone.micros(0.99),
                elsewhere.micros(0.99) / alone.micros(0.99));
    }

    private static Sample measureBeside(Witness witness, Annoyance annoyance)
            throws IOException, InterruptedException {
        try {
            return witness.measure(TURN_NANOS);
        } finally {
            annoyance.stop();
        }
    }

    /// The samples of all turns.
    private static final class Turns {
        private final List<Sample> samples = new ArrayList<>();

        void add(Sample sample) {
            samples.add(sample);
        }

        /// Returns the median over the turns of the duration that a share of each does not exceed.
        double micros(double share) {
            return samples.stream()
                    .mapToDouble(sample -> sample.micros(share))
                    .sorted()
                    .skip(samples.size() / 2)
                    .findFirst()
                    .orElseThrow();
        }
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
