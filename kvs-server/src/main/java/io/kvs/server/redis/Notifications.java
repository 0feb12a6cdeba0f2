package io.kvs.server.redis;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells subscribers what happens to keys, as far as `notify-keyspace-events` asks for it. Safe for
/// use by several threads.
final class Notifications {
    private static final byte[] KEYSPACE_PREFIX = ascii("__keyspace@0__:");
    private static final byte[] KEYEVENT_PREFIX = ascii("__keyevent@0__:");

    private final PubSub pubSub;
    private volatile Set<EventClass> wanted = EnumSet.noneOf(EventClass.class);

    /// Whether anything is ever told.
    private volatile boolean isOn;

    Notifications(PubSub pubSub) {
        this.pubSub = pubSub;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Sets what is told.
    ///
    /// @return false, and changes nothing, if a letter stands for nothing
    boolean configure(String letters) {
        @Nullable Set<EventClass> classes = EventClass.parse(letters);
        if (classes == null) {
            return false;
        }
        wanted = classes;
        isOn = classes.contains(EventClass.KEYSPACE) || classes.contains(EventClass.KEYEVENT);
        return true;
    }

    /// Returns the letters of what is told.
    String letters() {
        return EventClass.letters(wanted);
    }

    /// Returns whether events of a class are told.
    boolean isWanted(EventClass eventClass) {
        return isOn && wanted.contains(eventClass);
    }

    /// Tells of an event, if that is wanted.
    ///
    /// @param key is copied
    void tell(EventClass eventClass, String event, byte[] key) {
        if (!isWanted(eventClass)) {
            return;
        }
        byte[] name = ascii(event);
        if (wanted.contains(EventClass.KEYSPACE)) {
            pubSub.publish(concatenated(KEYSPACE_PREFIX, key), name);
        }
        if (wanted.contains(EventClass.KEYEVENT)) {
            pubSub.publish(concatenated(KEYEVENT_PREFIX, name), key);
        }
    }

    private static byte[] concatenated(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
