package io.kvs.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.CorruptionException;
import io.kvs.EntryTooLargeException;
import io.kvs.KeyNotFoundException;
import io.kvs.KvsEngine;
import io.kvs.RemoteException;
import io.kvs.Scan;
import io.kvs.Snapshot;
import io.kvs.StoreClosedException;
import io.kvs.StoreFailedException;
import io.kvs.WriteBatch;
import io.kvs.memory.MemoryEngine;
import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.rpc.ResponseReader.RemoteError;
import io.kvs.protocol.rpc.ResponseWriter;
import io.kvs.protocol.v1.ErrorCode;
import io.kvs.protocol.v1.Response;
import io.kvs.protocol.v1.Welcome;
import io.kvs.server.KvsServer;
import io.kvs.server.ServerOptions;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KvsClientTest {
    private static final Duration SOON = Duration.ofMillis(200);

    private final KvsEngine engine = new MemoryEngine();
    private KvsServer server;
    private KvsClient client;

    @BeforeEach
    void start() throws Exception {
        server = KvsServer.open(engine, options(Served.anyPort()).build());
        client = Served.connect(server);
    }

    private static ServerOptions.Builder options(InetSocketAddress address) {
        return ServerOptions.builder().address(address);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        engine.close();
    }

    @Test
    void server_isTold() {
        assertEquals("kvs-server", client.server().name());
        assertEquals("memory", client.server().engine());
        assertEquals(16 << 20, client.server().valueBytesMax());
        assertTrue(client.isOrdered());
        assertTrue(client.isExpiring());
    }

    @Test
    void async_manyRequestsAtOnce_areAnsweredInOrder() {
        List<CompletableFuture<?>> writes = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            writes.add(client.async().set(bytes("key " + i % 100), bytes("value " + i)));
        }
        CompletableFuture<Optional<byte[]>> last = client.async().get(bytes("key 99"));
        assertArrayEquals(bytes("value 19999"), last.join().orElseThrow());
        writes.forEach(write -> assertTrue(write.isDone()));
        assertEquals(100, client.async().size().join());
    }

    @Test
    void async_failure_isThatOfTheBlockingForm() {
        CompletionException failure =
                assertThrows(
                        CompletionException.class,
                        () -> client.async().remove(bytes("key")).join());
        assertInstanceOf(KeyNotFoundException.class, failure.getCause());
    }

    /// What depends on an answer runs where answers are received, unless the answer has come before
    /// it was said what depends on it: then it is tried again.
    @Test
    void async_waitingWithinAnAnswer_isRefused() {
        Thread own = Thread.currentThread();
        AtomicBoolean elsewhere = new AtomicBoolean();
        CompletionException refused = null;
        while (refused == null) {
            CompletableFuture<?> waiting =
                    client.async()
                            .size()
                            .thenRun(() -> {
                                elsewhere.set(!Thread.currentThread().equals(own));
                                client.sync();
                            });
            try {
                waiting.join();
                assertFalse(elsewhere.get(), "waited where answers are received");
            } catch (CompletionException e) {
                refused = e;
            }
        }
        assertInstanceOf(IllegalStateException.class, refused.getCause());
        client.set("key", "value");
    }

    @Test
    void everyThread_sharesTheConnection() throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                String prefix = "thread " + thread + " key ";
                running.add(
                        executor.submit(() -> {
                            for (int i = 0; i < 500; i++) {
                                client.set(prefix + i, "value " + i);
                                assertEquals(Optional.of("value " + i), client.get(prefix + i));
                            }
                        }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        }
        assertEquals(4_000, engine.size());
    }

    @Test
    void interruptedThread_getsItsAnswer() {
        Thread.currentThread().interrupt();
        client.set("key", "value");
        assertTrue(Thread.interrupted());
        assertEquals(Optional.of("value"), client.get("key"));
    }

    @Test
    void value_overTheLimit_isTooLargeAndTheConnectionStays() {
        byte[] tooLarge = new byte[(16 << 20) + 1];
        assertThrows(EntryTooLargeException.class, () -> client.set(bytes("key"), tooLarge));
        assertThrows(
                EntryTooLargeException.class,
                () -> client.compareAndSet(bytes("key"), null, tooLarge));
        WriteBatch batch = new WriteBatch().set(bytes("a"), tooLarge).set(bytes("b"), tooLarge);
        assertThrows(EntryTooLargeException.class, () -> client.write(batch));
        engine.set(bytes("key"), tooLarge);
        assertThrows(EntryTooLargeException.class, () -> client.get("key"));
        assertThrows(EntryTooLargeException.class, () -> client.stream(Scan.all()).toList());
        client.set(bytes("key"), new byte[16 << 20]);
        assertEquals(16 << 20, client.get(bytes("key")).orElseThrow().length);
    }

    @Test
    void getAll_moreThanOneAnswerHolds_areAllThere() {
        List<byte[]> keys = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            byte[] key = bytes("key " + i);
            keys.add(key);
            engine.set(key, new byte[3 << 20]);
        }
        List<Optional<byte[]>> values = client.getAll(keys);
        values.forEach(value -> assertEquals(3 << 20, value.orElseThrow().length));
        assertEquals(10, values.size());
    }

    @Test
    void request_afterTheServerCameBack_connectsAgain() throws Exception {
        InetSocketAddress address = server.address();
        client.set("key", "value");
        Snapshot snapshot = client.snapshot();
        server.close();
        RemoteException lost = failure(address);
        assertTrue(lost.getMessage().contains(Connector.text(address)), lost.getMessage());
        assertThrows(RemoteException.class, () -> snapshot.get("key"));
        snapshot.close();
        server = KvsServer.open(engine, options(address).build());
        assertEquals(Optional.of("value"), client.get("key"));
        assertArrayEquals(bytes("value"), client.async().get(bytes("key")).join().orElseThrow());
    }

    /// Asks until it is noticed that the server has gone.
    private RemoteException failure(InetSocketAddress address) {
        RemoteException last = assertThrows(RemoteException.class, this::untilRefused);
        assertEquals("nobody listens at " + Connector.text(address), last.getMessage());
        assertFalse(last.isUncertain());
        return last;
    }

    private void untilRefused() {
        while (true) {
            try {
                client.get("key");
            } catch (RemoteException e) {
                if (!e.isUncertain()) {
                    throw e;
                }
            }
        }
    }

    @Test
    void async_whileConnectingAgain_keepsWhatWasGiven() throws Exception {
        InetSocketAddress address = server.address();
        server.close();
        failure(address);
        server = KvsServer.open(engine, options(address).build());
        byte[] key = bytes("key");
        byte[] value = bytes("value");
        CompletableFuture<?> write = client.async().set(key, value);
        key[0] = 'x';
        value[0] = 'x';
        write.join();
        assertEquals(Optional.of("value"), engine.get("key"));
    }

    @Test
    void password_isTold() throws Exception {
        KvsServer guarded =
                KvsServer.open(engine, options(Served.anyPort()).password("secret").build());
        try (guarded) {
            ClientOptions options = ClientOptions.defaults().withAddress(guarded.address());
            RemoteException refused =
                    assertThrows(RemoteException.class, () -> KvsClient.open(options));
            assertEquals(
                    "the server at "
                            + Connector.text(guarded.address())
                            + " says: the password is wrong or missing",
                    refused.getMessage());
            assertThrows(
                    RemoteException.class, () -> KvsClient.open(options.withPassword("wrong")));
            try (KvsClient known = KvsClient.open(options.withPassword("secret"))) {
                known.set("key", "value");
            }
        }
    }

    @Test
    void open_whereNobodyListens_saysSo() throws Exception {
        SocketAddress free;
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(Served.anyPort());
            free = socket.getLocalSocketAddress();
        }
        RemoteException refused = openFails((InetSocketAddress) free);
        assertEquals(
                "nobody listens at " + Connector.text((InetSocketAddress) free),
                refused.getMessage());
        RemoteException unknown =
                openFails(InetSocketAddress.createUnresolved("no-such-host.invalid", 1));
        assertEquals("there is no host no-such-host.invalid", unknown.getMessage());
    }

    private static RemoteException openFails(InetSocketAddress address) {
        ClientOptions options =
                ClientOptions.defaults().withAddress(address).withConnectTimeout(SOON);
        RemoteException failure =
                assertThrows(RemoteException.class, () -> KvsClient.open(options));
        assertFalse(failure.getMessage().contains("\n"), failure.getMessage());
        return failure;
    }

    @Test
    void open_ofAnotherProtocol_saysSo() throws Exception {
        for (String greeting :
                List.of("-ERR unknown command\r\n", "HTTP/1.1 400\r\n", "\0\0\0\0")) {
            try (FakeServer fake =
                    new FakeServer((in, out, _) -> {
                        out.write(bytes(greeting));
                        in.readAllBytes();
                    })) {
                String message = openFails(fake.address()).getMessage();
                assertTrue(message.contains("does not speak the protocol of kvs"), message);
            }
        }
    }

    @Test
    void open_ofAServerThatIsSilentOrCloses_saysSo() throws Exception {
        try (FakeServer silent = new FakeServer((in, _, _) -> in.readAllBytes())) {
            String message = openFails(silent.address()).getMessage();
            assertTrue(message.endsWith("has not answered in time"), message);
        }
        try (FakeServer closing = new FakeServer((in, _, _) -> in.readNBytes(8))) {
            String message = openFails(closing.address()).getMessage();
            assertTrue(message.contains("is lost: "), message);
        }
        try (FakeServer resetting =
                new FakeServer((in, _, socket) -> {
                    in.readNBytes(8);
                    socket.setSoLinger(true, 0);
                })) {
            String message = openFails(resetting.address()).getMessage();
            assertTrue(message.contains("is lost: "), message);
        }
    }

    /// It answers the hello, and nothing more.
    @Test
    void request_notAnsweredInTime_fails() throws Exception {
        OutputBuffer welcome = new OutputBuffer(0, 1_000);
        ResponseWriter.write(
                Response.newBuilder()
                        .setId(1)
                        .setWelcome(Welcome.newBuilder().setFrameBytesMax(1_000))
                        .build(),
                welcome);
        try (FakeServer silent =
                        new FakeServer((in, out, _) -> {
                            in.readNBytes(9); // The preamble, and hello has begun.
                            out.write(welcome.toByteArray());
                            in.readAllBytes();
                        });
                KvsClient hasty =
                        KvsClient.open(
                                ClientOptions.defaults()
                                        .withAddress(silent.address())
                                        .withRequestTimeout(SOON))) {
            RemoteException late = assertThrows(RemoteException.class, () -> hasty.get("key"));
            assertTrue(late.getMessage().endsWith("has not answered in time"));
            assertTrue(late.isUncertain());
        }
    }

    @Test
    void everyRequest_afterClose_isStoreClosed() {
        client.close();
        client.close();
        assertThrows(StoreClosedException.class, () -> client.get("key"));
        assertThrows(StoreClosedException.class, () -> client.scan(Scan.all()));
        assertThrows(StoreClosedException.class, client::begin);
        CompletionException failure =
                assertThrows(CompletionException.class, () -> client.async().ping().join());
        assertInstanceOf(StoreClosedException.class, failure.getCause());
    }

    @Test
    void errors_areThoseOfTheEngine() {
        CorruptionException original = new CorruptionException("data/1.log", 70, "no checksum");
        RuntimeException copy =
                exception(ErrorCode.ERROR_CORRUPTION, original.getMessage(), "data/1.log", 70);
        assertEquals(original.getMessage(), copy.getMessage());
        assertEquals(70, ((CorruptionException) copy).offset());
        RuntimeException failed = exception(ErrorCode.ERROR_STORE_FAILED, "disk is gone", "", 0);
        assertInstanceOf(StoreFailedException.class, failed);
        assertEquals("disk is gone", failed.getMessage());
        assertEquals(
                "invalid key: it is empty",
                exception(ErrorCode.ERROR_INVALID_KEY, "invalid key: it is empty", "", 0)
                        .getMessage());
        for (ErrorCode code : ErrorCode.values()) {
            if (code != ErrorCode.UNRECOGNIZED) {
                assertFalse(exception(code, "text", "file", 1).getMessage().isEmpty());
            }
        }
        RemoteError unknown = new RemoteError(1_000, "text", "", 0);
        assertInstanceOf(RemoteException.class, RemoteErrors.exception(unknown, "host:1"));
    }

    private static RuntimeException exception(
            ErrorCode code, String message, String file, long offset) {
        RemoteError error = new RemoteError(code.getNumber(), message, file, offset);
        return RemoteErrors.exception(error, "host:1");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
