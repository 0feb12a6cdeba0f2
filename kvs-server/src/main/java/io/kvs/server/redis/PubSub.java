package io.kvs.server.redis;

import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.resp.ReplyWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Who has subscribed to which channels and patterns. Safe for use by several threads.
///
/// A message goes to every client on the client's own thread, so messages of one publisher arrive
/// in order; a client that does not take them is cut off by the limit of its output.
final class PubSub {
    private final Map<ByteString, Set<Session>> channels = new ConcurrentHashMap<>();
    private final Map<ByteString, Pattern> patterns = new ConcurrentHashMap<>();

    /// A pattern, and who has subscribed to it.
    private record Pattern(Glob glob, Set<Session> sessions) {}

    /// The forms of one message, each made when the first client needs it.
    private static final class Message {
        private final @Nullable ByteString pattern;
        private final byte[] channel;
        private final byte[] content;
        private byte @Nullable [] inVersion2;
        private byte @Nullable [] inVersion3;

        Message(@Nullable ByteString pattern, byte[] channel, byte[] content) {
            this.pattern = pattern;
            this.channel = channel;
            this.content = content;
        }

        byte[] form(int version) {
            if (version == 2) {
                inVersion2 = inVersion2 == null ? written(version) : inVersion2;
                return inVersion2;
            }
            inVersion3 = inVersion3 == null ? written(version) : inVersion3;
            return inVersion3;
        }

        private byte[] written(int version) {
            OutputBuffer out = new OutputBuffer(64 + content.length, Integer.MAX_VALUE);
            ReplyWriter writer = new ReplyWriter(out);
            writer.version(version);
            if (pattern == null) {
                writer.push(3);
                writer.bulk("message");
            } else {
                writer.push(4);
                writer.bulk("pmessage");
                writer.bulk(pattern.bytes());
            }
            writer.bulk(channel);
            writer.bulk(content);
            return out.toByteArray();
        }
    }

    /// Subscribes a client to a channel.
    void subscribe(Session session, ByteString channel) {
        channels.compute(
                channel,
                (_, sessions) -> {
                    Set<Session> present =
                            sessions == null ? ConcurrentHashMap.newKeySet() : sessions;
                    present.add(session);
                    return present;
                });
    }

    /// Subscribes a client to all channels that match a pattern.
    ///
    /// @throws CommandException the pattern is too long
    void subscribePattern(Session session, ByteString pattern) throws CommandException {
        Glob glob = Glob.of(pattern.bytes());
        patterns.compute(
                pattern,
                (_, present) -> {
                    Pattern subscribed =
                            present == null
                                    ? new Pattern(glob, ConcurrentHashMap.newKeySet())
                                    : present;
                    subscribed.sessions.add(session);
                    return subscribed;
                });
    }

    /// Ends the subscription of a client to a channel.
    void unsubscribe(Session session, ByteString channel) {
        channels.computeIfPresent(
                channel,
                (_, sessions) -> {
                    sessions.remove(session);
                    return sessions.isEmpty() ? null : sessions;
                });
    }

    /// Ends the subscription of a client to a pattern.
    void unsubscribePattern(Session session, ByteString pattern) {
        patterns.computeIfPresent(
                pattern,
                (_, present) -> {
                    present.sessions.remove(session);
                    return present.sessions.isEmpty() ? null : present;
                });
    }

    /// Sends a message to all who have subscribed to a channel, or to a pattern that it matches,
    /// once for each; returns how many times that was.
    ///
    /// @param channel not to be changed any more
    /// @param content copied
    long publish(byte[] channel, byte[] content) {
        if (channels.isEmpty() && patterns.isEmpty()) {
            return 0;
        }
        Set<Session> subscribers = channels.get(ByteString.of(channel));
        long receivers =
                subscribers == null ? 0 : send(new Message(null, channel, content), subscribers);
        for (Map.Entry<ByteString, Pattern> entry : patterns.entrySet()) {
            Pattern pattern = entry.getValue();
            if (pattern.glob.matches(channel)) {
                receivers += send(new Message(entry.getKey(), channel, content), pattern.sessions);
            }
        }
        return receivers;
    }

    /// Returns how many times a message to a channel would be sent.
    long receivers(byte[] channel) {
        long receivers = subscribers(ByteString.of(channel));
        for (Pattern pattern : patterns.values()) {
            if (pattern.glob.matches(channel)) {
                receivers += pattern.sessions.size();
            }
        }
        return receivers;
    }

    private static long send(Message message, Collection<Session> subscribers) {
        long count = 0;
        for (Session session : subscribers) {
            byte[] bytes = message.form(session.version());
            session.link().execute(out -> out.write(bytes));
            count++;
        }
        return count;
    }

    /// Returns the channels that have subscribers.
    List<ByteString> channels() {
        return new ArrayList<>(channels.keySet());
    }

    /// Returns how many clients have subscribed to a channel.
    int subscribers(ByteString channel) {
        Set<Session> sessions = channels.get(channel);
        return sessions == null ? 0 : sessions.size();
    }

    /// Returns how many patterns have subscribers.
    int patterns() {
        return patterns.size();
    }
}
