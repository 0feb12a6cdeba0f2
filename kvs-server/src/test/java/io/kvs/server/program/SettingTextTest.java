package io.kvs.server.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingTextTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "17, 17", "17B, 17", "2KiB, 2048", "64MiB, 67108864", "1GiB, 1073741824"})
    void size_ofAnyUnit_isInBytes(String text, long bytes) {
        assertEquals(bytes, SettingText.size(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1kb", "1 MiB", "MiB", "999999999999TiB", "1.5GiB"})
    void size_ofAnythingElse_isRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> SettingText.size(text));
    }

    @ParameterizedTest
    @CsvSource({"0, PT0S", "500ms, PT0.5S", "5s, PT5S", "2min, PT2M", "1h, PT1H", "1d, PT24H"})
    void duration_ofAnyUnit_isThatLong(String text, Duration duration) {
        assertEquals(duration, SettingText.duration(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "-5s", "5 s", "s", "1m", "9999999999s"})
    void duration_ofAnythingElse_isRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> SettingText.duration(text));
    }

    @Test
    void address_ofBothFamilies_isParsed() {
        InetSocketAddress four = SettingText.address("127.0.0.1:4000");
        assertEquals("127.0.0.1", four.getAddress().getHostAddress());
        assertEquals(4_000, four.getPort());
        InetSocketAddress six = SettingText.address("[::1]:1");
        assertTrue(six.getAddress().isLoopbackAddress());
        assertEquals(1, six.getPort());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "127.0.0.1", ":4000", "127.0.0.1:", "::1:4000", "a b:1", "1:65536"})
    void address_ofAnythingElse_isRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> SettingText.address(text));
    }
}
