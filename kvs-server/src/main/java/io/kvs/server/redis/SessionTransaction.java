package io.kvs.server.redis;

import io.kvs.protocol.resp.Arguments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a client has watched, and the commands it has queued since `MULTI`.
///
/// Used by the connection's own calls, except {@link #touch()}.
final class SessionTransaction {
    private final List<Queued> queue = new ArrayList<>();

    /// The keys that are watched, each with the time of expiry that it had then.
    private final Map<ByteString, Long> watched = new HashMap<>();

    private boolean begun;
    private boolean failed;
    private long queuedBytes;
    private long watchedBytes;
    private volatile boolean touched;

    /// A command to be executed.
    record Queued(Command command, Arguments arguments) {}

    /// Begins to queue.
    void begin() {
        begun = true;
    }

    /// Returns whether commands are queued.
    boolean isBegun() {
        return begun;
    }

    /// Notes that a command could not be queued, so that none will be executed.
    void fail() {
        failed |= begun;
    }

    /// Returns whether a command could not be queued.
    boolean isFailed() {
        return failed;
    }

    /// Queues a command.
    ///
    /// @param bytesMax how many bytes all may have
    /// @throws CommandException they would have more
    void queue(Command command, Arguments request, long bytesMax) throws CommandException {
        long bytes = 0;
        for (int i = 0; i < request.count(); i++) {
            bytes += Long.BYTES + request.length(i);
        }
        if (queuedBytes + bytes > bytesMax) {
            throw new CommandException("ERR the transaction has too many commands");
        }
        queuedBytes += bytes;
        queue.add(new Queued(command, request.copy()));
    }

    /// Returns the commands that are queued.
    List<Queued> queue() {
        return queue;
    }

    /// Returns how many bytes of commands and keys it keeps.
    long heldBytes() {
        return queuedBytes + watchedBytes;
    }

    /// Watches a key.
    ///
    /// @param expiryMillis when its value expires
    void watch(ByteString key, long expiryMillis) {
        watched.put(key, expiryMillis);
        watchedBytes += key.bytes().length;
    }

    /// Returns the keys that are watched.
    Set<ByteString> watched() {
        return watched.keySet();
    }

    /// Notes that a key that is watched has changed. Any thread may call this.
    void touch() {
        touched = true;
    }

    /// Returns whether a key that is watched has changed or expired.
    boolean isTouched(long nowMillis) {
        return touched || watched.values().stream().anyMatch(at -> at >= 0 && at <= nowMillis);
    }

    /// Watches no key any more.
    void unwatch(Watches watches, Session session) {
        watched.keySet().forEach(key -> watches.remove(key, session));
        watched.clear();
        watchedBytes = 0;
        touched = false;
    }

    /// Forgets the queue: the transaction is over.
    void end() {
        queue.clear();
        queuedBytes = 0;
        begun = false;
        failed = false;
    }
}
