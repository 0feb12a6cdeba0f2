package io.kvs.client.kill;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvs.client.ClientOptions;
import io.kvs.client.KvsClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `bin/kvs-server` as a process that is killed.
final class ServerProcess implements AutoCloseable {
    private static final Path LAUNCHER = Path.of("..", "bin", "kvs-server").toAbsolutePath();
    private static final Pattern LISTENS = Pattern.compile("listens on 127\\.0\\.0\\.1:([0-9]+),");

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Starts one that keeps its data in a directory; returns when it listens.
    static ServerProcess start(Path directory) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        LAUNCHER.toString(), "--data-dir", directory.resolve("data").toString());
        builder.environment().keySet().removeIf(name -> name.startsWith("KVS_"));
        builder.environment().put("KVS_ADDR", "127.0.0.1:0");
        builder.environment().put("KVS_JAVA_OPTS", "-ea -XX:TieredStopAtLevel=1");
        Process process = builder.start();
        String line = String.valueOf(process.errorReader(UTF_8).readLine());
        Matcher matcher = LISTENS.matcher(line);
        if (!matcher.find()) {
            process.destroyForcibly();
            throw new AssertionError("it does not start: " + line);
        }
        return new ServerProcess(process, Integer.parseInt(matcher.group(1)));
    }

    /// Makes what connects by the protocol of Redis, and does not connect again by itself.
    static RedisClient redis() {
        RedisClient redis = RedisClient.create();
        redis.setOptions(io.lettuce.core.ClientOptions.builder().autoReconnect(false).build());
        return redis;
    }

    /// Connects by our own protocol.
    KvsClient connect() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return KvsClient.open(ClientOptions.defaults().withAddress(address));
    }

    /// Connects by the protocol of Redis.
    StatefulRedisConnection<String, String> connect(RedisClient redis) {
        return redis.connect(RedisURI.create("127.0.0.1", port));
    }

    /// Ends it by `SIGKILL`; returns when it has ended.
    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
