package io.kvs.client.kill;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.RemoteException;
import io.kvs.testkit.history.Action;
import io.kvs.testkit.history.Action.Get;
import io.kvs.testkit.history.History;
import io.kvs.testkit.history.Linearizability;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What many clients of both protocols are answered by a server that is killed again and again, and
/// started on the same directory.
///
/// `-Dkvs.kills=` sets how often, `-Dkvs.seed=` the seed of the calls; how the clients interleave
/// is left to the machine.
final class HistoryIT {
    private static final int KILLS = Integer.getInteger("kvs.kills", 3);
    private static final long SEED = Long.getLong("kvs.seed", System.nanoTime());
    private static final int CALLS_BEFORE_A_KILL = 2_000;
    private static final long LOAD_SECONDS_MAX = 120;

    private static final RedisClient REDIS = ServerProcess.redis();

    @TempDir Path directory;

    @AfterAll
    static void closeRedis() {
        REDIS.shutdown(0, 1, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "8, 3", "64, 16"})
    @Timeout(value = 1, unit = TimeUnit.HOURS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void answers_acrossKills_areLinearizable(int clientCount, int keyCount) throws Exception {
        History history = new History();
        SplittableRandom random = new SplittableRandom(SEED);
        List<RandomActions> keys = Stream.generate(RandomActions::new).limit(keyCount).toList();
        for (int kill = 0; kill < KILLS; kill++) {
            loadAndKill(history, clientCount, keys, random);
        }
        try (ServerProcess server = ServerProcess.start(directory);
                Caller caller = connect(0, server)) {
            for (int key = 0; key < keyCount; key++) {
                assertTrue(history.record(0, "key-" + key, new Get(), caller));
            }
        }
        assertDoesNotThrow(() -> Linearizability.check(history.calls()), () -> "seed " + SEED);
    }

    private void loadAndKill(
            History history, int clientCount, List<RandomActions> keys, SplittableRandom random)
            throws Exception {
        CountDownLatch load = new CountDownLatch(CALLS_BEFORE_A_KILL);
        try (ExecutorService threads = Executors.newCachedThreadPool();
                ServerProcess server = ServerProcess.start(directory)) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < clientCount; i++) {
                int client = i;
                SplittableRandom own = random.split();
                clients.add(threads.submit(() -> call(history, client, keys, own, server, load)));
            }
            boolean loaded = load.await(LOAD_SECONDS_MAX, TimeUnit.SECONDS);
            server.kill();
            for (Future<?> client : clients) {
                client.get();
            }
            assertTrue(loaded, () -> "the clients are stuck, seed " + SEED);
        }
    }

    /// Makes calls until there is no answer.
    private static void call(
            History history,
            int client,
            List<RandomActions> keys,
            SplittableRandom random,
            ServerProcess server,
            CountDownLatch load) {
        try (Caller caller = connect(client, server)) {
            boolean answered;
            do {
                int key = random.nextInt(keys.size());
                Action action = keys.get(key).next(random);
                answered = history.record(client, "key-" + key, action, caller);
                load.countDown();
            } while (answered);
        } catch (RemoteException | RedisConnectionException e) {
            // The server was killed before this client was there.
        }
    }

    private static Caller connect(int client, ServerProcess server) {
        return client % 2 == 0
                ? new KvsCaller(server.connect())
                : new RedisCaller(server.connect(REDIS));
    }
}
