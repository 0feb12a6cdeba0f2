package io.kvs.server;

import io.kvs.Durability;
import io.kvs.KvStore;
import io.kvs.KvsEngine;
import io.kvs.KvsException;
import io.kvs.protocol.resp.RespLimits;
import io.kvs.protocol.rpc.Preamble;
import io.kvs.server.ServerOptions.Connections;
import io.kvs.server.ServerOptions.Threads;
import io.kvs.server.access.Password;
import io.kvs.server.admin.AdminServer;
import io.kvs.server.log.ServerLog;
import io.kvs.server.metrics.EngineFigures;
import io.kvs.server.metrics.Exposition;
import io.kvs.server.metrics.ServerMetrics;
import io.kvs.server.net.NetOptions;
import io.kvs.server.net.Network;
import io.kvs.server.net.SyncGate;
import io.kvs.server.pool.SharedQueuePool;
import io.kvs.server.pool.ThreadPool;
import io.kvs.server.pool.VirtualThreadPool;
import io.kvs.server.pool.WorkStealingPool;
import io.kvs.server.redis.RedisServer;
import io.kvs.server.redis.ServerFacts;
import io.kvs.server.rpc.RpcServer;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A server: an engine for clients that connect.
///
/// ```java
/// try (KvStore store = KvStore.open(Path.of("data"));
///         KvsServer server = KvsServer.open(store, ServerOptions.defaults())) {
///     server.address();
/// }
/// ```
///
/// The engine is to be opened with {@link Durability#PROCESS}: what durability clients get is an
/// option of the server, which syncs once for all who wait. Safe for use by several threads.
public final class KvsServer implements AutoCloseable {
    private final ThreadPool pool;
    private final Network network;
    private final RedisServer redis;
    private final ServerMetrics metrics;
    private final EngineFigures engineFigures;
    private @Nullable AdminServer admin;

    private KvsServer(
            ThreadPool pool,
            Network network,
            RedisServer redis,
            ServerMetrics metrics,
            EngineFigures engineFigures) {
        this.pool = pool;
        this.network = network;
        this.redis = redis;
        this.metrics = metrics;
        this.engineFigures = engineFigures;
    }

    /// Begins to serve an engine.
    ///
    /// @param engine stays open when the server is closed
    /// @throws IOException it cannot listen there
    public static KvsServer open(KvsEngine engine, ServerOptions options) throws IOException {
        ServerLog log = options.log();
        ServerMetrics metrics = new ServerMetrics();
        RedisServer redis =
                new RedisServer(
                        engine,
                        RespLimits.ofValues(options.valueBytesMax()),
                        Password.of(options.password()),
                        InstantSource.system(),
                        log,
                        metrics,
                        facts(options));
        RpcServer rpc =
                new RpcServer(
                        engine,
                        redis::write,
                        new RpcServer.Identity(version(), engineName(engine), options.durability()),
                        options.valueBytesMax(),
                        Password.of(options.password()),
                        log);
        SyncGate gate =
                options.durability() == Durability.SYNC
                        ? SyncGate.syncing(engine::sync, metrics)
                        : SyncGate.open();
        ThreadPool pool = pool(options.threads(), "kvs-job", options.jobThreads());
        ThreadPool connectionThreads =
                options.connections() == Connections.THREAD
                        ? pool(options.threads(), "kvs-connection", options.clientsMax())
                        : null;
        try {
            Network network =
                    Network.open(
                            netOptions(options),
                            (first, link) ->
                                    first == Preamble.FIRST ? rpc.open(link) : redis.open(link),
                            gate,
                            pool,
                            connectionThreads,
                            log,
                            metrics);
            KvsServer server =
                    new KvsServer(pool, network, redis, metrics, new EngineFigures(engine));
            server.openAdmin(options.adminAddress(), engine);
            redis.start();
            return server;
        } catch (IOException | RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    private void openAdmin(@Nullable InetSocketAddress address, KvsEngine engine)
            throws IOException {
        if (address == null) {
            return;
        }
        try {
            admin = AdminServer.open(address, this::figures, () -> problem(engine));
        } catch (IOException e) {
            network.close();
            throw e;
        }
    }

    /// Returns why writes cannot be acknowledged now, or an empty text if they can.
    private static String problem(KvsEngine engine) {
        try {
            engine.sync();
            return "";
        } catch (KvsException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /// Returns the figures of the server and its engine, as text that Prometheus reads.
    public String figures() {
        Exposition text = new Exposition();
        text.gauge("kvs_connections", "Connections.", network.clients());
        text.gauge("kvs_buffer_bytes", "Bytes in buffers of connections.", network.bufferBytes());
        text.gauge(
                "kvs_heap_bytes",
                "Bytes of the heap that are used.",
                Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        metrics.addTo(text);
        engineFigures.addTo(text);
        return text.toString();
    }

    /// Returns where figures and health are told, with the port that was taken; null if nowhere.
    public @Nullable InetSocketAddress adminAddress() {
        return admin == null ? null : admin.address();
    }

    /// Returns the name under which an engine is known, as its class tells it.
    private static String engineName(KvsEngine engine) {
        if (engine instanceof KvStore) {
            return "kvs";
        }
        String name = engine.getClass().getSimpleName().toLowerCase(Locale.ROOT);
        return name.endsWith("engine") ? name.substring(0, name.length() - 6) : name;
    }

    /// Returns the version of this jar, or an empty text where it is not known.
    private static String version() {
        ModuleDescriptor module = KvsServer.class.getModule().getDescriptor();
        return module == null ? "" : module.rawVersion().orElse("");
    }

    private static ServerFacts facts(ServerOptions options) {
        return new ServerFacts(
                options.durability(),
                options.connections().name().toLowerCase(Locale.ROOT),
                options.threads().name().toLowerCase(Locale.ROOT),
                options.loops(),
                options.clientsMax(),
                options.idleTimeout().toSeconds(),
                options.onShutdown());
    }

    private static NetOptions netOptions(ServerOptions options) {
        return new NetOptions(
                options.address(),
                options.loops(),
                options.clientsMax(),
                options.outputBytesMax(),
                options.bufferBytesMax(),
                options.password() != null,
                options.tls(),
                new NetOptions.Timeouts(
                        options.handshakeTimeout(),
                        options.requestTimeout(),
                        options.idleTimeout()));
    }

    private static ThreadPool pool(Threads threads, String name, int threadsMax) {
        return switch (threads) {
            case SHARED -> new SharedQueuePool(name, threadsMax);
            case STEALING -> new WorkStealingPool(name, threadsMax);
            case VIRTUAL -> new VirtualThreadPool(name);
        };
    }

    /// Returns where it listens, with the port that was taken.
    public InetSocketAddress address() {
        return network.address();
    }

    /// Returns where it listens, as text.
    public String addressText() {
        return network.addressText();
    }

    /// Takes no more connections, answers what was received, and closes all connections. The engine
    /// stays open. Closing twice does nothing.
    @Override
    public void close() {
        network.close();
        pool.close();
        if (admin != null) {
            admin.close();
        }
        redis.close();
    }
}
