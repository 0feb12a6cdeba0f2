package io.kvs.server.net;

import io.kvs.server.net.NetOptions.Timeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Tells when one client has taken too long.
///
/// Whoever serves the connection notes what happens, which costs a read of memory; whoever looks
/// once a tick compares. So a time out is noticed up to two ticks late. The two may be different
/// threads.
final class Patience {
    private static final long LENGTH_PER_SECOND_BYTES = 64 << 10;
    private static final long SECOND_NANOS = 1_000_000_000;

    private final Timeouts timeouts;
    private final long openedNanos;

    private volatile boolean active;
    private volatile boolean consumed;
    private volatile boolean sent;
    private volatile boolean established;
    private volatile boolean working;
    private volatile int restBytes;
    private volatile boolean pending;

    // Of the thread that looks:
    private long activeNanos;
    private long consumedNanos;
    private long sentNanos;

    /// Begins.
    ///
    /// @param isEstablished whether the client need not say who it is
    Patience(Timeouts timeouts, boolean isEstablished, long nowNanos) {
        this.timeouts = timeouts;
        this.established = isEstablished;
        this.openedNanos = nowNanos;
        this.activeNanos = nowNanos;
        this.consumedNanos = nowNanos;
        this.sentNanos = nowNanos;
    }

    /// Notes that bytes have come from the client.
    void received() {
        if (!active) {
            active = true;
        }
    }

    /// Notes that a whole request has come.
    void consumed() {
        if (!consumed) {
            consumed = true;
        }
    }

    /// Notes that the client has taken bytes.
    void sent() {
        if (!sent) {
            sent = true;
        }
    }

    /// Notes how things stand.
    ///
    /// @param isEstablished whether the client has said who it is
    /// @param isWorking whether a job of the client is being done
    /// @param rest how many bytes there are of a request that is not whole
    /// @param isPending whether replies wait for the client to take them
    void state(boolean isEstablished, boolean isWorking, int rest, boolean isPending) {
        if (established != isEstablished) {
            established = isEstablished;
        }
        if (working != isWorking) {
            working = isWorking;
        }
        if (restBytes != rest) {
            restBytes = rest;
        }
        if (pending != isPending) {
            pending = isPending;
        }
    }

    /// Returns what the client has taken too long for, or null.
    ///
    /// @param isAgreed whether client and server have agreed how to speak
    @Nullable String overdue(boolean isAgreed, long nowNanos) {
        if (active || sent || working) {
            active = false;
            activeNanos = nowNanos;
        }
        if (consumed || restBytes == 0 || working || pending) {
            consumed = false;
            consumedNanos = nowNanos;
        }
        if (sent || !pending) {
            sent = false;
            sentNanos = nowNanos;
        }
        if (!(isAgreed && established) && isOver(timeouts.handshake(), nowNanos - openedNanos)) {
            return "it has not said who it is";
        }
        long spareNanos = restBytes / LENGTH_PER_SECOND_BYTES * SECOND_NANOS;
        if (isOver(timeouts.request(), nowNanos - consumedNanos - spareNanos)) {
            return "it has not sent the rest of a request";
        }
        if (isOver(timeouts.request(), nowNanos - sentNanos)) {
            return "it does not take its replies";
        }
        if (isOver(timeouts.idle(), nowNanos - activeNanos)) {
            return "it has been silent";
        }
        return null;
    }

    private static boolean isOver(Duration timeout, long nanos) {
        return !timeout.isZero() && nanos > timeout.toNanos();
    }
}
