package io.kvs.server.redis;

import io.kvs.protocol.resp.Arguments;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The commands that took long, the newest first, as many as there may be. Safe for use by several
/// threads.
final class SlowLog {
    private static final int ARGUMENTS_MAX = 32;
    private static final int ARGUMENT_LENGTH_MAX = 128;
    private static final int LENGTH_DEFAULT = 128;
    private static final int LENGTH_MAX = 1 << 16;
    private static final long SLOWER_THAN_MICROS_DEFAULT = 10_000;

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private volatile long slowerThanMicros = SLOWER_THAN_MICROS_DEFAULT;
    private int lengthMax = LENGTH_DEFAULT;
    private long lastId = -1;

    /// A command that took long.
    record Entry(
            long id,
            long timeSeconds,
            long micros,
            List<byte[]> arguments,
            String address,
            String name) {}

    /// Returns whether a command that took so long is noted.
    boolean isSlow(long nanos) {
        long micros = slowerThanMicros;
        return micros >= 0 && nanos >= micros * 1_000;
    }

    /// Notes a command.
    void add(Session session, Arguments request, long nanos, long nowMillis) {
        List<byte[]> arguments = shortened(request);
        synchronized (entries) {
            lastId++;
            entries.addFirst(
                    new Entry(
                            lastId,
                            nowMillis / 1_000,
                            nanos / 1_000,
                            arguments,
                            session.link().peer().remoteAddress(),
                            session.name()));
            trim();
        }
    }

    private void trim() {
        while (entries.size() > lengthMax) {
            entries.removeLast();
        }
    }

    private static List<byte[]> shortened(Arguments request) {
        List<byte[]> arguments = new ArrayList<>();
        int count = request.count();
        for (int i = 0; i < Math.min(count, ARGUMENTS_MAX); i++) {
            if (i == ARGUMENTS_MAX - 1 && count > ARGUMENTS_MAX) {
                arguments.add(ascii("... (" + (count - i) + " more arguments)"));
            } else {
                arguments.add(shortened(request.bytes(i)));
            }
        }
        return arguments;
    }

    private static byte[] shortened(byte[] argument) {
        if (argument.length <= ARGUMENT_LENGTH_MAX) {
            return argument;
        }
        byte[] end = ascii("... (" + (argument.length - ARGUMENT_LENGTH_MAX) + " more bytes)");
        byte[] text = Arrays.copyOf(argument, ARGUMENT_LENGTH_MAX + end.length);
        System.arraycopy(end, 0, text, ARGUMENT_LENGTH_MAX, end.length);
        return text;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Returns the newest entries, so many at most.
    List<Entry> newest(long count) {
        synchronized (entries) {
            return entries.stream().limit(count).toList();
        }
    }

    /// Returns how many entries there are.
    int length() {
        synchronized (entries) {
            return entries.size();
        }
    }

    /// Forgets all entries.
    void clear() {
        synchronized (entries) {
            entries.clear();
        }
    }

    /// Returns from how many microseconds on a command is noted; negative for never.
    long slowerThanMicros() {
        return slowerThanMicros;
    }

    /// Sets from how many microseconds on a command is noted; negative for never.
    void slowerThanMicros(long value) {
        slowerThanMicros = value;
    }

    /// Returns how many entries there may be.
    int lengthMax() {
        synchronized (entries) {
            return lengthMax;
        }
    }

    /// Sets how many entries there may be.
    void lengthMax(long value) {
        synchronized (entries) {
            lengthMax = (int) Math.min(value, LENGTH_MAX);
            trim();
        }
    }
}
