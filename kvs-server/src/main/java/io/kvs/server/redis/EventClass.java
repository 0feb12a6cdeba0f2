package io.kvs.server.redis;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What kinds of keyspace notifications there are, and where they go, with their letters in
/// `notify-keyspace-events`. Of kinds that only other types than strings have, none ever comes.
enum EventClass {
    GENERIC('g'),
    STRING('$'),
    LIST('l'),
    SET('s'),
    HASH('h'),
    ZSET('z'),
    EXPIRED('x'),
    EVICTED('e'),
    STREAM('t'),
    MODULE('d'),
    /// Tell in the channel of the key which event it was.
    KEYSPACE('K'),
    /// Tell in the channel of the event which key it was.
    KEYEVENT('E'),
    /// A key that was asked for is absent.
    KEY_MISS('m');

    /// What the letter A stands for.
    private static final Set<EventClass> ALL = EnumSet.range(GENERIC, MODULE);

    private final char letter;

    EventClass(char letter) {
        this.letter = letter;
    }

    /// Returns what letters stand for, or null if one stands for nothing.
    static @Nullable Set<EventClass> parse(String letters) {
        Set<EventClass> classes = EnumSet.noneOf(EventClass.class);
        for (int i = 0; i < letters.length(); i++) {
            char letter = letters.charAt(i);
            if (letter == 'A') {
                classes.addAll(ALL);
            } else if (!addWith(letter, classes)) {
                return null;
            }
        }
        return classes;
    }

    private static boolean addWith(char letter, Set<EventClass> classes) {
        for (EventClass eventClass : values()) {
            if (eventClass.letter == letter) {
                classes.add(eventClass);
                return true;
            }
        }
        return false;
    }

    /// Returns the letters of classes.
    static String letters(Set<EventClass> classes) {
        StringBuilder text = new StringBuilder();
        boolean areAll = classes.containsAll(ALL);
        if (areAll) {
            text.append('A');
        }
        for (EventClass eventClass : classes) {
            if (!areAll || !ALL.contains(eventClass)) {
                text.append(eventClass.letter);
            }
        }
        return text.toString();
    }
}
