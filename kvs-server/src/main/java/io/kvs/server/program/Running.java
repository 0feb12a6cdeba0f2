package io.kvs.server.program;

import io.kvs.EngineOptions;
import io.kvs.Engines;
import io.kvs.KvsEngine;
import io.kvs.server.KvsServer;
import io.kvs.server.ServerOptions;
import io.kvs.server.access.Tls;
import io.kvs.server.log.ServerLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An engine and the server over it, from start to end.
final class Running {
    private final KvsEngine engine;
    private final KvsServer server;
    private final ServerLog log;
    private final String engineName;
    private final Path directory;

    private Running(
            KvsEngine engine, KvsServer server, ServerLog log, String engineName, Path directory) {
        this.engine = engine;
        this.server = server;
        this.log = log;
        this.engineName = engineName;
        this.directory = directory;
    }

    /// Opens the engine and begins to serve.
    ///
    /// @throws UsageException the settings do not go together, or there is no such engine
    /// @throws IOException it cannot listen
    /// @throws io.kvs.KvsException the engine cannot be opened
    static Running start(Settings settings, ServerLog log) throws IOException {
        ServerOptions options = options(settings, log);
        Path directory = settings.get(ServerSettings.DATA_DIR);
        String name = engineName(settings, directory);
        EngineOptions engineOptions =
                EngineOptions.defaults()
                        .withSyncInterval(settings.get(ServerSettings.SYNC_INTERVAL));
        KvsEngine engine = Engines.open(directory, name, engineOptions);
        try {
            KvsServer server = KvsServer.open(engine, options);
            return new Running(engine, server, log, name, directory);
        } catch (IOException | RuntimeException e) {
            engine.close();
            throw e;
        }
    }

    private static ServerOptions options(Settings settings, ServerLog log) throws IOException {
        try {
            return ServerSettings.options(settings)
                    .tls(tls(settings))
                    .log(log)
                    .onShutdown(() -> new Thread(() -> System.exit(0), "kvs-shutdown").start())
                    .build();
        } catch (IllegalArgumentException e) {
            throw new UsageException(Objects.requireNonNullElse(e.getMessage(), "wrong settings"));
        }
    }

    private static @Nullable Tls tls(Settings settings) throws IOException {
        Path certificates = settings.find(ServerSettings.TLS_CERT);
        Path key = settings.find(ServerSettings.TLS_KEY);
        Path clientAuthorities = settings.find(ServerSettings.TLS_CLIENT_CA);
        if (certificates == null && key == null && clientAuthorities == null) {
            return null;
        }
        if (certificates == null || key == null) {
            throw new UsageException("TLS needs both --tls-cert and --tls-key");
        }
        return Tls.load(certificates, key, clientAuthorities);
    }

    private static String engineName(Settings settings, Path directory) {
        String chosen = settings.find(ServerSettings.ENGINE);
        if (chosen == null) {
            return Engines.of(directory).name();
        }
        try {
            return Engines.find(chosen).name();
        } catch (IllegalArgumentException e) {
            throw new UsageException(Objects.requireNonNullElse(e.getMessage(), "no such engine"));
        }
    }

    /// Tells the log what is served, and where.
    void announce() {
        log.event(
                "kvs-server "
                        + Version.text()
                        + " listens on "
                        + server.addressText()
                        + ", engine "
                        + engineName
                        + ", data directory "
                        + directory.toAbsolutePath().normalize());
        if (server.adminAddress() != null) {
            log.event("metrics and health are on " + server.adminAddress());
        }
    }

    /// Answers what was received, syncs, and closes all; returns whether that went well.
    boolean stop() {
        log.event("ending");
        try {
            server.close();
            engine.close();
            log.event("ended");
            return true;
        } catch (RuntimeException e) {
            log.failure("it has not ended in order", e);
            return false;
        }
    }
}
