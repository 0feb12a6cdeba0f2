package io.kvs.zstd;

import com.github.luben.zstd.ZstdDictTrainer;
import com.github.luben.zstd.ZstdException;
import io.kvs.Compression;
import io.kvs.Compressor;
import java.util.List;

/// Zstandard through its native library (RFC 8878), with dictionaries that Zstandard trains itself.
///
/// The library is unpacked into the directory for temporary files, and loaded, when a store that
/// uses it is opened. A JVM of version 24 or later warns of that unless it is started with
/// `--enable-native-access=com.github.luben.zstd_jni`, or `ALL-UNNAMED` on the class path.
public final class ZstdCompression implements Compression {
    /// Makes it.
    public ZstdCompression() {}

    @Override
    public String name() {
        return "zstd";
    }

    @Override
    public byte[] train(List<byte[]> samples, int limitBytes) {
        int bytes = samples.stream().mapToInt(sample -> sample.length).sum();
        ZstdDictTrainer trainer = new ZstdDictTrainer(bytes, limitBytes);
        samples.forEach(trainer::addSample);
        try {
            return trainer.trainSamples();
        } catch (ZstdException e) {
            return new byte[0]; // There are too few samples, or they have nothing in common.
        }
    }

    @Override
    public Compressor compressor(byte[] dictionary) {
        return new ZstdCompressor(dictionary);
    }
}
