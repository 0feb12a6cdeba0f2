package io.kvs.server.program;

import io.kvs.Durability;
import io.kvs.server.ServerOptions;
import io.kvs.server.ServerOptions.Connections;
import io.kvs.server.ServerOptions.Threads;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// All settings of the server, in the order of the help.
final class ServerSettings {
    /// What the log looks like.
    enum LogFormat {
        /// For people.
        TEXT,
        /// A JSON object a line.
        JSON
    }

    private static final ServerOptions DEFAULTS = ServerOptions.defaults();

    static final Setting<InetSocketAddress> ADDR =
            setting(
                    "addr",
                    "IP:PORT",
                    "127.0.0.1:4000",
                    SettingText::address,
                    "Where to listen, for the protocol of kvs-client and that of Redis.");
    static final Setting<String> ENGINE =
            setting(
                    "engine",
                    "ENGINE",
                    null,
                    SettingText::text,
                    "The storage engine. Default: the one that the data directory belongs to,"
                            + " else kvs.");
    static final Setting<Path> DATA_DIR =
            setting(
                    "data-dir",
                    "DIR",
                    "data",
                    text -> Path.of(SettingText.text(text)),
                    "The directory of the data, made if it is not there.");
    static final Setting<Durability> DURABILITY =
            setting(
                    "durability",
                    "D",
                    "process",
                    SettingText.choice(Durability.class),
                    "process: an answered write survives a killed process; the device is synced"
                            + " every --sync-interval.",
                    "sync: it survives a power cut; one sync serves all clients that wait.");
    static final Setting<Duration> SYNC_INTERVAL =
            setting(
                    "sync-interval",
                    "TIME",
                    "1s",
                    SettingText::duration,
                    "How often the device is synced in the background.");
    static final Setting<String> PASSWORD =
            new Setting<>(
                    "requirepass",
                    "PASSWORD",
                    null,
                    true,
                    SettingText::text,
                    "What clients must say first. Others see the command line: better set it by"
                            + " $KVS_REQUIREPASS or in a file.");
    static final Setting<Boolean> UNPROTECTED =
            setting(
                    "allow-unprotected",
                    "YES|NO",
                    "no",
                    SettingText::flag,
                    "Listen to other machines although there is no password.");
    static final Setting<Path> TLS_CERT =
            setting(
                    "tls-cert",
                    "FILE",
                    null,
                    text -> Path.of(SettingText.text(text)),
                    "The certificates of the server, PEM, its own first: turns TLS on.");
    static final Setting<Path> TLS_KEY =
            setting(
                    "tls-key",
                    "FILE",
                    null,
                    text -> Path.of(SettingText.text(text)),
                    "The private key of the certificate, PEM (PKCS #8).");
    static final Setting<Path> TLS_CLIENT_CA =
            setting(
                    "tls-client-ca",
                    "FILE",
                    null,
                    text -> Path.of(SettingText.text(text)),
                    "Only clients with a certificate of one of these authorities, PEM, may"
                            + " connect.");
    static final Setting<InetSocketAddress> ADMIN_ADDR =
            setting(
                    "admin-addr",
                    "IP:PORT",
                    null,
                    SettingText::address,
                    "Where to answer /metrics (Prometheus), /livez and /readyz by HTTP. Default:"
                            + " nowhere.");
    static final Setting<Connections> CONNECTIONS =
            setting(
                    "connections",
                    "KIND",
                    "loop",
                    SettingText.choice(Connections.class),
                    "loop: event loops serve all connections. thread: each has a thread.");
    static final Setting<Threads> THREADS =
            setting(
                    "threads",
                    "KIND",
                    "shared",
                    SettingText.choice(Threads.class),
                    "The threads for what takes long, or for connections: shared (one queue),"
                            + " stealing (a queue each), virtual.");
    static final Setting<Integer> LOOPS =
            setting(
                    "loops",
                    "N",
                    String.valueOf(DEFAULTS.loops()),
                    SettingText::count,
                    "How many event loops there are.");
    static final Setting<Integer> JOB_THREADS =
            setting(
                    "job-threads",
                    "N",
                    String.valueOf(DEFAULTS.jobThreads()),
                    SettingText::count,
                    "How many threads at most do what takes long.");
    static final Setting<Integer> CLIENTS_MAX =
            setting(
                    "maxclients",
                    "N",
                    String.valueOf(DEFAULTS.clientsMax()),
                    SettingText::count,
                    "How many clients may be connected at once.");
    static final Setting<Integer> VALUE_MAX =
            setting(
                    "max-value",
                    "SIZE",
                    "16MiB",
                    SettingText::smallSize,
                    "The longest value, at most 512MiB.");
    static final Setting<Integer> OUTPUT_MAX =
            setting(
                    "max-output",
                    "SIZE",
                    "64MiB",
                    SettingText::smallSize,
                    "How much may wait to be sent to one client.");
    static final Setting<Long> BUFFERS_MAX =
            setting(
                    "max-buffers",
                    "SIZE",
                    null,
                    SettingText::size,
                    "How much the buffers of all clients may take. Default: a quarter of the heap.");
    static final Setting<Duration> HANDSHAKE_TIMEOUT =
            setting(
                    "handshake-timeout",
                    "TIME",
                    "5s",
                    SettingText::duration,
                    "How long a client may take to say who it is.");
    static final Setting<Duration> REQUEST_TIMEOUT =
            setting(
                    "request-timeout",
                    "TIME",
                    "30s",
                    SettingText::duration,
                    "How long a client may take to send the rest of a request, a second more for"
                            + " each 64KiB of it, or to take its replies.");
    static final Setting<Duration> IDLE_TIMEOUT =
            setting(
                    "idle-timeout",
                    "TIME",
                    "0",
                    SettingText::duration,
                    "How long a client may be silent; 0 for ever.");
    static final Setting<LogFormat> LOG_FORMAT =
            setting(
                    "log-format",
                    "FORMAT",
                    "text",
                    SettingText.choice(LogFormat.class),
                    "text, for people, or json, an object a line; on standard error.");

