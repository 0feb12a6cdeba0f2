package io.kvs.io;

import io.kvs.io.Background.Task;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A thread that runs one task of {@link ThreadBackground#runAll}.
final class TaskThread {
    private final Thread thread;
    private @Nullable Throwable failure;

    private TaskThread(Task task) {
        thread = new Thread(null, () -> run(task), "kvs-task", 0, false);
        thread.setDaemon(true);
    }

    static TaskThread start(Task task) {
        TaskThread started = new TaskThread(task);
        started.thread.start();
        return started;
    }

    /// Waits for its end, interrupted or not.
    void join() {
        awaitEnd(thread);
    }

    /// Waits for the end of a thread, interrupted or not.
    static void awaitEnd(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Throws what the task threw.
    void check() throws IOException {
        switch (failure) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    private void run(Task task) {
        try {
            task.run();
        } catch (Throwable e) {
            failure = e;
        }
    }
}
