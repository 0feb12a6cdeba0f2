package io.kvs.async;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// What has to wait: a lane for each thread that has begun such, in which its operations run one
/// after the other.
final class Lanes {
    /// After so many operations of a lane others have their turn.
    private static final int TURN = 64;

    private final Executor executor;

    /// Those with operations that have not ended.
    private final Map<Thread, Lane> lanes = new ConcurrentHashMap<>();

    private static final class Lane {
        /// The oldest first, which is the one that runs. They come and go within `compute`, so that
        /// a lane is taken away only while it is empty.
        private final Queue<Runnable> operations = new ConcurrentLinkedQueue<>();

        /// Known to the thread whose lane it is.
        private boolean started;

        Lane with(Runnable operation) {
            operations.add(operation);
            return this;
        }
    }

    Lanes(Executor executor) {
        this.executor = executor;
    }

    /// Returns whether everything that this thread has sent here has ended.
    boolean isClear() {
        return lanes.isEmpty() || !lanes.containsKey(Thread.currentThread());
    }

    /// Has `operation` run after all those of this thread that have not ended. It throws nothing.
    void add(Runnable operation) {
        Thread caller = Thread.currentThread();
        Lane lane =
                lanes.compute(
                        caller,
                        (_, present) -> (present == null ? new Lane() : present).with(operation));
        if (!lane.started) {
            lane.started = true;
            executor.execute(() -> run(caller));
        }
    }

    private void run(Thread caller) {
        Lane lane = lanes.get(caller);
        for (int i = 0; i < TURN && lane != null; i++) {
            lane.operations.element().run();
            lane = lanes.computeIfPresent(caller, (_, present) -> withoutFirst(present));
        }
        if (lane != null) {
            executor.execute(() -> run(caller));
        }
    }

    private static @Nullable Lane withoutFirst(Lane lane) {
        lane.operations.remove();
        return lane.operations.isEmpty() ? null : lane;
    }
}
