package io.kvs.commit;

import io.kvs.DeferringKvsEngine.Outcome;
import io.kvs.io.Background;
import io.kvs.io.Background.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Gives the answers of operations whose threads do not wait for stable storage.
///
/// An operation runs as ever, but where it would wait for the {@link GroupCommit} it notes for what
/// ({@link Deferral}). If there is nothing to wait for, it is answered at once. Else its answer is
/// put on a list, and the committer, a worker that is started with the first such answer, joins the
/// group commit for all that are on the list, and then gives them in the order of the log. While it
/// waits, the next ones gather; so one thread that goes on writing has as many writes in each sync
/// as it begins during one.
///
/// How many answers wait is bounded by whoever begins operations.
public final class DeferredAnswers implements AutoCloseable {
    /// The committer is woken for every answer that finds none before it.
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final GroupCommit commit;
    private final Background background;
    private final AtomicReference<@Nullable Answer> waiting = new AtomicReference<>();
    private volatile boolean closed;

    /// Guarded by this.
    private @Nullable Worker committer;

    private static final class Answer {
        private final Deferral deferral;
        private final Runnable answer;
        private final Outcome<?> outcome;
        private @Nullable Answer next;

        Answer(Deferral deferral, Runnable answer, Outcome<?> outcome) {
            this.deferral = deferral;
            this.answer = answer;
            this.outcome = outcome;
        }

        long sequence() {
            return deferral.sequence();
        }
    }

    /// Makes it for a log.
    public DeferredAnswers(GroupCommit commit, Background background) {
        this.commit = commit;
        this.background = background;
    }

    /// Runs an operation; see {@link io.kvs.DeferringKvsEngine#defer}.
    public <T extends @Nullable Object> boolean begin(
            Supplier<T> operation, boolean mayWait, Outcome<? super T> outcome) {
        Deferral deferral = new Deferral(mayWait);
        Runnable answer;
        try {
            T value = deferral.run(operation);
            answer = () -> outcome.returned(value);
        } catch (WouldWaitException _) {
            return false;
        } catch (Throwable problem) {
            answer = () -> outcome.failed(problem);
        }
        if (commit.isDurable(deferral.sequence())) {
            deferral.finish();
            answer.run();
        } else {
            enlist(new Answer(deferral, answer, outcome));
        }
        return true;
    }

    private void enlist(Answer answer) {
        do {
            answer.next = waiting.get();
        } while (!waiting.compareAndSet(answer.next, answer));
        if (closed) {
            giveAll();
        } else if (answer.next == null) {
            wake();
        }
    }

    private synchronized void wake() {
        if (committer == null && !closed) {
            committer = background.start("commit", PERIOD, this::giveAll);
        }
        if (committer != null) {
            committer.wake();
        }
    }

    private void giveAll() {
        Answer newest = waiting.getAndSet(null);
        while (newest != null) {
            give(inOrder(newest));
            newest = waiting.getAndSet(null);
        }
    }

    private static List<Answer> inOrder(Answer newest) {
        List<Answer> answers = new ArrayList<>();
        for (Answer answer = newest; answer != null; answer = answer.next) {
            answers.add(answer);
        }
        List<Answer> ordered = answers.reversed();
        ordered.sort(Comparator.comparingLong(Answer::sequence));
        return ordered;
    }

    private void give(List<Answer> answers) {
        try {
            commit.await(answers.getLast().sequence());
        } catch (Throwable problem) {
            answers.forEach(answer -> give(answer, problem));
            return;
        }
        for (Answer answer : answers) {
            answer.deferral.finish();
            answer.answer.run();
        }
    }

    /// Gives one of the answers of which the last one cannot be given.
    private void give(Answer answer, Throwable problem) {
        if (commit.isDurable(answer.sequence())) {
            answer.answer.run();
        } else {
            answer.outcome.failed(problem);
        }
    }

    /// Gives all answers that wait. No operation writes any more; those that end later are answered
    /// by their own threads.
    @Override
    public void close() {
        Worker stopped;
        synchronized (this) {
            closed = true;
            stopped = committer;
        }
        if (stopped != null) {
            stopped.close();
        }
        giveAll();
    }
}
