package io.kvs.server.redis;

import io.kvs.KvsEngine;
import io.kvs.protocol.resp.RespLimits;
import io.kvs.server.access.Password;
import io.kvs.server.log.ServerLog;
import io.kvs.server.metrics.ServerMetrics;
import io.kvs.server.net.Link;
import io.kvs.server.net.Protocol;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What all clients that speak the protocol of Redis share.
public final class RedisServer {
    private final KvsEngine engine;
    private final RespLimits limits;
    private final Password password;
    private final InstantSource clock;
    private final ServerLog log;
    private final ServerMetrics metrics;
    private final CommandTable commands;
    private final Map<Long, Session> sessions = new ConcurrentHashMap<>();

    /// Makes it.
    ///
    /// @param engine the data; not closed by this
    /// @param limits what a request may have at most
    /// @param password what a client must know
    /// @param clock tells the time
    /// @param log told of errors of ours
    /// @param metrics count the requests
    public RedisServer(
            KvsEngine engine,
            RespLimits limits,
            Password password,
            InstantSource clock,
            ServerLog log,
            ServerMetrics metrics) {
        this.engine = engine;
        this.limits = limits;
        this.password = password;
        this.clock = clock;
        this.log = log;
        this.metrics = metrics;
        List<Command> all = new ArrayList<>();
        all.addAll(AccessCommands.all());
        all.addAll(ConnectionCommands.all());
        all.addAll(StringCommands.all());
        all.addAll(KeyCommands.all());
        commands = new CommandTable(all);
    }

    /// Returns the protocol for a new connection.
    public Protocol open(Link link) {
        Session session = new Session(link, clock.millis(), !password.isRequired());
        sessions.put(session.id(), session);
        return new RedisProtocol(this, session);
    }

    /// Forgets a client that is gone.
    void forget(Session session) {
        sessions.remove(session.id());
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
