package io.kvs.server.metrics;

import java.util.concurrent.atomic.LongAdder;

/// What the server has done since it was started. Any thread may add and read.
public final class ServerMetrics {
    private final LongAdder connectionsTaken = new LongAdder();
    private final LongAdder connectionsRefused = new LongAdder();
    private final LongAdder connectionsCutOff = new LongAdder();
    private final LongAdder redisRequests = new LongAdder();
    private final LongAdder rpcRequests = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder jobs = new LongAdder();
    private final LongAdder syncs = new LongAdder();
    private final LongAdder syncNanos = new LongAdder();

    /// Makes them, all zero.
    public ServerMetrics() {}

    /// Adds the figures as they are now.
    public void addTo(Exposition text) {
        text.counter(
                "kvs_connections_total", "Connections that were taken.", connectionsTaken.sum());
        text.counter(
                "kvs_connections_refused_total",
                "Connections that were refused: too many.",
                connectionsRefused.sum());
        text.counter(
                "kvs_connections_cut_off_total",
                "Connections that were cut off: beyond a limit.",
                connectionsCutOff.sum());
        text.family("kvs_requests_total", "counter", "Requests that were executed.");
        text.sample("kvs_requests_total", "protocol=\"redis\"", redisRequests.sum());
        text.sample("kvs_requests_total", "protocol=\"kvs\"", rpcRequests.sum());
        text.counter("kvs_received_bytes_total", "Bytes received.", receivedBytes.sum());
        text.counter("kvs_sent_bytes_total", "Bytes sent.", sentBytes.sum());
        text.counter("kvs_jobs_total", "Jobs that were given to the pool.", jobs.sum());
        text.counter("kvs_syncs_total", "Syncs that replies have waited for.", syncs.sum());
        text.seconds("kvs_sync_seconds_total", "How long these syncs took.", syncNanos.sum());
    }

    /// Returns how many connections were taken.
    public LongAdder connectionsTaken() {
        return connectionsTaken;
    }

    /// Returns how many connections were refused because there were too many.
    public LongAdder connectionsRefused() {
        return connectionsRefused;
    }

    /// Returns how many connections were cut off because they exceeded a limit.
    public LongAdder connectionsCutOff() {
        return connectionsCutOff;
    }

    /// Returns how many requests were executed in the protocol of Redis.
    public LongAdder redisRequests() {
        return redisRequests;
    }

    /// Returns how many requests were executed in our own protocol.
    public LongAdder rpcRequests() {
        return rpcRequests;
    }

    /// Returns how many bytes were received.
    public LongAdder receivedBytes() {
        return receivedBytes;
    }

    /// Returns how many bytes were sent.
    public LongAdder sentBytes() {
        return sentBytes;
    }

    /// Returns how many jobs were given to the pool.
    public LongAdder jobs() {
        return jobs;
    }

    /// Returns how many syncs replies have waited for.
    public LongAdder syncs() {
        return syncs;
    }

    /// Returns how long these syncs took, in nanoseconds.
    public LongAdder syncNanos() {
        return syncNanos;
    }
}
