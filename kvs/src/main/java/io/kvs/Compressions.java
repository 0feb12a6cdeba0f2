package io.kvs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The ways to compress values that are present, by name.
public final class Compressions {
    /// The name that stands for storing values as they are.
    public static final String NONE = "none";

    private Compressions() {}

    /// Returns those that are present, sorted by name.
    public static List<Compression> all() {
        List<Compression> found = new ArrayList<>();
        ServiceLoader.load(Compression.class, Compressions.class.getClassLoader())
                .forEach(found::add);
        found.sort(Comparator.comparing(Compression::name));
        return List.copyOf(found);
    }

    /// Returns the one of a name.
    ///
    /// @throws IllegalArgumentException there is none; the message names those that are present
    public static Compression require(String name) {
        Compression found = find(name);
        if (found == null) {
            throw new IllegalArgumentException(
                    "there is no compression '" + name + "'; there are " + NONE + ", " + names());
        }
        return found;
    }

    /// Returns the one of a name, or null if it is not present.
    public static @Nullable Compression find(String name) {
        for (Compression compression : all()) {
            if (compression.name().equals(name)) {
                return compression;
            }
        }
        return null;
    }

    /// Returns the names of those that are present, for messages.
    public static String names() {
        return all().stream().map(Compression::name).collect(Collectors.joining(", "));
    }
}
