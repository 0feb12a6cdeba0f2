package io.kvs.compare.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Locale;
import java.util.SplittableRandom;

/// What values look like.
public enum ValueForm {
    /// Random bytes: nothing makes them shorter.
    RANDOM {
        @Override
        byte[] noise(int bytes) {
            byte[] noise = new byte[bytes];
            new SplittableRandom(SEED).nextBytes(noise);
            return noise;
        }
    },

    /// Objects in JSON, of a few fields which all have.
    JSON {
        @Override
        byte[] noise(int bytes) {
            SplittableRandom random = new SplittableRandom(SEED);
            StringBuilder text = new StringBuilder(bytes + 200);
            while (text.length() < bytes) {
                text.append(
                        "{\"id\":%d,\"name\":\"%s\",\"active\":%b,"
                                .formatted(
                                        random.nextInt(1 << 30),
                                        word(random),
                                        random.nextBoolean()));
                text.append(
                        "\"address\":{\"city\":\"%s\",\"street\":\"%s %d\"},"
                                .formatted(word(random), word(random), random.nextInt(300)));
                text.append(
                        "\"score\":%d.%d,\"tags\":[\"%s\",\"%s\"]}"
                                .formatted(
                                        random.nextInt(100),
                                        random.nextInt(100),
                                        word(random),
                                        word(random)));
            }
            return text.substring(0, bytes).getBytes(US_ASCII);
        }
    };

    private static final long SEED = 42;
    private static final int WORDS = 2_000;
    private static final int WORD_LETTERS_MIN = 3;
    private static final int WORD_LETTERS_MAX = 10;

    /// Returns the form with a name in small letters.
    ///
    /// @throws IllegalArgumentException there is none
    public static ValueForm named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /// Returns bytes of which values are made.
    abstract byte[] noise(int bytes);

    /// Returns one of some words that look random.
    private static String word(SplittableRandom random) {
        SplittableRandom letters = new SplittableRandom(random.nextInt(WORDS));
        int length = letters.nextInt(WORD_LETTERS_MIN, WORD_LETTERS_MAX);
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + letters.nextInt(26)));
        }
        return word.toString();
    }
}
