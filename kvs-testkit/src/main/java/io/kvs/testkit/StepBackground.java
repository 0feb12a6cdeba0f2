package io.kvs.testkit;

import io.kvs.io.Background;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Background work that runs only when a test says so, on the thread of the test.
///
/// What a step throws reaches the test.
public final class StepBackground implements Background {
    /// One step in so many is that of a worker that nobody woke, as if its period were over.
    private static final int UNWOKEN_PERIOD = 8;

    private static final int STEPS_MAX = 10_000;

    private final List<StepWorker> workers = new ArrayList<>();

    /// Makes one without workers.
    public StepBackground() {}

    @Override
    public int parallelism() {
        return 2;
    }

    /// Runs the tasks one after the other.
    @Override
    public void runAll(List<Task> tasks) throws IOException {
        for (Task task : tasks) {
            task.run();
        }
    }

    /// Does nothing: there is no time that could pass.
    @Override
    public void pause(long nanos) {}

    @Override
    public synchronized Worker start(String name, Duration period, Runnable step) {
        StepWorker worker = new StepWorker(name, step);
        workers.add(worker);
        return worker;
    }

    /// Runs one step of a worker that was woken, now and then of any; returns whether one ran.
    public boolean runOne(SplittableRandom random) {
        List<StepWorker> candidates = random.nextInt(UNWOKEN_PERIOD) == 0 ? all() : woken();
        if (candidates.isEmpty()) {
            return false;
        }
        candidates.get(random.nextInt(candidates.size())).run();
        return true;
    }

    /// Runs one step of the worker with this name, woken or not.
    public void run(String name) {
        for (StepWorker worker : all()) {
            if (worker.name.equals(name)) {
                worker.run();
            }
        }
    }

    /// Runs steps until no worker is woken.
    public void runAll() {
        for (int i = 0; i < STEPS_MAX; i++) {
            List<StepWorker> candidates = woken();
            if (candidates.isEmpty()) {
                return;
            }
            candidates.getFirst().run();
        }
        throw new AssertionError("background work without end: " + woken());
    }

    /// Lets the period of every worker end, then runs all steps.
    public void runPeriod() {
        for (StepWorker worker : all()) {
            worker.wake();
        }
        runAll();
    }

    /// Returns the names of the workers that were not closed.
    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (StepWorker worker : all()) {
            names.add(worker.name);
        }
        return names;
    }

    private synchronized List<StepWorker> all() {
        return new ArrayList<>(workers);
    }

    private synchronized List<StepWorker> woken() {
        List<StepWorker> woken = new ArrayList<>();
        for (StepWorker worker : workers) {
            if (worker.woken) {
                woken.add(worker);
            }
        }
        return woken;
    }

    private final class StepWorker implements Worker {
        private final String name;
        private final Runnable step;
        private volatile boolean woken;
        private boolean running;

        StepWorker(String name, Runnable step) {
            this.name = name;
            this.step = step;
        }

        @Override
        public void wake() {
            woken = true;
        }

        @Override
        public void close() {
            synchronized (StepBackground.this) {
                workers.remove(this);
            }
        }

        @Override
        public String toString() {
            return name;
        }

        private void run() {
            if (running) {
                throw new AssertionError("a step of " + name + " runs within another one");
            }
            woken = false;
            running = true;
            try {
                step.run();
            } finally {
                running = false;
            }
        }
    }
}
