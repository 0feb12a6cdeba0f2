package io.kvs.client.kill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.RemoteException;
import io.kvs.WriteBatch;
import io.kvs.client.AsyncKvsClient;
import io.kvs.client.KvsClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server that is killed while several connections of both protocols write as fast as they can,
/// and started on the same directory: whatever it has acknowledged is there, and what writes
/// several keys has written all of them or none.
///
/// `-Dkvs.rounds=` sets how often.
final class KillUnderLoadIT {
    private static final int ROUNDS = Integer.getInteger("kvs.rounds", 10);
    private static final int KEY_COUNT = 8;

    /// What each connection has acknowledged before the kill.
    private static final int WRITES = 250;

    private static final long LOAD_SECONDS_MAX = 120;
    private static final RedisClient REDIS = ServerProcess.redis();

    private final List<Lane> lanes = new ArrayList<>();
    private final List<Load> loads = new ArrayList<>();

    @TempDir Path directory;

    @AfterAll
    static void closeRedis() {
        REDIS.shutdown(0, 1, TimeUnit.SECONDS);
    }

    /// What a connection does to a server until it is killed; returns how it ended.
    private interface Load {
        Throwable run(ServerProcess server, CountDownLatch load) throws InterruptedException;
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void acknowledgedWrites_acrossKills_areThereAndWhole() throws Exception {
        throughRedis(new Lane("set", 1), KillUnderLoadIT::set);
        throughRedis(new Lane("mset-a", KEY_COUNT), RedisAsyncCommands::mset);
        throughRedis(new Lane("mset-b", KEY_COUNT), RedisAsyncCommands::mset);
        throughRedis(new Lane("exec-a", KEY_COUNT), KillUnderLoadIT::exec);
        throughRedis(new Lane("exec-b", KEY_COUNT), KillUnderLoadIT::exec);
        throughKvs(new Lane("kvs-set", 1), KillUnderLoadIT::set);
        throughKvs(new Lane("batch-a", KEY_COUNT), KillUnderLoadIT::batch);
        throughKvs(new Lane("batch-b", KEY_COUNT), KillUnderLoadIT::batch);
        for (int round = 0; round < ROUNDS; round++) {
            try (ServerProcess server = ServerProcess.start(directory)) {
                check(server);
                loadAndKill(server);
            }
        }
        try (ServerProcess server = ServerProcess.start(directory)) {
            check(server);
        }
    }

    /// Reads through both protocols: the one after the other must find the same.
    private void check(ServerProcess server) {
        try (StatefulRedisConnection<String, String> connection = server.connect(REDIS);
                KvsClient client = server.connect()) {
            for (Lane lane : lanes) {
                lane.check(keys ->
                        connection.sync().mget(keys.toArray(String[]::new)).stream()
                                .map(entry -> entry.getValueOrElse(null))
                                .toList());
                lane.check(keys ->
                        client
                                .getAll(keys.stream().map(key -> key.getBytes(UTF_8)).toList())
                                .stream()
                                .map(value -> value.map(bytes -> new String(bytes, UTF_8)))
                                .map(value -> value.orElse(null))
                                .toList());
            }
        }
    }

    private void loadAndKill(ServerProcess server) throws Exception {
        List<CountDownLatch> progress = new ArrayList<>();
        List<Future<Throwable>> ends = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            for (Load load : loads) {
                CountDownLatch acknowledged = new CountDownLatch(WRITES);
                progress.add(acknowledged);
                Callable<Throwable> task = () -> load.run(server, acknowledged);
                ends.add(threads.submit(task));
            }
            boolean loaded = true;
            for (CountDownLatch acknowledged : progress) {
                loaded &= acknowledged.await(LOAD_SECONDS_MAX, TimeUnit.SECONDS);
            }
            server.kill();
            for (Future<Throwable> end : ends) {
                assertIsLoss(end.get());
            }
            assertTrue(loaded, "a connection is stuck");
        }
    }

    private static void assertIsLoss(Throwable end) {
        boolean isLoss =
                switch (end) {
                    case RedisCommandExecutionException _ -> false;
                    case RedisException _, IOException _, RemoteException _ -> true;
                    default -> false;
                };
        assertTrue(isLoss, end::toString);
    }

    /// Begins to write entries through the protocol of Redis.
    private interface RedisWrite {
        CompletionStage<?> write(
                RedisAsyncCommands<String, String> redis, Map<String, String> entries);
    }

    private void throughRedis(Lane lane, RedisWrite write) {
        lanes.add(lane);
        loads.add((server, load) -> {
            try (StatefulRedisConnection<String, String> connection = server.connect(REDIS)) {
                return lane.run(entries -> write.write(connection.async(), entries), load);
            }
        });
    }

    /// Begins to write entries through our own protocol.
    private interface KvsWrite {
        CompletionStage<?> write(AsyncKvsClient kvs, Map<String, String> entries);
    }

    private void throughKvs(Lane lane, KvsWrite write) {
        lanes.add(lane);
        loads.add((server, load) -> {
            try (KvsClient client = server.connect()) {
                return lane.run(entries -> write.write(client.async(), entries), load);
            }
        });
    }

    private static CompletionStage<?> set(
            RedisAsyncCommands<String, String> redis, Map<String, String> entries) {
        Map.Entry<String, String> entry = entries.entrySet().iterator().next();
        return redis.set(entry.getKey(), entry.getValue());
    }

    private static CompletionStage<?> exec(
            RedisAsyncCommands<String, String> redis, Map<String, String> entries) {
        CompletionStage<?> _ = redis.multi();
        entries.forEach((key, value) -> {
            CompletionStage<?> _ = redis.set(key, value);
        });
        return redis.exec();
    }

    private static CompletionStage<?> set(AsyncKvsClient kvs, Map<String, String> entries) {
        Map.Entry<String, String> entry = entries.entrySet().iterator().next();
        return kvs.set(entry.getKey().getBytes(UTF_8), entry.getValue().getBytes(UTF_8));
    }

    private static CompletionStage<?> batch(AsyncKvsClient kvs, Map<String, String> entries) {
        WriteBatch batch = new WriteBatch();
        entries.forEach(batch::set);
        return kvs.write(batch);
    }
}
