package io.kvs.server.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GlobTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean matches(String pattern, String text) throws CommandException {
        return Glob.of(bytes(pattern)).matches(bytes(text));
    }

    @ParameterizedTest
    @CsvSource({
        "*, abc, true",
        "'', '', true",
        "'', a, false",
        "a*c, abbbc, true",
        "a*c, abbb, false",
        "*b*d*, abcde, true",
        "a?c, abc, true",
        "a?c, ac, false",
        "[a-c]x, bx, true",
        "[c-a]x, bx, true",
        "[^a-c]x, bx, false",
        "[^a-c]x, dx, true",
        "[\\]]x, ]x, true",
        "\\*, *, true",
        "\\*, a, false",
        "a\\, a\\, true",
        "[abc, b, true",
        "*a?, aaab, true",
        "**a, aa, true"
    })
    void matches_ofPatternAndText_isAsInRedis(String pattern, String text, boolean expected)
            throws CommandException {
        assertEquals(expected, matches(pattern, text));
    }

    @Test
    void matches_ofManyStars_takesFewSteps() throws CommandException {
        Glob pattern = Glob.of(bytes("a*".repeat(1_000) + "b"));
        byte[] text = bytes("a".repeat(60_000));
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> assertFalse(pattern.matches(text)));
    }

    @Test
    void prefix_ofAnyPattern_leavesOutNoTextThatMatches() throws CommandException {
        Random random = new Random(1);
        String letters = "ab*?[]^\\-";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder pattern = new StringBuilder();
            for (int j = random.nextInt(7); j > 0; j--) {
                pattern.append(letters.charAt(random.nextInt(letters.length())));
            }
            Glob glob = Glob.of(bytes(pattern.toString()));
            byte[] text = bytes(random.nextBoolean() ? "ab" : "ba" + random.nextInt(3));
            if (glob.matches(text)) {
                assertTrue(glob.mayMatchFrom(text), pattern.toString());
                assertTrue(
                        new String(text, StandardCharsets.ISO_8859_1)
                                .startsWith(
                                        new String(glob.prefix(), StandardCharsets.ISO_8859_1)));
            }
        }
    }

    @Test
    void of_longPattern_isRefused() {
        assertThrows(CommandException.class, () -> Glob.of(new byte[5_000]));
    }
}
