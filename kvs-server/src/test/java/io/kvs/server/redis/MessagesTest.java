package io.kvs.server.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Messages between clients, and what they are told of keys.
final class MessagesTest {
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    @TempDir Path directory;

    private KvStore store;
    private RedisServer server;
    private DirectClient client;
    private DirectClient subscriber;

    @BeforeEach
    void open() {
        store = KvStore.open(directory);
        server = Servers.redis(store);
        client = new DirectClient(server);
        subscriber = new DirectClient(server);
    }

    @AfterEach
    void close() {
        server.close();
        store.close();
    }

    private static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - start < PATIENCE_NANOS, "it takes too long");
            Thread.onSpinWait();
        }
    }

    private static String message(String channel, String content) {
        return "*3\r\n$7\r\nmessage\r\n" + bulk(channel) + bulk(content);
    }

    private static String bulk(String text) {
        return "$" + text.length() + "\r\n" + text + "\r\n";
    }

    @Test
    void publish_toChannelAndPattern_reachesWhoHasSubscribed() {
        subscriber.ask("subscribe a");
        subscriber.ask("psubscribe [a-c] x*");
        assertEquals(":2\r\n", client.ask("publish a hello"));
        assertEquals(
                message("a", "hello")
                        + "*4\r\n$8\r\npmessage\r\n"
                        + bulk("[a-c]")
                        + bulk("a")
                        + bulk("hello"),
                subscriber.take());
        assertEquals(":1\r\n", client.ask("publish b hello"));
        subscriber.take();
        assertEquals(":0\r\n", client.ask("publish d hello"));
        assertEquals("*2\r\n" + bulk("a") + ":1\r\n", client.ask("pubsub numsub a"));
        subscriber.close();
        assertEquals(":0\r\n", client.ask("publish a hello"));
        assertEquals("*0\r\n", client.ask("pubsub channels"));
    }

    @Test
    void publish_toClientOfVersion3_isAPush() {
        subscriber.ask("hello 3");
        subscriber.ask("subscribe a");
        client.ask("publish a hello");
        assertEquals(message("a", "hello").replace('*', '>'), subscriber.take());
        assertEquals("_\r\n", subscriber.ask("get missing"));
    }

    @Test
    void publish_withinTransaction_isSentWhenItIsCommitted() {
        subscriber.ask("subscribe a");
        client.ask("multi");
        client.ask("publish a hello");
        assertEquals("", subscriber.take());
        assertEquals("*1\r\n:1\r\n", client.ask("exec"));
        assertEquals(message("a", "hello"), subscriber.take());
    }

    @Test
    void events_ofCommands_areToldAsConfigured() {
        client.ask("config set notify-keyspace-events KEA");
        subscriber.ask("psubscribe __key*");
        subscriber.take();
        assertEquals("set k", events("set k 1"));
        assertEquals("set k, expire k", events("set k 1 ex 100"));
        assertEquals("incrby k", events("incr k"));
        assertEquals("append k", events("append k 0"));
        assertEquals("setrange k", events("setrange k 0 2"));
        assertEquals("incrbyfloat k", events("incrbyfloat k 0.5"));
        assertEquals("persist k", events("persist k"));
        assertEquals("expire k", events("expire k 100"));
        assertEquals("rename_from k, rename_to l", events("rename k l"));
        assertEquals("copy_to k", events("copy l k"));
        assertEquals("set a, set b", events("mset a 1 b 2"));
        assertEquals("del a, del b", events("del a b missing"));
        assertEquals("del k", events("getdel k"));
        assertEquals("del l", events("expire l -1"));
        assertEquals("", events("get missing"));
        client.ask("config set notify-keyspace-events Em");
        assertEquals("keymiss missing", events("get missing"));
        client.ask("config set notify-keyspace-events \"\"");
        assertEquals("", events("set k 1"));
    }

    /// Executes a command, and returns which events there were and of which keys.
    private String events(String command) {
        client.ask(command);
        StringBuilder events = new StringBuilder();
        String[] lines = subscriber.take().split("\r\n", -1);
        for (int i = 0; i + 8 < lines.length; i += 9) {
            if (lines[i + 6].startsWith("__keyevent@0__:")) {
                events.append(events.isEmpty() ? "" : ", ");
                events.append(lines[i + 6].substring("__keyevent@0__:".length()));
                events.append(' ').append(lines[i + 8]);
            }
        }
        return events.toString();
    }

    @Test
    void value_thatHasExpired_isDroppedAndToldOf() {
        server.start();
        client.ask("config set notify-keyspace-events Ex");
        subscriber.ask("subscribe __keyevent@0__:expired");
        client.ask("set k v px 30");
        client.ask("set other v");
        await(() -> subscriber.take().equals(message("__keyevent@0__:expired", "k")));
        assertEquals(":1\r\n", client.ask("dbsize"));
        assertEquals(1, store.size());
    }

    @Test
    void value_ofBeforeTheServerBegan_isDroppedWhenItExpires() {
        for (int i = 0; i < 1_500; i++) {
            client.ask("set a" + i + " v");
        }
        client.ask("set z v px 2000");
        RedisServer later = Servers.redis(store);
        later.start();
        await(() -> store.size() == 1_500);
        later.close();
    }

    @Test
    void value_thatWasRemovedOrKeptLonger_isNotToldToHaveExpired() {
        client.ask("config set notify-keyspace-events Ex");
        subscriber.ask("subscribe __keyevent@0__:expired");
        client.ask("set removed v px 1000");
        client.ask("set kept v px 1000");
        client.ask("set last v px 1200");
        client.ask("del removed");
        client.ask("persist kept");
        server.start();
        StringBuilder told = new StringBuilder();
        await(() -> told.append(subscriber.take()).indexOf("last\r\n") >= 0);
        assertEquals(message("__keyevent@0__:expired", "last"), told.toString());
        assertEquals(1, store.size());
        assertEquals("$1\r\nv\r\n", client.ask("get kept"));
    }
}
