package io.kvs.compaction;

import io.kvs.Compression;
import io.kvs.Compressions;
import io.kvs.Compressor;
import io.kvs.CorruptionException;
import io.kvs.commit.Catalog;
import io.kvs.compression.Dictionaries;
import io.kvs.compression.Dictionary;
import io.kvs.format.RecordHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides with which dictionary a compaction compresses, and makes a new one when that promises to
/// pay: for the first values of a store, when there is much more to learn from, and when values are
/// not any more what they were.
///
/// It learns from every second sample and measures with the others. A dictionary that is no better
/// than none, or than the current one, is not kept.
final class DictionaryTraining {
    /// The longest dictionary, and the shortest that is worth a file.
    private static final int LIMIT_MAX_BYTES = 64 << 10;

    private static final int LIMIT_MIN_BYTES = 256;

    /// A dictionary may take such a share of what is compressed with it at first, and is trained
    /// with so many times its length.
    private static final int SHARE = 32;

    /// Much more to learn from is so many times as much.
    private static final int GROWTH = 4;

    /// Values are not what they were if so many times as much is left of them.
    private static final double DRIFT = 1.2;

    /// A new dictionary has to be so much better.
    private static final double GAIN = 0.97;

    /// Of longer values the beginning is looked at.
    private static final int SAMPLE_MAX_BYTES = 4 << 10;

    private static final byte[] NOTHING = {};

    private final Dictionaries dictionaries;
    private final Catalog catalog;

    /// A dictionary of which the manifest does not know yet.
    private @Nullable Dictionary trained;

    /// How long a dictionary was allowed to be at the last attempt.
    private int attemptedBytes;

    /// The ratio that the last attempt could not better, or 0.
    private double attemptedRatio;

    DictionaryTraining(Dictionaries dictionaries, Catalog catalog) {
        this.dictionaries = dictionaries;
        this.catalog = catalog;
    }

    /// Returns the dictionary with which to compress what survives; null if nothing is to be
    /// compressed.
    @Nullable Dictionary dictionaryFor(List<Survivors> survivors) throws IOException {
        Dictionary current = dictionaries.current();
        if (current == null) {
            return null;
        }
        Dictionary waiting = trained;
        if (waiting != null && waiting != current) {
            return waiting; // The compaction that it was made for has failed.
        }
        int limit = limit(survivors);
        if (!isDue(current, limit)) {
            return current;
        }
        Compression compression = Compressions.find(current.compression());
        List<byte[]> samples = samples(survivors, SHARE * limit);
        if (compression == null || samples.size() < 2) {
            return current;
        }
        Dictionary better = train(compression, samples, limit, current);
        trained = better;
        return better == null ? current : better;
    }

    private boolean isDue(Dictionary current, int limit) {
        if (limit < LIMIT_MIN_BYTES) {
            return false;
        }
        int known = Math.max(current.length(), attemptedBytes);
        double expected = Math.max(current.trainedRatio(), attemptedRatio);
        boolean drifted = current.length() > 0 && current.ratio() > DRIFT * expected;
        return limit >= GROWTH * known || drifted && GROWTH * limit >= known;
    }

    private @Nullable Dictionary train(
            Compression compression, List<byte[]> samples, int limit, Dictionary current)
            throws IOException {
        List<byte[]> learned = new ArrayList<>();
        List<byte[]> measured = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            (i % 2 == 0 ? learned : measured).add(samples.get(i));
        }
        attemptedBytes = limit;
        attemptedRatio = 0;
        byte[] content = compression.train(learned, limit);
        double ratio = ratio(compression, content, measured);
        double ratioWithout = ratio(compression, NOTHING, measured);
        if (ratio > GAIN * ratioWithout) {
            content = NOTHING;
            ratio = ratioWithout;
        }
        if (current.length() > 0 && ratio > GAIN * current.ratio(measured)) {
            attemptedRatio = current.ratio();
            return null;
        }
        return dictionaries.create(catalog.newFileId(), compression, content, ratio);
    }

    private static double ratio(Compression compression, byte[] dictionary, List<byte[]> measured) {
        try (Compressor compressor = compression.compressor(dictionary)) {
            return Dictionary.ratio(compressor, measured);
        }
    }

    /// Returns how long a dictionary may be for what survives.
    private static int limit(List<Survivors> survivors) {
        return (int) Math.min(LIMIT_MAX_BYTES, bytes(survivors) / SHARE);
    }

    private static long bytes(List<Survivors> survivors) {
        return survivors.stream().mapToLong(victim -> victim.segment().sealedEnd()).sum();
    }

    /// Returns values from all over, of about so many bytes in all.
    private static List<byte[]> samples(List<Survivors> survivors, int wantedBytes) {
        long count = survivors.stream().mapToLong(Survivors::count).sum();
        int step = (int) Math.max(1, Math.min(count, bytes(survivors) / Math.max(1, wantedBytes)));
        List<byte[]> samples = new ArrayList<>();
        for (Survivors victim : survivors) {
            for (int i = 0; i < victim.count(); i += step) {
                byte[] value = value(victim.read(i));
                if (value.length >= Long.BYTES) {
                    samples.add(value);
                }
            }
        }
        return samples;
    }

    /// Returns the beginning of a value; nothing of a record that holds none, or is damaged: the
    /// compaction will meet it.
    private static byte[] value(Survivor survivor) {
        int kind = RecordHeader.kind(survivor.header());
        if (kind != RecordHeader.VALUE && kind != RecordHeader.COMPRESSED) {
            return NOTHING;
        }
        try {
            byte[] value = survivor.segment().read(survivor.offset(), survivor.key());
            int length = value == null ? 0 : Math.min(value.length, SAMPLE_MAX_BYTES);
            return value == null ? NOTHING : Arrays.copyOf(value, length);
        } catch (CorruptionException | InternalError e) {
            return NOTHING;
        }
    }
}
