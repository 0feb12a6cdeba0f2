package io.kvs.server.redis;

import io.kvs.KvsEngine;
import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.RespLimits;
import io.kvs.server.access.Password;
import io.kvs.server.log.ServerLog;
import io.kvs.server.metrics.ServerMetrics;
import io.kvs.server.net.Link;
import io.kvs.server.net.Protocol;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What all clients that speak the protocol of Redis share.
public final class RedisServer implements AutoCloseable {
    private final KvsEngine engine;
    private final RespLimits limits;
    private final Password password;
    private final InstantSource clock;
    private final ServerLog log;
    private final ServerMetrics metrics;
    private final CommandTable commands;
    private final Map<Long, Session> sessions = new ConcurrentHashMap<>();
    private final KeyLocks locks = new KeyLocks();
    private final Watches watches = new Watches();
    private final PubSub pubSub = new PubSub();
    private final Notifications notifications = new Notifications(pubSub);
    private final Statistics statistics = new Statistics();
    private final ScanCursors scanCursors = new ScanCursors();
    private final Scripts scripts = new Scripts();
    private final SlowLog slowLog = new SlowLog();
    private final LatencyMonitor latency = new LatencyMonitor();
    private final Expiries expiries = new Expiries();
    private final ActiveExpiry activeExpiry;
    private final ServerFacts facts;
    private final Parameters parameters;
    private final String runId = HexFormat.of().formatHex(randomBytes());
    private final long startMillis;
    private volatile long lastSaveMillis;
    private @Nullable Thread expiryThread;

    /// Makes it.
    ///
    /// @param engine the data; not closed by this
    /// @param limits what a request may have at most
    /// @param password what a client must know
    /// @param clock tells the time
    /// @param log told of errors of ours
    /// @param metrics count the requests
    /// @param facts what it tells of itself
    public RedisServer(
            KvsEngine engine,
            RespLimits limits,
            Password password,
            InstantSource clock,
            ServerLog log,
            ServerMetrics metrics,
            ServerFacts facts) {
        this.engine = engine;
        this.limits = limits;
        this.password = password;
        this.clock = clock;
        this.log = log;
        this.metrics = metrics;
        this.facts = facts;
        this.startMillis = clock.millis();
        this.lastSaveMillis = startMillis;
        this.activeExpiry = new ActiveExpiry(this, expiries);
        this.parameters = new Parameters(this);
        List<Command> all = new ArrayList<>();
        all.addAll(AccessCommands.all());
        all.addAll(ConnectionCommands.all());
        all.addAll(StringCommands.all());
        all.addAll(NumberCommands.all());
        all.addAll(RangeCommands.all());
        all.addAll(KeyCommands.all());
        all.addAll(ExpiryCommands.all());
        all.addAll(ScanCommands.all());
        all.addAll(ObjectCommands.all());
        all.addAll(TransactionCommands.all());
        all.addAll(ScriptCommands.all());
        all.addAll(PubSubCommands.all());
        all.addAll(ServerCommands.all());
        all.addAll(ClientCommands.all());
        all.addAll(CommandCommands.all());
        all.addAll(DiagnosisCommands.all());
        commands = new CommandTable(all);
    }

    /// Returns the protocol for a new connection.
    public Protocol open(Link link) {
        Session session = new Session(link, clock.millis(), !password.isRequired());
        sessions.put(session.id(), session);
        statistics.connected();
        return new RedisProtocol(this, session);
    }

    /// Forgets a client that is gone.
    void forget(Session session) {
        sessions.remove(session.id());
    }

    /// Returns the data as the calls of a connection see it.
    EngineKeyspace keyspace(Link link) {
        return new EngineKeyspace(engine, clock, link::beforeWrite, this::written);
    }

    /// Returns the data as jobs see it.
    EngineKeyspace jobKeyspace() {
        return new EngineKeyspace(engine, clock, () -> {}, this::written);
    }

    /// Does a write of a client that speaks another protocol as one step for those who speak this
    /// one.
    ///
    /// @param keys all keys that it may write
    /// @param expiring whether one of them may have a time to live afterwards
    public <T> T write(List<byte[]> keys, boolean expiring, Supplier<T> work) {
        Stripes stripes = new Stripes(locks);
        keys.forEach(stripes::add);
        AtomicReference<T> done = new AtomicReference<>();
        locks.write(
                stripes,
                keys.size() > 1,
                () -> {
                    done.set(work.get());
                    EngineKeyspace keyspace = jobKeyspace();
                    for (byte[] key : keys) {
                        written(key, expiring ? keyspace.expiryMillis(key) : Keyspace.NEVER);
                    }
                });
        return done.get();
    }

