package io.kvs.server.redis;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What one client has subscribed to. Used by the connection's own calls; others may ask for the
/// numbers.
final class Subscriptions {
    private static final int COUNT_MAX = 1 << 16;

    private final Session session;
    private final Set<ByteString> channels = new LinkedHashSet<>();
    private final Set<ByteString> patterns = new LinkedHashSet<>();
    private long heldBytes;
    private volatile int channelCount;
    private volatile int patternCount;

    Subscriptions(Session session) {
        this.session = session;
    }

    /// Returns how many channels there are.
    int channelCount() {
        return channelCount;
    }

    /// Returns how many patterns there are.
    int patternCount() {
        return patternCount;
    }

    /// Returns how many channels and patterns there are.
    int count() {
        return channelCount + patternCount;
    }

    /// Returns how many bytes the names of channels and the patterns have.
    long heldBytes() {
        return heldBytes;
    }

    /// Subscribes to a channel.
    void subscribe(PubSub pubSub, ByteString channel) throws CommandException {
        if (!channels.contains(channel)) {
            checkCount();
            channels.add(channel);
            heldBytes += channel.bytes().length;
            channelCount = channels.size();
            pubSub.subscribe(session, channel);
        }
    }

    /// Subscribes to a pattern.
    void subscribePattern(PubSub pubSub, ByteString pattern) throws CommandException {
        if (!patterns.contains(pattern)) {
            checkCount();
            pubSub.subscribePattern(session, pattern);
            patterns.add(pattern);
            heldBytes += pattern.bytes().length;
            patternCount = patterns.size();
        }
    }

    private void checkCount() throws CommandException {
        if (count() >= COUNT_MAX) {
            throw new CommandException("ERR too many subscriptions");
        }
    }

    /// Ends the subscription to a channel, if there is one.
    void unsubscribe(PubSub pubSub, ByteString channel) {
        if (channels.remove(channel)) {
            heldBytes -= channel.bytes().length;
            channelCount = channels.size();
            pubSub.unsubscribe(session, channel);
        }
    }

    /// Ends the subscription to a pattern, if there is one.
    void unsubscribePattern(PubSub pubSub, ByteString pattern) {
        if (patterns.remove(pattern)) {
            heldBytes -= pattern.bytes().length;
            patternCount = patterns.size();
            pubSub.unsubscribePattern(session, pattern);
        }
    }

    /// Returns the channels.
    List<ByteString> channels() {
        return List.copyOf(channels);
    }

    /// Returns the patterns.
    List<ByteString> patterns() {
        return List.copyOf(patterns);
    }

    /// Ends all.
    void end(PubSub pubSub) {
        channels().forEach(channel -> unsubscribe(pubSub, channel));
        patterns().forEach(pattern -> unsubscribePattern(pubSub, pattern));
    }
}
