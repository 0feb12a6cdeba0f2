package io.kvs.server.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands of several clients at once are each one step.
final class AtomicityTest {
    private static final int CLIENTS = 4;
    private static final int ROUNDS = 2_000;

    @TempDir Path directory;

    private KvStore store;
    private RedisServer server;
    private ExecutorService threads;

    @BeforeEach
    void open() {
        store = KvStore.open(directory);
        server = Servers.redis(store);
        threads = Executors.newCachedThreadPool();
    }

    @AfterEach
    void close() {
        threads.close();
        store.close();
    }

    private void inParallel(int clients, Callable<?> work) throws Exception {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            all.add(threads.submit(work));
        }
        for (Future<?> each : all) {
            each.get();
        }
    }

    @Test
    void incr_ofSeveralClients_losesNone() throws Exception {
        inParallel(
                CLIENTS,
                () -> {
                    DirectClient client = new DirectClient(server);
                    for (int i = 0; i < ROUNDS; i++) {
                        client.ask("incr n");
                        client.ask("append text x");
                    }
                    return null;
                });
        DirectClient client = new DirectClient(server);
        assertEquals("$4\r\n8000\r\n", client.ask("get n"));
        assertEquals(":8000\r\n", client.ask("strlen text"));
    }

    @Test
    void mset_whileOthersRead_isSeenWholeOrNotAtAll() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        new DirectClient(server).ask("mset a 0 b 0 c 0");
        Future<?> writer =
                threads.submit(() -> {
                    DirectClient client = new DirectClient(server);
                    for (int i = 0; i < 4 * ROUNDS; i++) {
                        client.ask("mset a " + i + " b " + i + " c " + i);
                        client.ask("multi");
                        client.ask("incr a");
                        client.ask("incr b");
                        client.ask("incr c");
                        client.ask("exec");
                    }
                    isOver.set(true);
                });
        inParallel(
                CLIENTS,
                () -> {
                    DirectClient client = new DirectClient(server);
                    while (!isOver.get()) {
                        String[] lines = client.ask("mget a b c").split("\r\n", -1);
                        assertEquals(lines[2], lines[4]);
                        assertEquals(lines[2], lines[6]);
                    }
                    return null;
                });
        writer.get();
    }

    @Test
    void get_afterOneKeyOfAnMsetWasSeen_seesTheOthersToo() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        new DirectClient(server).ask("mset a 0 b 0");
        Future<?> writer =
                threads.submit(() -> {
                    DirectClient client = new DirectClient(server);
                    for (int i = 1; i < 8 * ROUNDS; i++) {
                        client.ask("mset a " + i + " b " + i);
                    }
                    isOver.set(true);
                });
        inParallel(
                CLIENTS,
                () -> {
                    DirectClient client = new DirectClient(server);
                    while (!isOver.get()) {
                        long a = Long.parseLong(client.ask("get a").split("\r\n", -1)[1]);
                        long b = Long.parseLong(client.ask("get b").split("\r\n", -1)[1]);
                        assertTrue(b >= a, b + " was read after " + a);
                        a = Long.parseLong(client.ask("get a").split("\r\n", -1)[1]);
                        assertTrue(a >= b, a + " was read after " + b);
                    }
                    return null;
                });
        writer.get();
    }

    @Test
    void exec_whenAWatchedKeyWasChanged_doesNothing() throws Exception {
        new DirectClient(server).ask("set n 0");
        inParallel(
                CLIENTS,
                () -> {
                    DirectClient client = new DirectClient(server);
                    for (int done = 0; done < ROUNDS; ) {
                        client.ask("watch n");
                        long n = Long.parseLong(client.ask("get n").split("\r\n", -1)[1]);
                        client.ask("multi");
                        client.ask("set n " + (n + 1));
                        done += client.ask("exec").equals("*1\r\n+OK\r\n") ? 1 : 0;
                    }
                    return null;
                });
        assertEquals("$4\r\n8000\r\n", new DirectClient(server).ask("get n"));
    }

    @Test
    void exec_whenAWatchedKeyHasExpired_doesNothing() {
        DirectClient client = new DirectClient(server);
        do {
            client.ask("unwatch");
            client.ask("set k v px 100");
            client.ask("watch k");
        } while (client.ask("get k").equals("$-1\r\n")); // It was there when it was watched.
        while (!client.ask("get k").equals("$-1\r\n")) {
            Thread.onSpinWait();
        }
        client.ask("multi");
        client.ask("set other v");
        assertEquals("*-1\r\n", client.ask("exec"));
        assertEquals("$-1\r\n", client.ask("get other"));
    }

    @Test
    void scan_whileKeysComeAndGo_returnsEveryKeyThatStays() throws Exception {
        DirectClient client = new DirectClient(server);
        for (int i = 0; i < 500; i++) {
            client.ask("set stays" + i + " v");
        }
        List<String> found = new ArrayList<>();
        String cursor = "0";
        do {
            String[] lines =
                    client.ask("scan " + cursor + " match stays* count 7").split("\r\n", -1);
            cursor = lines[2];
            for (int i = 5; i < lines.length; i += 2) {
                found.add(lines[i]);
            }
            client.ask("set goes" + found.size() + " v");
            client.ask("del goes" + (found.size() - 7));
        } while (!cursor.equals("0"));
        assertEquals(500, found.stream().distinct().count());
        assertEquals(500, found.size());
    }

    @Test
    void scan_withACursorThatIsNotKnown_startsOver() {
        DirectClient client = new DirectClient(server);
        client.ask("set k v");
        assertEquals("*2\r\n$1\r\n0\r\n*1\r\n$1\r\nk\r\n", client.ask("scan 12345"));
    }

    /// A client of another protocol reads a number and writes it one larger, through the gate,
    /// while others count it up: if it did not hold the lock of the key, some of these would be
    /// lost.
    @Test
    void write_ofAnotherProtocol_losesNoIncrement() throws Exception {
        byte[] key = "n".getBytes(StandardCharsets.UTF_8);
        store.set("n", "0");
        inParallel(
                CLIENTS,
                () -> {
                    DirectClient client = new DirectClient(server);
                    for (int i = 0; i < ROUNDS; i++) {
                        client.ask("incr n");
                        server.write(
                                List.of(key),
                                false,
                                () -> {
                                    long n = Long.parseLong(store.get("n").orElseThrow());
                                    store.set("n", Long.toString(n + 1));
                                    return n;
                                });
                    }
                    return null;
                });
        assertEquals(Integer.toString(2 * CLIENTS * ROUNDS), store.get("n").orElseThrow());
    }

    @Test
    void exec_watchedKeyWrittenThroughAnotherProtocol_doesNothing() {
        DirectClient client = new DirectClient(server);
        client.ask("watch k");
        byte[] key = "k".getBytes(StandardCharsets.UTF_8);
        server.write(
                List.of(key),
                false,
                () -> {
                    store.set("k", "theirs");
                    return true;
                });
        client.ask("multi");
        client.ask("set k ours");
        assertEquals("*-1\r\n", client.ask("exec"));
        assertEquals("theirs", store.get("k").orElseThrow());
    }
}
