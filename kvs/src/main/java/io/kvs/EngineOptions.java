package io.kvs;

import java.time.Duration;

/// What can be chosen for an engine of any kind; immutable. An engine that keeps nothing on disk
/// has no use for it.
///
/// @param durability what an acknowledged write survives; default {@link Durability#PROCESS}
/// @param syncInterval how often acknowledged writes are synced in the background under {@link
///   Durability#PROCESS}; default 1 s, from 10 ms; a longer one loses more in a power cut
public record EngineOptions(Durability durability, Duration syncInterval) {
    private static final Duration SYNC_INTERVAL_MIN = Duration.ofMillis(10);

    /// Checks the limits.
    ///
    /// @throws IllegalArgumentException a value is outside its limits; the message names it
    public EngineOptions {
        if (syncInterval.compareTo(SYNC_INTERVAL_MIN) < 0) {
            throw new IllegalArgumentException(
                    "syncInterval is out of its limits: " + syncInterval);
        }
    }

    /// Returns the defaults given above.
    public static EngineOptions defaults() {
        return new EngineOptions(Durability.PROCESS, Duration.ofSeconds(1));
    }

    /// Returns these options with another durability.
    public EngineOptions withDurability(Durability value) {
        return new EngineOptions(value, syncInterval);
    }

    /// Returns these options with another interval of the background sync.
    public EngineOptions withSyncInterval(Duration value) {
        return new EngineOptions(durability, value);
    }
}
