package io.kvs.server.net;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.server.RawClient;
import io.kvs.server.log.ServerLog;
import io.kvs.server.metrics.ServerMetrics;
import io.kvs.server.pool.SharedQueuePool;
import io.kvs.server.pool.ThreadPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Connections, of event loops and of threads, under a protocol that does what it is told.
final class NetworkTest {
    private static final int LOOPS = 2;

    enum Kind {
        LOOP,
        THREAD
    }

    private final CountDownLatch jobMayEnd = new CountDownLatch(1);
    private final CountDownLatch syncMayEnd = new CountDownLatch(1);
    private final ThreadPool pool = new SharedQueuePool("test-job", 4);
    private final ServerMetrics metrics = new ServerMetrics();
    private Runnable onWrite = () -> {};
    private Network network;

    private void open(Kind kind, SyncGate gate) throws IOException {
        NetOptions options =
                new NetOptions(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        LOOPS,
                        100,
                        1 << 20,
                        1 << 30,
                        false,
                        null,
                        new NetOptions.Timeouts(
                                Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ZERO));
        network =
                Network.open(
                        options,
                        (_, link) -> new LineProtocol(link, jobMayEnd, onWrite),
                        gate,
                        pool,
                        kind == Kind.THREAD ? new SharedQueuePool("test", 100) : null,
                        ServerLog.NONE,
                        metrics);
    }

    private RawClient client() throws IOException {
        return new RawClient(network.address());
    }

    @AfterEach
    void close() {
        jobMayEnd.countDown();
        syncMayEnd.countDown();
        if (network != null) {
            network.close();
            assertEquals(0, network.clients());
            assertEquals(0, network.budget().bytes());
        }
        pool.close();
    }

    @ParameterizedTest
    @EnumSource
    void requests_behindAJob_waitForIt(Kind kind) throws IOException {
        open(kind, SyncGate.open());
        try (RawClient client = client();
                RawClient other = client()) {
            client.send("a\njob\nb\nc\n");
            assertEquals("a\n", client.receive(2));
            assertEquals("other\n", other.ask("other\n", 6));
            assertSilent(client);
            jobMayEnd.countDown();
            assertEquals("job\nb\nc\n", client.receive(8));
        }
    }