    /// Tells that a key has been written, by who still holds its lock.
    ///
    /// @param key is copied if it is kept
    /// @param expiryMillis when its value expires, {@link Keyspace#NEVER}, or {@link
    ///   Keyspace#ABSENT} if it was removed
    void written(byte[] key, long expiryMillis) {
        watches.touch(key);
        long before = expiries.forget(key);
        if (before != Keyspace.NEVER && before <= clock.millis()) {
            expired(key);
        }
        if (expiryMillis >= 0) {
            expiries.note(key, expiryMillis);
        }
    }

    /// Tells that a value has expired and is gone.
    void expired(byte[] key) {
        statistics.expired();
        notifications.tell(EventClass.EXPIRED, "expired", key);
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[20];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /// Begins to drop values soon after they have expired.
    public void start() {
        Thread thread = new Thread(activeExpiry, "kvs-expiry");
        thread.setDaemon(true);
        expiryThread = thread;
        thread.start();
    }

    /// Ends what {@link #start()} has begun; the engine is not used by it any more.
    @Override
    public void close() {
        activeExpiry.close();
        Thread thread = expiryThread;
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Says whether values are dropped before they are asked for.
    void turnActiveExpiry(boolean on) {
        activeExpiry.turn(on);
    }

    /// Returns how many keys are known to have values that expire.
    int expiringKeys() {
        return expiries.count();
    }

    /// Has everything that was acknowledged on stable storage.
    void save() {
        engine.sync();
        lastSaveMillis = clock.millis();
    }

    /// Returns when that was done last, in seconds since 1970, UTC.
    long lastSaveSeconds() {
        return lastSaveMillis / 1_000;
    }

    /// Returns for how long the server has been there.
    long uptimeMillis() {
        return clock.millis() - startMillis;
    }

    /// Returns a text that no other run of a server has.
    String runId() {
        return runId;
    }

    /// Returns what the server tells of itself.
    ServerFacts facts() {
        return facts;
    }

    /// Returns what can be configured.
    Parameters parameters() {
        return parameters;
    }

    /// Returns the scripts that clients have sent.
    Scripts scripts() {
        return scripts;
    }

    /// Returns the commands that took long.
    SlowLog slowLog() {
        return slowLog;
    }

    /// Tells how long a command took.
    void took(Session session, Arguments request, long nanos) {
        boolean isSlow = slowLog.isSlow(nanos);
        if (!isSlow && !latency.isLate(nanos)) {
            return;
        }
        Command command = commands.find(request);
        if (command == null || command.flags().contains(CommandFlag.SKIP_SLOWLOG)) {
            return;
        }
        if (isSlow) {
            slowLog.add(session, request, nanos, clock.millis());
        }
        if (latency.isLate(nanos)) {
            boolean isFast = command.flags().contains(CommandFlag.FAST);
            latency.add(isFast ? "fast-command" : "command", nanos, clock.millis());
        }
    }

    /// Returns what was late.
    LatencyMonitor latency() {
        return latency;
    }

    /// Returns the locks of the keys, for whoever writes to the engine.
    KeyLocks locks() {
        return locks;
    }

    /// Returns who watches which keys.
    Watches watches() {
        return watches;
    }

    /// Returns who has subscribed to what.
    PubSub pubSub() {
        return pubSub;
    }

    /// Returns what tells of events.
    Notifications notifications() {
        return notifications;
    }

    /// Returns what is counted.
    Statistics statistics() {
        return statistics;
    }

    /// Returns where scans go on.
    ScanCursors scanCursors() {
        return scanCursors;
    }

    /// Returns the clients that are connected.
    public Collection<Session> sessions() {
        return sessions.values();
    }

    /// Returns all commands.
    public CommandTable commands() {
        return commands;
    }

    /// Returns the engine.
    public KvsEngine engine() {
        return engine;
    }

    /// Returns what tells the time.
    public InstantSource clock() {
        return clock;
    }

    /// Returns what a client must know.
    Password password() {
        return password;
    }

    RespLimits limits() {
        return limits;
    }

    /// Returns what the server has done.
    public ServerMetrics metrics() {
        return metrics;
    }

    ServerLog log() {
        return log;
    }
}
