package io.kvs.lz4;

import io.kvs.Compressor;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Compresses values to LZ4 blocks that refer to a dictionary as if it stood before the value.
final class Lz4Compressor implements Compressor {
    private final byte[] dictionary;

    /// Idle encoders; there are at most as many as threads that have compressed at once.
    private final ConcurrentLinkedQueue<Lz4Encoder> encoders = new ConcurrentLinkedQueue<>();

    Lz4Compressor(byte[] dictionary) {
        this.dictionary = dictionary;
    }

    @Override
    public int compress(byte[] value, byte[] target, int from, int to) {
        @Nullable Lz4Encoder idle = encoders.poll();
        Lz4Encoder encoder = idle == null ? new Lz4Encoder(dictionary) : idle;
        try {
            return encoder.encode(value, target, from, to);
        } finally {
            encoders.add(encoder);
        }
    }

    @Override
    public void decompress(byte[] source, int from, int to, byte[] value) {
        Lz4Decoder.decode(dictionary, source, from, to, value);
    }

    @Override
    public void close() {
        encoders.clear();
    }
}
