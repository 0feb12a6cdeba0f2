package io.kvs.server.redis;

import io.kvs.Durability;
import org.jspecify.annotations.Nullable;

/// What the server tells of itself in `INFO` and `CONFIG`.
///
/// @param durability what an acknowledged write survives
/// @param connections who serves the connections
/// @param threads which threads do what takes long
/// @param loops how many event loops there are
/// @param clientsMax how many clients there may be
/// @param idleSeconds how long a client may be silent, or 0
/// @param shutdown ends the process in order; null if clients cannot have it ended
public record ServerFacts(
        Durability durability,
        String connections,
        String threads,
        int loops,
        int clientsMax,
        long idleSeconds,
        @Nullable Runnable shutdown) {}
