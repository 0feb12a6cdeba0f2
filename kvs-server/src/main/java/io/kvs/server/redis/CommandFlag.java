package io.kvs.server.redis;

import java.util.Locale;

/// What `COMMAND INFO` tells of a command besides its arguments.
public enum CommandFlag {
    /// May change data.
    WRITE,
    /// Reads data and changes nothing.
    READONLY,
    /// May take more memory.
    DENYOOM,
    /// For who runs the server.
    ADMIN,
    /// About messages between clients.
    PUBSUB,
    /// Not within scripts.
    NOSCRIPT,
    /// May wait.
    BLOCKING,
    /// Also while data is loaded.
    LOADING,
    /// Also on a replica that is behind.
    STALE,
    /// Not shown to monitors.
    SKIP_MONITOR,
    /// Not shown in the slow log.
    SKIP_SLOWLOG,
    /// In constant or logarithmic time.
    FAST,
    /// Also of a client that has not said who it is.
    NO_AUTH,
    /// Not within a transaction.
    NO_MULTI,
    /// May take long, and runs on the pool. Redis has no such flag.
    LONG;

    /// Returns the name as Redis writes it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
