package io.kvs.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.ConflictException;
import io.kvs.Cursor;
import io.kvs.OrderedKvsEngine;
import io.kvs.Scan;
import io.kvs.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;

/// Several transactions that take turns on one engine, and the state that they should leave behind.
///
/// The state is a map of text, in which the order of keys of one letter is that of the engine.
final class Interleaving {
    private static final int TRANSACTIONS = 4;
    private static final int KEYS = 12;

    private final OrderedKvsEngine engine;
    private final SplittableRandom random;
    private final NavigableMap<String, String> state = new TreeMap<>();
    private final List<Running> running = new ArrayList<>();
    private int committed;
    private int refused;

    Interleaving(OrderedKvsEngine engine, SplittableRandom random) {
        this.engine = engine;
        this.random = random;
        for (int i = 0; i < TRANSACTIONS; i++) {
            running.add(new Running(engine.begin()));
        }
    }

    /// A transaction and what it did, as steps on a map that return what was seen.
    private static final class Running {
        private final Transaction transaction;
        private final List<Function<NavigableMap<String, String>, String>> steps =
                new ArrayList<>();
        private final List<String> seen = new ArrayList<>();

        Running(Transaction transaction) {
            this.transaction = transaction;
        }

        void did(String what, Function<NavigableMap<String, String>, String> step) {
            seen.add(what);
            steps.add(step);
        }

        void set(String key, String value) {
            transaction.set(key, value);
            did(
                    "set",
                    map -> {
                        map.put(key, value);
                        return "set";
                    });
        }

        void replay(NavigableMap<String, String> state, String when) {
            for (int i = 0; i < steps.size(); i++) {
                assertEquals(steps.get(i).apply(state), seen.get(i), when);
            }
        }
    }

    /// Does one thing in one transaction, or ends it and begins another one in its place.
    void step(String when) {
        int turn = random.nextInt(TRANSACTIONS);
        Running mover = running.get(turn);
        String key = key();
        int choice = random.nextInt(20);
        if (choice < 5) {
            Optional<String> value = mover.transaction.get(key);
            mover.did(value.toString(), map -> Optional.ofNullable(map.get(key)).toString());
        } else if (choice < 8) {
            scan(mover);
        } else if (choice < 14) {
            String value = Integer.toString(random.nextInt(3));
            mover.set(key, value);
        } else if (choice < 16) {
            boolean present = mover.transaction.get(key).isPresent();
            if (present) {
                mover.transaction.remove(key);
            }
            mover.did(Boolean.toString(present), map -> Boolean.toString(map.remove(key) != null));
        } else if (choice < 17) {
            engine.set(key, "plain");
            state.put(key, "plain");
        } else {
            end(mover, when);
            running.set(turn, new Running(engine.begin()));
        }
    }

    private void scan(Running mover) {
        String from = key();
        String to = key();
        boolean reversed = random.nextBoolean();
        int limit = random.nextInt(5);
        Scan scan = Scan.all().from(from).to(to).limit(limit);
        StringBuilder seen = new StringBuilder();
        try (Cursor cursor = mover.transaction.scan(reversed ? scan.reversed() : scan)) {
            while (cursor.next()) {
                seen.append(new String(cursor.key(), StandardCharsets.UTF_8)).append('=');
                seen.append(new String(cursor.value(), StandardCharsets.UTF_8)).append(' ');
            }
        }
        mover.did(seen.toString(), map -> show(map, from, to, reversed, limit));
    }

    private static String show(
            NavigableMap<String, String> map, String from, String to, boolean reversed, int limit) {
        StringBuilder text = new StringBuilder();
        if (from.compareTo(to) < 0) {
            NavigableMap<String, String> range = map.subMap(from, true, to, false);
            (reversed ? range.descendingMap() : range)
                    .entrySet().stream()
                            .limit(limit)
                            .forEach(entry ->
                                    text.append(entry.getKey())
                                            .append('=')
                                            .append(entry.getValue())
                                            .append(' '));
        }
        return text.toString();
    }

    private void end(Running mover, String when) {
        mover.set("z", when);
        try {
            mover.transaction.commit();
        } catch (ConflictException e) {
            refused++;
            return;
        }
        committed++;
        mover.replay(state, when);
    }

    private String key() {
        return String.valueOf((char) ('a' + random.nextInt(KEYS)));
    }

    void close() {
        running.forEach(mover -> mover.transaction.close());
    }

    /// Checks that the engine holds what the committed ones wrote, and that there were both kinds.
    void check() {
        assertEquals(
                show(state, "a", "zz", false, Integer.MAX_VALUE),
                String.join(
                        "",
                        engine.stream(Scan.all())
                                .map(e -> e.keyText() + "=" + e.valueText() + " ")
                                .toList()));
        assertTrue(committed > 100, () -> committed + " were committed");
        assertTrue(refused > 100, () -> refused + " were refused");
    }
}
