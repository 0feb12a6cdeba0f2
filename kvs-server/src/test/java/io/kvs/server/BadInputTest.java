package io.kvs.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.memory.MemoryEngine;
import io.kvs.server.ServerOptions.Connections;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients send that they should not, and how: each is answered or cut off, and nobody else
/// notices.
final class BadInputTest {
    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String REQUESTS =
            "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3\r\nabc\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\nPING \"x y\"\r\n";
    private static final String REPLIES = "+OK\r\n$3\r\nabc\r\n$3\r\nx y\r\n";

    private final MemoryEngine engine = new MemoryEngine();
    private KvsServer server;

    private void open(Connections kind) throws IOException {
        open(ServerOptions.builder().connections(kind));
    }

    private void open(ServerOptions.Builder options) throws IOException {
        server = KvsServer.open(engine, options.address(ANY_PORT).loops(1).build());
    }

    @AfterEach
    void everybodyElseIsServed() throws IOException {
        try (RawClient witness = client()) {
            assertEquals("+PONG\r\n", witness.ask("PING\r\n", 7));
        }
        server.close();
        engine.close();
    }

    private RawClient client() throws IOException {
        return new RawClient(server.address());
    }

    @ParameterizedTest
    @EnumSource
    void everyPrefix_thatEnds_isAnsweredAsFarAsItIsWhole(Connections kind) throws IOException {
        open(kind);
        for (int length = 0; length <= REQUESTS.length(); length++) {
            try (RawClient client = client()) {
                client.send(REQUESTS.substring(0, length));
                client.endOutput();
                String replies = client.receiveAll();
                assertTrue(REPLIES.startsWith(replies), replies);
                assertEquals(length == REQUESTS.length(), replies.equals(REPLIES));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyPrefix_thatIsReset_isForgotten(Connections kind) throws IOException {
        open(kind);
        for (int length = 0; length <= REQUESTS.length(); length++) {
            RawClient client = client();
            client.send(REQUESTS.substring(0, length));
            client.resetOnClose();
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void requests_oneByteAPacket_areAnswered(Connections kind) throws IOException {
        open(kind);
        try (RawClient client = client()) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < REQUESTS.length(); i++) {
                    client.send(REQUESTS.substring(i, i + 1));
                }
                assertEquals(REPLIES, client.receive(REPLIES.length()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void lengths_thatCannotBe_areRefused(Connections kind) throws IOException {
        open(kind);
        assertRefused("*2147483647\r\n", "invalid multibulk length");
        assertRefused("*99999999999999999999999\r\n", "invalid multibulk length");
        assertRefused("*1048577\r\n", "invalid multibulk length");
        assertRefused("*1\r\n$-1\r\n", "invalid bulk length");
        assertRefused("*1\r\n$2147483647\r\n", "invalid bulk length");
        assertRefused("*1\r\n$16777217\r\n", "invalid bulk length");
        assertRefused("*1\r\n:1\r\n", "expected '$', got ':'");
        assertRefused("get \"a\r\n", "unbalanced quotes in request");
        assertRefused("x".repeat(70_000), "too big inline request");
        try (RawClient client = client()) {
            assertEquals("+PONG\r\n", client.ask("*0\r\n*-1\r\n\r\nPING\r\n", 7));
            String empty = "-ERR unknown command '', with args beginning with: \r\n";
            assertEquals(empty, client.ask("*1\r\n$0\r\n\r\n", empty.length()));
        }
    }

    private void assertRefused(String request, String problem) throws IOException {
        try (RawClient client = client()) {
            client.send(request);
            assertEquals("-ERR Protocol error: " + problem + "\r\n", client.receiveAll());
        }
    }

    @ParameterizedTest
    @EnumSource
    void announcedLengths_withoutTheirBytes_takeNoMemory(Connections kind) throws IOException {
        open(kind);
        RawClient[] clients = new RawClient[200];
        long before = usedBytes();
        for (int i = 0; i < clients.length; i++) {
            clients[i] = client();
            clients[i].send("*1048576\r\n$16777216\r\n");
        }
        try (RawClient witness = client()) {
            assertEquals("+PONG\r\n", witness.ask("PING\r\n", 7));
        }
        long taken = usedBytes() - before;
        assertTrue(taken < 32 << 20, () -> taken + " bytes");
        for (RawClient client : clients) {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void millionRequests_withoutReading_takeLittleMemoryAndHoldNobodyUp(Connections kind)
            throws Exception {
        open(kind);
        int requests = 1_000_000;
        engine.set("k", "x".repeat(1_000));
        AtomicReference<IOException> failure = new AtomicReference<>();
        try (RawClient client = client();
                RawClient witness = client()) {
            long before = usedBytes();
            Thread sender =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    for (int i = 0; i < 1_000; i++) {
                                        client.send("get k\r\n".repeat(requests / 1_000));
                                    }
                                    client.send("quit\r\n");
                                } catch (IOException e) {
                                    failure.set(e);
                                }
                            });
            for (int i = 0; i < 2_000; i++) {
                assertEquals("+PONG\r\n", witness.ask("PING\r\n", 7));
            }
            long taken = usedBytes() - before;
            assertTrue(taken < 32 << 20, () -> taken + " bytes");
            assertEquals(requests * 1_009L + 5, drain(client.socket().getInputStream()));
            sender.join();
        }
        assertNull(failure.get());
    }

    private static long drain(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 20];
        long length = 0;
        int count;
        while ((count = in.read(buffer)) >= 0) {
            length += count;
        }
        return length;
    }

    @ParameterizedTest
    @EnumSource
    void garbage_ofAnyKind_isAnsweredOrCutOff(Connections kind) throws IOException {
        open(kind);
        long seed = Long.getLong("kvs.seed", 20_261_128);
        Random random = new Random(seed);
        byte[] garbage = new byte[5_000];
        for (int i = 0; i < 300; i++) {
            random.nextBytes(garbage);
            if (i % 2 == 0) {
                byte[] start = "*3\r\n$3\r\nSET\r\n$2".getBytes(ISO_8859_1);
                System.arraycopy(start, 0, garbage, 0, random.nextInt(start.length));
            }
            try (RawClient client = client()) {
                client.send(garbage);
                client.endOutput();
                client.receiveAll();
            } catch (SocketException _) {
                // Cut off while it was still sending.
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void replies_overTheLimit_costTheConnectionOnly(Connections kind) throws IOException {
        open(
                ServerOptions.builder()
                        .connections(kind)
                        .valueBytesMax(1 << 20)
                        .outputBytesMax(1 << 20));
        engine.set("k".getBytes(ISO_8859_1), new byte[1 << 20]);
        try (RawClient client = client()) {
            client.send("PING\r\nget k\r\n");
            List<String> possible = List.of("", "+PONG\r\n");
            assertTrue(possible.contains(client.receiveAll()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void buffersOfAllClients_overTheirLimit_areCutOff(Connections kind) throws IOException {
        open(ServerOptions.builder().connections(kind).bufferBytesMax(4 << 20));
        int cutOff = 0;
        RawClient[] clients = new RawClient[8];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = client();
            try {
                clients[i].send("*2\r\n$3\r\nGET\r\n$16000000\r\n");
                clients[i].send(new byte[1 << 20]);
                clients[i].send("*");
                clients[i].socket().setSoTimeout(200);
                cutOff += clients[i].socket().getInputStream().read() < 0 ? 1 : 0;
            } catch (SocketTimeoutException _) {
                // Still within the limit.
            } catch (SocketException _) {
                cutOff++;
            }
        }
        assertTrue(cutOff > 0 && cutOff < clients.length, cutOff + " were cut off");
        for (RawClient client : clients) {
            client.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "SUBSCRIBE", "WATCH"})
    void whatIsKeptForClients_overTheLimitOfAll_costsOneItsConnection(String command)
            throws IOException {
        open(ServerOptions.builder().bufferBytesMax(1 << 20));
        try (RawClient client = client()) {
            client.send(command.equals("GET") ? "MULTI\r\n" : "PING\r\n");
            for (int i = 10; i < 50; i++) {
                client.send("*2\r\n$" + command.length() + "\r\n" + command + "\r\n$60000\r\n");
                client.send(Integer.toString(i).repeat(30_000) + "\r\n");
            }
            client.receiveAll(); // until it is cut off
        } catch (SocketException _) {
            // Cut off while it was still sending.
        }
        try (RawClient client = client()) {
            assertEquals("+PONG\r\n", client.ask("PING\r\n", 7), "the memory is free again");
        }
    }

    @ParameterizedTest
    @EnumSource
    void clients_overTheirNumber_areTold(Connections kind) throws IOException {
        open(ServerOptions.builder().connections(kind).clientsMax(3));
        RawClient[] clients = new RawClient[3];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = client();
            assertEquals("+PONG\r\n", clients[i].ask("PING\r\n", 7));
        }
        try (RawClient client = client()) {
            assertEquals("-ERR max number of clients reached\r\n", client.receiveAll());
        }
        for (RawClient client : clients) {
            client.close();
        }
        awaitRoom();
        // The others may be counted for a moment longer: the witness gets a server with room.
        server.close();
        open(kind);
    }

    private void awaitRoom() throws IOException {
        for (int i = 0; i < 1_000; i++) {
            try (RawClient client = client()) {
                if (client.ask("PING\r\n", 7).equals("+PONG\r\n")) {
                    return;
                }
            } catch (SocketException _) {
                // Refused before it could ask.
            }
        }
        throw new AssertionError("closed connections are still counted");
    }

    private static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
