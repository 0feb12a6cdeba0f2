package io.kvs.server.net;

import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.OutputLimitException;
import io.kvs.server.net.Protocol.Step;
import io.kvs.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// A connection that has a thread of its own, which waits for its client.
///
/// Jobs are done by this thread itself. What others have for the client is appended and sent by a
/// thread of the pool, under the lock that this one holds except while it waits for input.
final class ThreadConnection implements Link, Runnable {
    private static final long LINGER_NANOS = 1_000_000_000;

    private final ThreadService service;
    private final Network network;
    private final SocketChannel channel;
    private final Transport transport;
    private final Patience patience;
    private final Buffers buffers = Buffers.ofOneConnection();
    private final Conversation conversation;
    private final SyncGate.Round round;
    private final Peer peer;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Job> jobs = new ArrayDeque<>(); // guarded by lock
    private Step step = Step.MORE; // guarded by lock
    private volatile boolean reading;
    private volatile boolean finishing;

    /// When the connection is closed although its client has not done so; 0 while it is open.
    private volatile long lingerUntilNanos;

    private record Job(Runnable work, Consumer<OutputBuffer> then) {}

    ThreadConnection(ThreadService service, Network network, SocketChannel channel)
            throws IOException {
        this.service = service;
        this.network = network;
        this.channel = channel;
        this.peer = network.peer(channel);
        this.transport = network.transport(channel);
        this.patience = network.patience();
        this.round = network.gate().rounds();
        this.conversation = new Conversation(network, this, buffers, patience);
    }

    @Override
    public void run() {
        try {
            while (receive()) {
                // Each turn answers what has come.
            }
            linger();
        } catch (IOException _) {
            // The client is gone, or the connection was closed.
        } catch (OutputLimitException e) {
            network.refuse(peer, String.valueOf(e.getMessage()));
        } catch (RuntimeException | OutOfMemoryError e) {
            network.log().failure("connection " + peer.id() + " has failed", e);
        } finally {
            end();
        }
    }

    /// Waits for bytes and answers them; returns false if there are no more.
    private boolean receive() throws IOException {
        ByteBuffer buffer = buffers.toRead();
        reading = true;
        boolean draining = finishing;
        if (draining) {
            channel.configureBlocking(false);
        }
        int count = transport.read(buffer);
        reading = false;
        if (count < 0 || (count == 0 && draining)) {
            return false;
        }
        if (draining) {
            channel.configureBlocking(true);
        }
        lock.lock();
        try {
            step = conversation.receive(buffer.flip());
            answer();
            while ((step != Step.MORE && step != Step.CLOSE) || !jobs.isEmpty()) {
                doJobs();
                step = conversation.proceed();
                answer();
            }
            return step != Step.CLOSE;
        } finally {
            lock.unlock();
        }
    }

    /// Ends the connection so that the client gets the last reply: closing a socket that has unread
    /// input would reset it.
    private void linger() throws IOException {
        transport.endOutput();
        if (step == Step.CLOSE && !finishing) {
            lingerUntilNanos = System.nanoTime() + LINGER_NANOS;
            while (channel.read(buffers.toRead()) >= 0) {
                // What still comes is dropped.
            }
        }
    }

    private void doJobs() {
        Job job;
        while ((job = jobs.poll()) != null) {
            try {
                job.work.run();
            } catch (RuntimeException e) {
                network.log().failure("a job has failed", e);
            }
            conversation.append(job.then);
        }
    }

    /// Sends what there is, and waits until it is gone.
    private void answer() throws IOException {
        if (step == Step.YIELD) {
            return; // Nobody else waits for this thread.
        }
        if (!conversation.isWithinBudget()) {
            throw new IOException("the buffers of all clients together are full");
        }
        round.settle();
        conversation.noteState(false);
        OutputBuffer output;
        while ((output = conversation.toSend()) != null) {
            ByteBuffer buffer = buffers.toWrite();
            output.copyTo(buffer);
            int written = transport.write(buffer.flip());
            output.sent(written);
            network.metrics().sentBytes().add(written);
            patience.sent();
        }
        conversation.releaseOutput();
        transport.flush();
        conversation.noteState(false);
    }

    private void end() {
        lock.lock();
        try {
            step = Step.CLOSE;
            round.settle();
        } catch (RuntimeException e) {
            network.log().failure("what was written cannot be synced", e);
        } finally {
            round.abandon();
            service.forget(this);
            network.discard(channel);
            conversation.close();
            lock.unlock();
        }
    }

    /// Answers what has come until now, and closes.
    void finish() {
        finishing = true;
        if (reading) {
            try {
                channel.shutdownInput(); // It waits in vain.
            } catch (IOException _) {
                closeNow();
            }
        }
    }

    /// Looks whether the client takes too long.
    void tick(long nowNanos) {
        long until = lingerUntilNanos;
        String reason =
                finishing || until != 0
                        ? null
                        : patience.overdue(transport.isEstablished(), nowNanos);
        if (reason != null) {
            network.refuse(peer, reason);
        }
        if (reason != null || (until != 0 && nowNanos - until >= 0)) {
            closeNow();
        }
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public void beforeWrite() {
        round.beforeWrite();
    }

    @Override
    public void offload(Runnable work, Consumer<OutputBuffer> then) {
        round.beforeWrite();
        jobs.add(new Job(work, then));
    }

    @Override
    public void execute(Consumer<OutputBuffer> task) {
        try {
            network.job(() -> append(task), () -> {});
        } catch (RejectedExecutionException _) {
            closeNow(); // The server is being closed.
        }
    }

    private void append(Consumer<OutputBuffer> task) {
        lock.lock();
        try {
            if (step != Step.CLOSE) {
                conversation.append(task);
                answer();
            }
        } catch (IOException | RuntimeException _) {
            closeNow();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closeNow();
    }

    /// Closes the channel without sending what waits; its thread notices.
    void closeNow() {
        try {
            channel.close();
        } catch (IOException e) {
            network.log().failure("a connection cannot be closed", e);
        }
    }
}
