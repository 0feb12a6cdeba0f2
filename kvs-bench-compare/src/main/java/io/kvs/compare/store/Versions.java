package io.kvs.compare.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Which version of each store is compared.
public final class Versions {
    private static final String RESOURCE = "versions.properties";

    private Versions() {}

    /// Returns the versions of `contenders` by their titles.
    public static SequencedMap<String, String> of(List<Contender> contenders) throws IOException {
        Properties versions = new Properties();
        try (InputStream resource =
                Objects.requireNonNull(Versions.class.getResourceAsStream(RESOURCE))) {
            versions.load(resource);
        }
        SequencedMap<String, String> found = new TreeMap<>();
        for (Contender contender : contenders) {
            String title = contender.title();
            found.put(title, Objects.requireNonNull(versions.getProperty(title), title));
        }
        return found;
    }
}