    @ParameterizedTest
    @EnumSource
    void requests_behindAJob_areNotReadBeforeItEnds(Kind kind) throws Exception {
        open(kind, SyncGate.open());
        int requests = 2_000_000;
        try (RawClient client = client();
                RawClient other = client()) {
            client.send("job\n");
            Thread sender =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    client.send("abcdefg\n".repeat(requests));
                                } catch (IOException _) {
                                    // The client is closed: the test has failed.
                                }
                            });
            for (int i = 0; i < 1_000; i++) {
                assertEquals("b\n", other.ask("b\n", 2));
            }
            assertSilent(client);
            long buffered = network.budget().bytes();
            assertTrue(buffered < 1 << 20, () -> buffered + " bytes");
            jobMayEnd.countDown();
            assertEquals("job\n", client.receive(4));
            assertEquals(8 * requests, client.receive(8 * requests).length());
            sender.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void job_thatThrows_isAnsweredAndHarmsNobody(Kind kind) throws IOException {
        open(kind, SyncGate.open());
        try (RawClient client = client()) {
            for (int i = 0; i < 10; i++) {
                assertEquals("failed\nb\n", client.ask("failing job\nb\n", 9));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void inputThatEnds_duringAJob_isAnsweredWhole(Kind kind) throws IOException {
        open(kind, SyncGate.open());
        try (RawClient client = client()) {
            client.send("job\nb\nhalf");
            client.endOutput();
            jobMayEnd.countDown();
            assertEquals("job\nb\n", client.receiveAll());
        }
    }

    @ParameterizedTest
    @EnumSource
    void task_ofAnotherThread_isSent(Kind kind) throws IOException {
        open(kind, SyncGate.open());
        try (RawClient client = client()) {
            assertEquals("later\n", client.ask("later\n", 6));
        }
    }

    @ParameterizedTest
    @EnumSource
    void protocol_thatThrows_losesItsConnectionOnly(Kind kind) throws IOException {
        open(kind, SyncGate.open());
        try (RawClient client = client();
                RawClient other = client()) {
            assertEquals("a\n", other.ask("a\n", 2));
            client.send("fail\n");
            assertEquals("", client.receiveAll());
            assertEquals("b\n", other.ask("b\n", 2));
        }
    }

    @ParameterizedTest
    @EnumSource
    void close_ofTheProtocol_sendsTheReplyAlthoughInputIsUnread(Kind kind) throws IOException {
        open(kind, SyncGate.open());
        for (int i = 0; i < 20; i++) {
            try (RawClient client = client()) {
                client.send("a\nend\n" + "unread\n".repeat(20_000));
                assertEquals("a\nend\n", client.receiveAll());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void replies_thatNobodyTakes_holdTheClientBackAndArriveWhole(Kind kind) throws IOException {
        open(kind, SyncGate.open());
        int requests = 500;
        try (RawClient client = client();
                RawClient other = client()) {
            client.send("long\n".repeat(requests) + "end\n");
            for (int i = 0; i < 100; i++) {
                assertEquals("b\n", other.ask("b\n", 2));
            }
            assertTrue(network.budget().bytes() < 2 << 20, () -> network.budget().bytes() + "");
            String replies = client.receiveAll();
            assertEquals(requests * LineProtocol.LONG_BYTES + 4, replies.length());
            assertTrue(replies.endsWith("x\nend\n"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void close_whatWasReceived_isAnsweredBefore(Kind kind) throws Exception {
        open(kind, SyncGate.open());
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            RawClient client = client();
            assertEquals("a\n", client.ask("a\n", 2));
            clients.add(client);
        }
        clients.getFirst().send("job\n");
        for (RawClient client : clients) {
            client.send("last\n");
        }
        Thread closing = Thread.ofPlatform().start(network::close);
        for (RawClient client : clients.subList(1, 20)) {
            // A thread that waits for input may be told to stop before it has seen this line.
            String last = client.receiveAll();
            assertTrue(last.equals("last\n") || (kind == Kind.THREAD && last.isEmpty()), last);
        }
        jobMayEnd.countDown();
        assertEquals("job\nlast\n", clients.getFirst().receiveAll());
        closing.join();
        for (RawClient client : clients) {
            client.close();
        }
        assertThrows(IOException.class, this::client);
    }

    @ParameterizedTest
    @EnumSource
    void write_isAnsweredAfterASync(Kind kind) throws IOException {
        AtomicBoolean dirty = new AtomicBoolean();
        onWrite = () -> dirty.set(true);
        open(kind, SyncGate.syncing(() -> dirty.set(false), metrics));
        try (RawClient client = client()) {
            for (int i = 0; i < 200; i++) {
                assertEquals("written\n", client.ask("write\n", 8));
                assertFalse(dirty.get());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void read_ofWhatIsNotSynced_isAnsweredAfterTheSync(Kind kind) throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        onWrite = written::countDown;
        open(kind, SyncGate.syncing(() -> await(syncMayEnd), metrics));
        try (RawClient writer = client();
                RawClient reader = clientOfAnotherLoop()) {
            assertEquals("read\n", reader.ask("read\n", 5));
            writer.send("write\n");
            assertTrue(written.await(20, SECONDS));
            reader.send("read\n");
            assertSilent(reader);
            syncMayEnd.countDown();
            assertEquals("read\n", reader.receive(5));
            assertEquals("written\n", writer.receive(8));
        }
    }

    /// Connections are dealt out in turn, so the next one is that of another loop.
    private RawClient clientOfAnotherLoop() throws IOException {
        return client();
    }

    @ParameterizedTest
    @EnumSource
    void syncs_ofPipelinedWrites_areFewerThanTheWrites(Kind kind) throws IOException {
        open(kind, SyncGate.syncing(() -> {}, metrics));
        int writes = 10_000;
        try (RawClient client = client()) {
            client.send("write\n".repeat(writes));
            assertEquals("written\n".repeat(writes), client.receive(8 * writes));
        }
        long syncs = metrics.syncs().sum();
        assertTrue(syncs > 0 && syncs < writes / 10, () -> syncs + " syncs");
    }

    @ParameterizedTest
    @EnumSource
    void sync_thatFails_leavesTheWriteUnanswered(Kind kind) throws IOException {
        open(
                kind,
                SyncGate.syncing(
                        () -> {
                            throw new IllegalStateException("thrown on purpose");
                        },
                        metrics));
        try (RawClient client = client()) {
            client.send("write\n");
            assertEquals("", client.receiveAll());
        }
    }

    private static void assertSilent(RawClient client) throws IOException {
        client.socket().setSoTimeout(100);
        assertThrows(SocketTimeoutException.class, () -> client.receive(1));
        client.socket().setSoTimeout(20_000);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
