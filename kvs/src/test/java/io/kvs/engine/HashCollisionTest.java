package io.kvs.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kvs.KvStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys that the keydir cannot tell apart: so many that there are some.
///
/// These are two of one stripe and tag that would both lie in one bucket. Among a million keys
/// there are some dozens of such pairs.
class HashCollisionTest {
    private static final int KEYS = 1_000_000;

    @TempDir Path directory;

    @Test
    void get_keysOfTheSameHash_findsTheValueOfEach() {
        try (KvStore store = KvStore.open(directory)) {
            for (int i = 0; i < KEYS; i++) {
                store.set(key(i), key(-i));
            }

            for (int i = 0; i < KEYS; i++) {
                assertArrayEquals(key(-i), store.get(key(i)).orElseThrow());
                assertTrue(store.get(key(KEYS + i)).isEmpty());
            }
        }
    }

    private static byte[] key(int number) {
        return Integer.toString(number).getBytes(US_ASCII);
    }
}
