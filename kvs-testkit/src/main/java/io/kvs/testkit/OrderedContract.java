package io.kvs.testkit;

import io.kvs.Cursor;
import io.kvs.OrderedKvsEngine;
import io.kvs.OrderedReader;
import io.kvs.Scan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// The engine that a contract of ordered engines is tried on, one for each test, empty at first.
abstract class OrderedContract {
    private @Nullable OrderedKvsEngine opened;

    OrderedContract() {}

    /// Opens the engine on the data of this test: empty the first time, and what the last one left
    /// behind each further time. The earlier engine has been closed.
    protected abstract OrderedKvsEngine open() throws Exception;

    /// Does to the engine, now and then in a long test, what must not change what it holds: a
    /// compaction, or closing and opening it. Returns the engine that is open then.
    protected OrderedKvsEngine disturb(OrderedKvsEngine engine) throws Exception {
        engine.compact();
        return engine;
    }

    /// Releases what the engine stood on, after the last one was closed.
    protected void release() throws Exception {}

    /// Opens the engine.
    @BeforeEach
    final void openFirst() throws Exception {
        opened = open();
    }

    /// Closes the engine.
    @AfterEach
    final void closeLast() throws Exception {
        if (opened != null) {
            opened.close();
        }
        release();
    }

    /// Returns the engine that is open.
    protected final OrderedKvsEngine engine() {
        if (opened == null) {
            throw new IllegalStateException("no engine is open");
        }
        return opened;
    }

    final void disturb() throws Exception {
        opened = disturb(engine());
    }

    /// Stores each of `keys` with itself as the value.
    final void setAll(String... keys) {
        for (String key : keys) {
            engine().set(key, key);
        }
    }

    /// Returns the keys of a scan as text, separated by spaces.
    static String keys(OrderedReader reader, Scan scan) {
        List<String> keys = new ArrayList<>();
        try (Cursor cursor = reader.scan(scan)) {
            while (cursor.next()) {
                keys.add(new String(cursor.key(), StandardCharsets.UTF_8));
            }
        }
        return String.join(" ", keys);
    }

    /// Returns the entries of a scan as text: `key=value`, separated by spaces.
    static String entries(OrderedReader reader, Scan scan) {
        List<String> entries = new ArrayList<>();
        try (Cursor cursor = reader.scan(scan)) {
            while (cursor.next()) {
                entries.add(
                        new String(cursor.key(), StandardCharsets.UTF_8)
                                + "="
                                + new String(cursor.value(), StandardCharsets.UTF_8));
            }
        }
        return String.join(" ", entries);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
