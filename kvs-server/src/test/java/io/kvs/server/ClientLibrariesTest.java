package io.kvs.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.redisson.Redisson;
import org.redisson.api.RBucket;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.ScanResult;

/// The libraries that the world uses for Redis, unmodified.
final class ClientLibrariesTest {
    @TempDir Path directory;

    private KvStore store;
    private KvsServer server;

    @BeforeEach
    void open() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        store = KvStore.open(directory);
        server = KvsServer.open(store, ServerOptions.builder().address(anyPort).build());
    }

    @AfterEach
    void close() {
        server.close();
        store.close();
    }

    @Test
    void jedis_commandsTransactionsPipelinesAndScans_work() {
        try (Jedis jedis = new Jedis("127.0.0.1", server.address().getPort())) {
            assertEquals("PONG", jedis.ping());
            assertEquals("OK", jedis.set("k", "1", SetParams.setParams().nx().ex(100)));
            assertNull(jedis.set("k", "2", SetParams.setParams().nx()));
            assertEquals(2, jedis.incr("k"));
            assertTrue(jedis.ttl("k") > 90);
            jedis.mset("a", "1", "b", "2");
            assertEquals("[1, 2, null]", jedis.mget("a", "b", "c").toString());
            try (Transaction transaction = jedis.multi()) {
                Response<Long> sum = transaction.incrBy("a", 10);
                transaction.rename("b", "c");
                assertEquals(2, transaction.exec().size());
                assertEquals(11, sum.get());
            }
            Pipeline pipeline = jedis.pipelined();
            for (int i = 0; i < 1_000; i++) {
                pipeline.set("page" + i, "v");
            }
            assertEquals(1_000, pipeline.syncAndReturnAll().size());
            assertEquals(1_000, scan(jedis, "page*").size());
            try {
                jedis.incr("page1");
                throw new AssertionError("it is no number");
            } catch (JedisDataException e) {
                assertEquals("ERR value is not an integer or out of range", e.getMessage());
            }
        }
    }

    private static Set<String> scan(Jedis jedis, String pattern) {
        Set<String> found = new HashSet<>();
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            ScanResult<String> page =
                    jedis.scan(cursor, new ScanParams().match(pattern).count(100));
            found.addAll(page.getResult());
            cursor = page.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        return found;
    }

    @Test
    void lettuce_inVersion3_works() throws Exception {
        RedisClient client =
                RedisClient.create(RedisURI.create("127.0.0.1", server.address().getPort()));
        client.setOptions(ClientOptions.builder().protocolVersion(ProtocolVersion.RESP3).build());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            RedisCommands<String, String> commands = connection.sync();
            assertEquals("OK", commands.set("k", "v", SetArgs.Builder.px(100_000)));
            assertEquals("v", commands.setGet("k", "w"));
            assertEquals(-1, commands.ttl("k"));
            assertEquals(
                    List.of(KeyValue.just("k", "w"), KeyValue.empty("none")),
                    commands.mget("k", "none"));
            commands.multi();
            commands.append("k", "x");
            commands.get("k");
            assertEquals("wx", commands.exec().get(1));
            commands.watch("k");
            commands.set("k", "changed");
            commands.multi();
            commands.get("k");
            assertTrue(commands.exec().wasDiscarded());
            assertEquals("0", commands.configGet("maxmemory").get("maxmemory"));
            assertEquals(2, commands.commandInfo("get", "set").size());
            List<RedisFuture<Long>> sums = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                sums.add(connection.async().incr("n"));
            }
            assertEquals(1_000, sums.getLast().get(20, TimeUnit.SECONDS));
            publish(client, commands);
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    private static void publish(RedisClient client, RedisCommands<String, String> commands)
            throws InterruptedException {
        try (StatefulRedisPubSubConnection<String, String> subscriber = client.connectPubSub()) {
            BlockingQueue<String> messages = new LinkedBlockingQueue<>();
            subscriber.addListener(
                    new RedisPubSubAdapter<>() {
                        @Override
                        public void message(String channel, String message) {
                            messages.add(channel + " " + message);
                        }
                    });
            subscriber.sync().subscribe("news");
            assertEquals(1, commands.publish("news", "hello"));
            assertEquals("news hello", messages.poll(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void redisson_buckets_work() {
        Config config = new Config();
        config.useSingleServer().setAddress("redis://127.0.0.1:" + server.address().getPort());
        RedissonClient client = Redisson.create(config);
        try {
            RBucket<String> bucket = client.getBucket("bucket");
            bucket.set("one");
            assertEquals("one", bucket.get());
            assertEquals("one", bucket.getAndSet("two"));
            assertFalse(bucket.setIfAbsent("three"));
            assertTrue(bucket.setIfExists("four"));
            bucket.set("five", Duration.ofSeconds(100));
            assertTrue(bucket.remainTimeToLive() > 90_000);
            assertTrue(bucket.clearExpire());
            assertEquals(-1, bucket.remainTimeToLive());
            assertTrue(bucket.size() > 0);
            client.getBuckets().set(Map.of("a", 1, "b", 2));
            assertEquals(Map.of("a", 1, "b", 2), client.getBuckets().get("a", "b", "c"));
            assertFalse(client.getBuckets().trySet(Map.of("b", 3, "c", 4)));
            assertEquals(3, client.getKeys().count());
            assertFalse(bucket.compareAndSet("one", "six"));
            assertTrue(bucket.compareAndSet("five", "six"));
            assertEquals("six", bucket.getAndSet("seven", Duration.ofSeconds(100)));
            assertEquals("seven", bucket.getAndDelete());
            assertNull(bucket.getAndDelete());
            assertTrue(bucket.compareAndSet(null, "eight"));
            assertTrue(bucket.delete());
            assertFalse(bucket.isExists());
            assertEquals(7, client.getAtomicLong("n").addAndGet(7));
        } finally {
            client.shutdown();
        }
    }
}
