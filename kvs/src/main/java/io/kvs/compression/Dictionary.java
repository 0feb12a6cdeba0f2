package io.kvs.compression;

import io.kvs.Compressor;
import io.kvs.CorruptionException;
import io.kvs.format.CompressedValue;
import io.kvs.format.DictionaryFile;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// A dictionary of a store, ready to work. The values of one sorted segment are compressed with one
/// dictionary. Safe to use from any thread.
public final class Dictionary implements AutoCloseable {
    /// A value is stored compressed if that saves so much of it: less would not pay for its
    /// decompression at each read.
    private static final int SAVING_SHARE = 8;

    /// Shorter values are not tried.
    private static final int VALUE_MIN_BYTES = 16;

    /// What has been compressed must be so much before it tells more than the samples did.
    private static final long TELLING_BYTES = 64 << 10;

    private final DictionaryFile file;
    private final Compressor compressor;
    private final LongAdder givenBytes = new LongAdder();
    private final LongAdder storedBytes = new LongAdder();

    /// Makes it.
    ///
    /// @param compressor closed with it
    Dictionary(DictionaryFile file, Compressor compressor) {
        this.file = file;
        this.compressor = compressor;
    }

    /// Returns its id, also in its file name.
    public long id() {
        return file.id();
    }

    /// Returns the name of the compression.
    public String compression() {
        return file.compression();
    }

    /// Returns its length; 0 if it was not trained.
    public int length() {
        return file.content().length;
    }

    /// Returns how long values are after compression, as a share of their length: of those that
    /// were compressed lately, or of the samples.
    public double ratio() {
        long given = givenBytes.sum();
        return given < TELLING_BYTES ? trainedRatio() : (double) storedBytes.sum() / given;
    }

    /// Returns the same of the samples.
    public double trainedRatio() {
        return file.ratioPermille() / 1000.0;
    }

    /// Returns the same of some values.
    public double ratio(List<byte[]> values) {
        return ratio(compressor, values);
    }

    /// Returns how long values are after compression, as a share of their length.
    public static double ratio(Compressor compressor, List<byte[]> values) {
        long given = 0;
        long stored = 0;
        for (byte[] value : values) {
            byte[] result = compress(compressor, value);
            given += value.length;
            stored += result == null ? value.length : result.length;
        }
        return given == 0 ? 1 : (double) stored / given;
    }

    /// Returns what a record holds of a value, or null if it does not pay to compress that.
    public byte @Nullable [] compress(byte[] value) {
        byte[] result = compress(compressor, value);
        givenBytes.add(value.length);
        storedBytes.add(result == null ? value.length : result.length);
        return result;
    }

    private static byte @Nullable [] compress(Compressor compressor, byte[] value) {
        if (value.length < VALUE_MIN_BYTES) {
            return null;
        }
        int limit = value.length - value.length / SAVING_SHARE;
        byte[] target = new byte[limit];
        int start = CompressedValue.putLength(target, 0, value.length);
        int length = compressor.compress(value, target, start, limit);
        return length == 0 ? null : Arrays.copyOf(target, start + length);
    }

    /// Returns the value of a record that holds it compressed.
    ///
    /// @throws IllegalArgumentException this is no value compressed with this dictionary
    /// @throws IllegalStateException the store has been closed
    /// @throws CorruptionException the dictionary is damaged
    public byte[] decompress(byte[] source, int from, int to) {
        int length = CompressedValue.length(source, from, to);
        byte[] value = new byte[length];
        compressor.decompress(source, from + CompressedValue.lengthBytes(length), to, value);
        return value;
    }

    @Override
    public void close() {
        compressor.close();
    }
}
