package io.kvs.server.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.luaj.vm2.LuaClosure;

/// What scripts may do, and what not.
final class ScriptTest {
    @TempDir Path directory;

    private KvStore store;
    private RedisServer server;

    @BeforeEach
    void open() {
        store = KvStore.open(directory);
        server = Servers.redis(store);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private String eval(String script, String keysAndArguments) {
        try (DirectClient client = new DirectClient(server)) {
            return client.ask("EVAL \"" + script + "\" " + keysAndArguments);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis.call('set','other',1)",
                "redis.call('mset',KEYS[1],1,'other',2)",
                "redis.call('keys','*')",
                "redis.call('flushall')",
                "redis.call('multi')"
            })
    void command_beyondItsKeys_isRefused(String script) {
        assertTrue(eval(script, "1 k").startsWith("-ERR "), script);
        assertEquals(0, store.size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "collectgarbage",
                "coroutine",
                "debug",
                "dofile",
                "getmetatable",
                "io",
                "load",
                "loadfile",
                "luajava",
                "os",
                "package",
                "print",
                "require"
            })
    void global_thatReachesOutside_isNotThere(String name) {
        assertEquals("$3\r\nnil\r\n", eval("return type(" + name + ")", "0"));
    }

    @Test
    void script_changesLibraries_leavesNothingToTheNext() {
        eval("string.upper=nil redis.call=nil x=1 ('').rep=nil return 1", "0");

        assertEquals("$1\r\nA\r\n", eval("return ('a'):upper()", "0"));
        assertEquals("$2\r\naa\r\n", eval("return ('a'):rep(2)", "0"));
        assertEquals("$3\r\nnil\r\n", eval("return type(x)", "0"));
    }

    @Test
    void script_failsHalfWay_keepsWhatItHasDone() {
        String reply = eval("redis.call('set',KEYS[1],'v') error('no')", "1 k");

        assertTrue(reply.startsWith("-ERR ") && reply.contains("no"), reply);
        assertEquals("v", store.get("k").orElseThrow());
    }

    @Test
    void script_withoutEnd_isStoppedAlsoWithinPcall() throws Exception {
        Script endless =
                Script.compile("", "pcall(function() while true do end end)".getBytes(US_ASCII));

        assertThrows(
                LuaSandbox.TimeoutError.class,
                () -> new LuaClosure(endless.code(), LuaSandbox.create(System.nanoTime())).call());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "local function f() return 1 + f() end return f()",
                "return string.rep('x', 1e12)",
                "return nosuch()",
                "return 1 +",
                "return redis.call('get', {})"
            })
    void script_thatCannotBeRun_isAnErrorAndLeavesTheConnection(String script) {
        try (DirectClient client = new DirectClient(server)) {
            String reply = client.ask("EVAL \"" + script + "\" 0");
            assertTrue(reply.startsWith("-ERR "), reply);
            assertEquals("+PONG\r\n", client.ask("PING"));
        }
    }

    @Test
    void table_thatContainsItself_isCutOff() {
        assertTrue(eval("local t={} t[1]=t return t", "0").endsWith("$-1\r\n"));
    }

    @Test
    void scripts_ofSeveralClients_areEachOneStep() throws Exception {
        String increment = "redis.call('set',KEYS[1],(redis.call('get',KEYS[1]) or 0)+1) return 1";
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Future<?>[] clients = new Future<?>[4];
            for (int i = 0; i < clients.length; i++) {
                clients[i] =
                        threads.submit(() -> {
                            for (int round = 0; round < 100; round++) {
                                eval(increment, "1 n");
                            }
                        });
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }

        assertEquals("400", store.get("n").orElseThrow());
    }
}