    static final List<Setting<?>> ALL =
            List.of(
                    ADDR,
                    ENGINE,
                    DATA_DIR,
                    DURABILITY,
                    SYNC_INTERVAL,
                    PASSWORD,
                    UNPROTECTED,
                    TLS_CERT,
                    TLS_KEY,
                    TLS_CLIENT_CA,
                    ADMIN_ADDR,
                    CONNECTIONS,
                    THREADS,
                    LOOPS,
                    JOB_THREADS,
                    CLIENTS_MAX,
                    VALUE_MAX,
                    OUTPUT_MAX,
                    BUFFERS_MAX,
                    HANDSHAKE_TIMEOUT,
                    REQUEST_TIMEOUT,
                    IDLE_TIMEOUT,
                    LOG_FORMAT);

    private ServerSettings() {}

    private static <T> Setting<T> setting(
            String name,
            String label,
            @Nullable String defaultText,
            Function<String, T> parser,
            String... description) {
        return new Setting<>(name, label, defaultText, false, parser, description);
    }

    /// Returns the options of the server.
    ///
    /// @throws UsageException they do not go together
    static ServerOptions.Builder options(Settings settings) {
        InetSocketAddress address = settings.get(ADDR);
        String password = settings.find(PASSWORD);
        boolean isOpen = !address.getAddress().isLoopbackAddress();
        if (isOpen && password == null && !settings.get(UNPROTECTED)) {
            throw new UsageException(
                    "--addr is an address that other machines reach: set --requirepass as well, or"
                            + " --allow-unprotected=yes");
        }
        InetSocketAddress admin = settings.find(ADMIN_ADDR);
        if (admin != null
                && !admin.getAddress().isLoopbackAddress()
                && !settings.get(UNPROTECTED)) {
            throw new UsageException(
                    "--admin-addr is an address that other machines reach, and needs no password:"
                            + " set --allow-unprotected=yes as well");
        }
        ServerOptions.Builder options =
                ServerOptions.builder()
                        .address(address)
                        .durability(settings.get(DURABILITY))
                        .password(password)
                        .adminAddress(admin)
                        .connections(settings.get(CONNECTIONS))
                        .threads(settings.get(THREADS))
                        .loops(settings.get(LOOPS))
                        .jobThreads(settings.get(JOB_THREADS))
                        .clientsMax(settings.get(CLIENTS_MAX))
                        .valueBytesMax(settings.get(VALUE_MAX))
                        .outputBytesMax(settings.get(OUTPUT_MAX))
                        .handshakeTimeout(settings.get(HANDSHAKE_TIMEOUT))
                        .requestTimeout(settings.get(REQUEST_TIMEOUT))
                        .idleTimeout(settings.get(IDLE_TIMEOUT));
        Long buffersMax = settings.find(BUFFERS_MAX);
        return buffersMax == null ? options : options.bufferBytesMax(buffersMax);
    }
}
