package io.kvs.lz4;

import io.kvs.Compression;
import io.kvs.Compressor;
import java.util.List;

/// The compression that needs no native code: LZ4 blocks with a dictionary of common pieces of
/// values.
public final class Lz4Compression implements Compression {
    /// So much of a dictionary is within reach of the offsets of values of the same length.
    private static final int DICTIONARY_MAX_BYTES = 32 << 10;

    /// Makes it.
    public Lz4Compression() {}

    @Override
    public String name() {
        return "lz4";
    }

    @Override
    public byte[] train(List<byte[]> samples, int limitBytes) {
        return new DictionaryTrainer(samples).train(Math.min(limitBytes, DICTIONARY_MAX_BYTES));
    }

    @Override
    public Compressor compressor(byte[] dictionary) {
        return new Lz4Compressor(dictionary);
    }
}
