package io.kvs.server.redis;

import io.kvs.Durability;
import io.kvs.KvsEngine;
import io.kvs.protocol.resp.RespLimits;
import io.kvs.server.access.Password;
import io.kvs.server.log.ServerLog;
import io.kvs.server.metrics.ServerMetrics;
import java.time.InstantSource;

/// What clients of tests talk to.
final class Servers {
    private Servers() {}

    /// Makes a server without a network or a password, with values of up to 1 MiB.
    static RedisServer redis(KvsEngine engine) {
        return new RedisServer(
                engine,
                RespLimits.ofValues(1 << 20),
                Password.of(null),
                InstantSource.system(),
                ServerLog.NONE,
                new ServerMetrics(),
                new ServerFacts(Durability.PROCESS, "loop", "shared", 1, 100, 0, null));
    }
}
