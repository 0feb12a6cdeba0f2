package io.kvs.server.net;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// Event loops, among which connections are dealt out in turn.
final class Loops implements Service {
    private final List<EventLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private int next;

    /// Starts as many loops as the options say.
    Loops(Network network) throws IOException {
        for (int i = 0; i < network.options().loops(); i++) {
            EventLoop loop = new EventLoop(network);
            loops.add(loop);
            threads.add(new Thread(loop, "kvs-loop-" + i));
        }
        threads.forEach(Thread::start);
    }

    @Override
    public void take(SocketChannel channel) {
        loops.get(next).take(channel);
        next = (next + 1) % loops.size();
    }

    @Override
    public void stop(long deadlineNanos) {
        loops.forEach(loop -> loop.stop(deadlineNanos));
        threads.forEach(Network::join);
    }
}
