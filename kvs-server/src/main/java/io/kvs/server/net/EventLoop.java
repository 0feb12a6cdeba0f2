package io.kvs.server.net;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// One thread that serves many connections.
///
/// It works in rounds: whatever has come is read and executed, connection by connection; then, if
/// durability asks for it, one sync for all ({@link SyncGate}), for which it waits a little; then
/// the replies of each connection go out by one write. A connection whose client does not take its
/// replies is not read from, and one that has many requests at once executes some of them in each
/// round.
final class EventLoop implements Runnable {
    private static final long LINGER_NANOS = 1_000_000_000;
    private static final long GATHER_STEP_NANOS = 20_000;
    private static final long GATHER_NANOS_MAX = 2_000_000;

    private final Network network;
    private final Selector selector;
    private final SyncGate.Round round;
    private final Buffers buffers = Buffers.ofManyConnections();
    private final Consumer<SelectionKey> ready = EventLoop::ready;

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();

    private final Set<LoopConnection> connections = new HashSet<>();
    private final List<LoopConnection> answering = new ArrayList<>();
    private final SequencedSet<LoopConnection> resuming = new LinkedHashSet<>();
    private final ArrayDeque<Lingering> lingering = new ArrayDeque<>();

    private final long tickMillis;
    private long nextTickNanos = System.nanoTime();

    /// Set when the loop ends as soon as it has no connections any more, or at `deadlineNanos`.
    private boolean stopping;

    /// How many connections waited for the last sync, and how long that took.
    private int company;

    private long settledNanos;

    private long deadlineNanos;

    /// A connection that is closed at a time if the client has not done so.
    private record Lingering(LoopConnection connection, long untilNanos) {}

    EventLoop(Network network) throws IOException {
        this.network = network;
        this.selector = Selector.open();
        this.round = network.gate().rounds();
        this.tickMillis = network.options().patience().tickMillis();
    }

    @Override
    public void run() {
        try {
            while (!isOver()) {
                select();
                resume();
                runTasks();
                gather();
                answer();
                tick();
            }
        } catch (IOException e) {
            network.log().failure("an event loop has ended", e);
        } finally {
            end();
        }
    }

    private void select() throws IOException {
        if (resuming.isEmpty() && tasks.isEmpty()) {
            selector.select(ready, tickMillis);
        } else {
            selector.selectNow(ready);
        }
        if (woken.get()) {
            woken.set(false);
        }
    }

    private static void ready(SelectionKey key) {
        LoopConnection connection = (LoopConnection) key.attachment();
        try {
            connection.ready(key.readyOps());
        } catch (CancelledKeyException _) {
            connection.closeNow();
        }
    }

    /// Lets connections go on that have whole requests left.
    private void resume() {
        for (int i = resuming.size(); i > 0; i--) {
            resuming.removeFirst().proceed();
        }
    }

    private void runTasks() {
        Runnable task;
        while ((task = tasks.poll()) != null) {
            task.run();
        }
    }

    /// Before a round is synced, waits a little for the clients that were answered after the last
    /// sync: else each sync serves those that came during the one before, about half of them.
    private void gather() throws IOException {
        if (!round.isDirty() || answering.isEmpty()) {
            return;
        }
        long end = System.nanoTime() + Math.min(settledNanos / 2, GATHER_NANOS_MAX);
        while (answering.size() < company && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(GATHER_STEP_NANOS);
            selector.selectNow(ready);
        }
    }

    /// Sends the replies of the round.
    private void answer() {
        if (answering.isEmpty()) {
            return;
        }
        company = round.isDirty() ? answering.size() : 0;
        long start = System.nanoTime();
        boolean settled = settle();
        settledNanos = System.nanoTime() - start;
        for (int i = 0; i < answering.size(); i++) {
            LoopConnection connection = answering.get(i);
            if (settled) {
                connection.send();
            } else {
                connection.closeNow();
            }
        }
        answering.clear();
    }

    private boolean settle() {
        try {
            round.settle();
            return true;
        } catch (RuntimeException e) {
            network.log().failure("what was written cannot be synced", e);
            return false;
        }
    }

    private boolean isOver() {
        return stopping && (connections.isEmpty() || System.nanoTime() - deadlineNanos >= 0);
    }

    private void tick() {
        long now = System.nanoTime();
        if (now - nextTickNanos < 0) {
            return;
        }
        nextTickNanos = now + tickMillis * 1_000_000;
        for (LoopConnection connection : List.copyOf(connections)) {
            connection.tick(now);
        }
        while (!lingering.isEmpty() && now - lingering.peekFirst().untilNanos >= 0) {
            lingering.removeFirst().connection.closeNow();
        }
    }

    /// Takes a new connection. Any thread may call this.
    void take(SocketChannel channel) {
        execute(() -> {
            if (stopping) {
                network.discard(channel);
                return;
            }
            try {
                channel.configureBlocking(false);
                SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
                LoopConnection connection = new LoopConnection(this, network, channel, key);
                key.attach(connection);
                connections.add(connection);
            } catch (IOException _) {
                network.discard(channel);
            }
        });
    }

    /// Has a task run by this loop soon. Any thread may call this.
    void execute(Runnable task) {
        tasks.add(task);
        if (woken.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /// Has a connection send what it has at the end of this round.
    void answerLater(LoopConnection connection) {
        answering.add(connection);
    }

    /// Lets a connection go on in the next round, once however often this is called.
    void resumeLater(LoopConnection connection) {
        resuming.add(connection);
    }

    /// Forgets a connection that is closed.
    void forget(LoopConnection connection) {
        connections.remove(connection);
        resuming.remove(connection);
    }

    Buffers buffers() {
        return buffers;
    }

    SyncGate.Round round() {
        return round;
    }

    /// Closes a connection in a while, if the client does not.
    void closeLater(LoopConnection connection) {
        lingering.addLast(new Lingering(connection, System.nanoTime() + LINGER_NANOS));
    }

    /// Answers what was received until now, closes all connections, and ends the loop, at a time at
    /// the latest. Any thread may call this.
    void stop(long byNanos) {
        execute(() -> {
            stopping = true;
            deadlineNanos = byNanos;
            List.copyOf(connections).forEach(LoopConnection::finish);
        });
    }

    private void end() {
        for (LoopConnection connection : List.copyOf(connections)) {
            connection.closeNow();
        }
        try {
            selector.close();
        } catch (IOException e) {
            network.log().failure("a selector cannot be closed", e);
        }
    }
}
