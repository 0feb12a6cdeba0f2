package io.kvs.server.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// When commands took longer than a threshold, by what was late. Safe for use by several threads.
final class LatencyMonitor {
    private static final int SAMPLES_MAX = 160;

    private final Map<String, Event> events = new TreeMap<>();
    private volatile long thresholdMillis;

    /// How long something took at a time.
    record Sample(long timeSeconds, long millis) {}

    /// What was late, last and at most.
    record Late(String event, Sample last, long millisMax) {}

    private static final class Event {
        private final ArrayDeque<Sample> samples = new ArrayDeque<>();
        private long millisMax;
    }

    /// Returns from how many milliseconds on something is late; 0 for never.
    long thresholdMillis() {
        return thresholdMillis;
    }

    /// Sets from how many milliseconds on something is late; 0 for never.
    void thresholdMillis(long value) {
        thresholdMillis = value;
    }

    /// Returns whether a command is late that took so long.
    boolean isLate(long nanos) {
        long threshold = thresholdMillis;
        return threshold > 0 && nanos >= threshold * 1_000_000;
    }

    /// Notes that something was late.
    synchronized void add(String event, long nanos, long nowMillis) {
        Event late = events.computeIfAbsent(event, _ -> new Event());
        long millis = nanos / 1_000_000;
        late.millisMax = Math.max(late.millisMax, millis);
        Sample sample = new Sample(nowMillis / 1_000, millis);
        Sample last = late.samples.peekLast();
        if (last != null && last.timeSeconds == sample.timeSeconds) {
            // One sample for a second: the worst.
            late.samples.removeLast();
            sample = new Sample(sample.timeSeconds, Math.max(last.millis, millis));
        }
        late.samples.addLast(sample);
        if (late.samples.size() > SAMPLES_MAX) {
            late.samples.removeFirst();
        }
    }

    /// Returns what was late.
    synchronized List<Late> latest() {
        List<Late> all = new ArrayList<>();
        events.forEach(
                (name, event) -> all.add(new Late(name, event.samples.getLast(), event.millisMax)));
        return all;
    }

    /// Returns the samples of an event, the oldest first.
    synchronized List<Sample> history(String event) {
        Event late = events.get(event);
        return late == null ? List.of() : List.copyOf(late.samples);
    }

    /// Forgets an event; returns whether it was there.
    synchronized boolean reset(String event) {
        return events.remove(event) != null;
    }

    /// Forgets all events; returns how many there were.
    synchronized int reset() {
        int count = events.size();
        events.clear();
        return count;
    }
}
