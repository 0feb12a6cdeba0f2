package io.kvs.server.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kvs.KvStore;
import io.kvs.KvsEngine;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An engine that can do nothing but what every engine can.
final class EngineAbilitiesTest {
    @TempDir Path directory;

    private static KvsEngine plain(KvStore store) {
        return (KvsEngine)
                Proxy.newProxyInstance(
                        EngineAbilitiesTest.class.getClassLoader(),
                        new Class<?>[] {KvsEngine.class},
                        (_, method, arguments) -> {
                            try {
                                return method.invoke(store, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    @Test
    void commands_thatTheEngineCannotDo_areOneClearError() {
        try (KvStore store = KvStore.open(directory)) {
            DirectClient client = new DirectClient(Servers.redis(plain(store)));
            String cannotExpire = "-ERR this engine has no time to live\r\n";
            String cannotList = "-ERR this engine cannot list its keys\r\n";
            assertEquals("+OK\r\n", client.ask("mset k 1 l 2"));
            assertEquals(cannotExpire, client.ask("set k v ex 10"));
            assertEquals(cannotExpire, client.ask("expire k 10"));
            assertEquals(cannotList, client.ask("keys *"));
            assertEquals(cannotList, client.ask("scan 0"));
            assertEquals(cannotList, client.ask("randomkey"));
            assertEquals(cannotList, client.ask("flushall"));
            assertEquals(":-1\r\n", client.ask("ttl k"));
            assertEquals(":0\r\n", client.ask("persist k"));
            assertEquals(":2\r\n", client.ask("incr k"));
            assertEquals("+OK\r\n", client.ask("rename k m"));
            client.ask("multi");
            client.ask("incr m");
            client.ask("expire m 10");
            client.ask("keys *");
            assertEquals("*3\r\n:3\r\n" + cannotExpire + cannotList, client.ask("exec"));
            assertEquals("$1\r\n3\r\n", client.ask("get m"));
        }
    }
}
