package io.kvs.server.rpc;

import io.kvs.Durability;
import io.kvs.ExpiringKvsEngine;
import io.kvs.InvalidKeyException;
import io.kvs.KvsEngine;
import io.kvs.OrderedKvsEngine;
import io.kvs.protocol.v1.Feature;
import io.kvs.protocol.v1.Welcome;
import io.kvs.server.access.Password;
import io.kvs.server.log.ServerLog;
import io.kvs.server.net.Link;
import io.kvs.server.net.Protocol;

/// What all clients that speak our own protocol share.
public final class RpcServer {
    private static final String NAME = "kvs-server";

    private final KvsEngine engine;
    private final WriteGate gate;
    private final RpcLimits limits;
    private final Password password;
    private final ServerLog log;
    private final Welcome welcome;

    /// Makes it.
    ///
    /// @param engine the data; not closed by this
    /// @param gate through which it is written
    /// @param identity what the server tells of itself
    /// @param valueBytesMax the longest value, in bytes
    /// @param password what a client must know
    /// @param log told of errors of ours
    public RpcServer(
            KvsEngine engine,
            WriteGate gate,
            Identity identity,
            int valueBytesMax,
            Password password,
            ServerLog log) {
        this.engine = engine;
        this.gate = gate;
        this.limits = RpcLimits.ofValues(valueBytesMax);
        this.password = password;
        this.log = log;
        this.welcome = welcome(engine, identity, limits);
    }

    /// What a server tells of itself.
    ///
    /// @param version of the server
    /// @param engine the name of the engine
    /// @param durability what an acknowledged write survives
    public record Identity(String version, String engine, Durability durability) {}

    private static Welcome welcome(KvsEngine engine, Identity identity, RpcLimits limits) {
        Welcome.Builder welcome =
                Welcome.newBuilder()
                        .setServerName(NAME)
                        .setServerVersion(identity.version())
                        .setEngine(identity.engine())
                        .setDurability(
                                switch (identity.durability()) {
                                    case PROCESS ->
                                            io.kvs.protocol.v1.Durability.DURABILITY_PROCESS;
                                    case SYNC -> io.kvs.protocol.v1.Durability.DURABILITY_SYNC;
                                })
                        .setKeyBytesMax(InvalidKeyException.KEY_LENGTH_MAX)
                        .setValueBytesMax(limits.valueBytesMax())
                        .setFrameBytesMax(limits.frameBytesMax())
                        .setHandlesMax(limits.handlesMax());
        if (engine instanceof OrderedKvsEngine) {
            welcome.addFeatures(Feature.FEATURE_ORDERED);
        }
        if (engine instanceof ExpiringKvsEngine) {
            welcome.addFeatures(Feature.FEATURE_EXPIRING);
        }
        return welcome.build();
    }

    /// Returns the protocol for a new connection.
    public Protocol open(Link link) {
        return new RpcProtocol(this, link);
    }

    KvsEngine engine() {
        return engine;
    }

    WriteGate gate() {
        return gate;
    }

    RpcLimits limits() {
        return limits;
    }

    Password password() {
        return password;
    }

    ServerLog log() {
        return log;
    }

    /// Returns what a client is told, but for the version of the protocol.
    Welcome welcome() {
        return welcome;
    }
}
