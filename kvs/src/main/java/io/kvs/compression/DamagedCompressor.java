package io.kvs.compression;

import io.kvs.Compressor;
import io.kvs.CorruptionException;

/// Stands for a dictionary that is damaged or missing: what was not compressed with it can be read.
///
/// @param path the file of the dictionary
/// @param problem what is wrong with it
record DamagedCompressor(String path, String problem) implements Compressor {
    @Override
    public int compress(byte[] value, byte[] target, int from, int to) {
        return 0;
    }

    @Override
    public void decompress(byte[] source, int from, int to, byte[] value) {
        throw damage();
    }

    CorruptionException damage() {
        return new CorruptionException(path, 0, problem);
    }

    @Override
    public void close() {}
}
