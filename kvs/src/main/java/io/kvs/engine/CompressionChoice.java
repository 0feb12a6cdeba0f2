package io.kvs.engine;

import io.kvs.Compression;
import io.kvs.Compressions;
import io.kvs.commit.Catalog;
import io.kvs.commit.Catalog.Change;
import io.kvs.compression.Dictionaries;
import io.kvs.compression.Dictionary;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Remembers in the store how its values are to be compressed: whoever opens it later, without a
/// word of compression, goes on in the same way.
final class CompressionChoice {
    /// What is assumed of values of which none has been compressed yet.
    private static final double UNKNOWN_RATIO = 0.5;

    private CompressionChoice() {}

    /// Makes it so.
    ///
    /// @param wanted the name of the compression, or null for what the store was told last
    static void make(@Nullable String wanted, Catalog catalog, Dictionaries dictionaries)
            throws IOException {
        String now = dictionaries.compression();
        if (now.equals(Compressions.NONE)) {
            dictionaries.setCurrent(null); // One that is damaged is of no use for anything new.
        }
        if (wanted == null || wanted.equals(now)) {
            return;
        }
        Compression compression = Compressions.find(wanted);
        if (compression == null) {
            catalog.change(Change.ofDictionary(0));
            dictionaries.setCurrent(null);
            return;
        }
        long id = catalog.newFileId();
        Dictionary untrained = dictionaries.create(id, compression, new byte[0], UNKNOWN_RATIO);

        catalog.change(Change.ofDictionary(id));
        dictionaries.setCurrent(untrained);
    }
}
