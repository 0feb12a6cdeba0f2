package io.kvs.bench.scenario;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.SplittableRandom;

/// A client that does what it should not.
enum Neighbour {
    UNREAD("a million requests without reading") {
        @Override
        void annoy(InetSocketAddress server, SplittableRandom random)
                throws IOException, InterruptedException {
            try (SocketChannel channel = connect(server)) {
                channel.configureBlocking(false);
                for (int sent = 0; sent < 1_000; sent++) {
                    if (!sendAll(channel, ByteBuffer.wrap(THOUSAND_REQUESTS))) {
                        return;
                    }
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        }
    },

    THOUSANDS("a thousand requests at once") {
        @Override
        void annoy(InetSocketAddress server, SplittableRandom random)
                throws IOException, InterruptedException {
            ByteBuffer replies = ByteBuffer.allocate(THOUSAND_REPLIES_BYTES);
            try (SocketChannel channel = connect(server)) {
                for (int i = 0; i < 100; i++) {
                    channel.write(ByteBuffer.wrap(THOUSAND_REQUESTS));
                    replies.clear();
                    while (replies.hasRemaining() && channel.read(replies) >= 0) {
                        // All of them are waited for.
                    }
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        }
    },

    GARBAGE("garbage") {
        @Override
        void annoy(InetSocketAddress server, SplittableRandom random) throws IOException {
            byte[] garbage = new byte[random.nextInt(1, 5_000)];
            random.nextBytes(garbage);
            if (random.nextBoolean()) {
                garbage[0] = FIRST_OF_OURS;
            }
            sendAndWaitForTheEnd(server, garbage);
        }
    },

    RESETS("resets in the middle of a request") {
        @Override
        void annoy(InetSocketAddress server, SplittableRandom random) throws IOException {
            byte[] request = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\nabc\r\n".getBytes(ISO_8859_1);
            try (SocketChannel channel = connect(server)) {
                channel.write(ByteBuffer.wrap(request, 0, random.nextInt(1, request.length)));
            }
        }
    },

    DRIPS("one byte a packet") {
        @Override
        void annoy(InetSocketAddress server, SplittableRandom random)
                throws IOException, InterruptedException {
            byte[] requests = "SET drip abc\r\nGET drip\r\n".getBytes(ISO_8859_1);
            try (SocketChannel channel = connect(server)) {
                for (byte each : requests) {
                    channel.write(ByteBuffer.wrap(new byte[] {each}));
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        }
    },

    LENGTHS("huge lengths") {
        @Override
        void annoy(InetSocketAddress server, SplittableRandom random) throws IOException {
            if (random.nextBoolean()) {
                sendAndWaitForTheEnd(server, "*1\r\n$2147483647\r\n".getBytes(ISO_8859_1));
                return;
            }
            try (SocketChannel channel = connect(server)) {
                channel.write(ByteBuffer.wrap("*1048576\r\n$16777216\r\nabc".getBytes(ISO_8859_1)));
            }
        }
    };

    /// What an act is followed by, so that the machine itself is not what is short.
    static final long PAUSE_MILLIS = 1;

    private static final byte[] THOUSAND_REQUESTS =
            "ECHO 0123456789\r\n".repeat(1_000).getBytes(ISO_8859_1);

    private static final int THOUSAND_REPLIES_BYTES = 1_000 * "$10\r\n0123456789\r\n".length();

    /// By this byte the server knows its own protocol.
    private static final byte FIRST_OF_OURS = (byte) 0xAB;

    /// After so many vain attempts to send, the server has had enough.
    private static final int PATIENCE = 50;

    private final String text;

    Neighbour(String text) {
        this.text = text;
    }

    /// Misbehaves once.
    abstract void annoy(InetSocketAddress server, SplittableRandom random)
            throws IOException, InterruptedException;

    /// Returns a connection that is reset when it is closed.
    private static SocketChannel connect(InetSocketAddress server) throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        return channel;
    }

    /// Returns whether all of it was taken.
    private static boolean sendAll(SocketChannel channel, ByteBuffer bytes)
            throws IOException, InterruptedException {
        for (int vain = 0; bytes.hasRemaining() && vain < PATIENCE; vain++) {
            if (channel.write(bytes) > 0) {
                vain = 0;
            } else {
                Thread.sleep(PAUSE_MILLIS);
            }
        }
        return !bytes.hasRemaining();
    }

    private static void sendAndWaitForTheEnd(InetSocketAddress server, byte[] bytes)
            throws IOException {
        try (SocketChannel channel = connect(server)) {
            channel.write(ByteBuffer.wrap(bytes));
            channel.shutdownOutput();
            ByteBuffer answer = ByteBuffer.allocate(1_000);
            while (channel.read(answer.clear()) >= 0) {
                // What the server says to that does not matter here.
            }
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
