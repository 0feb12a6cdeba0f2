package io.kvs.zstd;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictCompress;
import com.github.luben.zstd.ZstdDictDecompress;
import com.github.luben.zstd.ZstdException;
import io.kvs.Compressor;
import org.jspecify.annotations.Nullable;

/// Compresses values to frames of Zstandard without magic number, length, dictionary id and
/// checksum: the store knows all of these better.
final class ZstdCompressor implements Compressor {
    private static final int LEVEL = 3;

    private final @Nullable ZstdDictCompress forCompression;
    private final @Nullable ZstdDictDecompress forDecompression;
    private final ContextPool<ZstdCompressCtx> compressing = new ContextPool<>(this::compressing);
    private final ContextPool<ZstdDecompressCtx> decompressing =
            new ContextPool<>(this::decompressing);

    ZstdCompressor(byte[] dictionary) {
        boolean trained = dictionary.length > 0;
        forCompression = trained ? new ZstdDictCompress(dictionary, LEVEL) : null;
        forDecompression = trained ? new ZstdDictDecompress(dictionary) : null;
    }

    @Override
    public int compress(byte[] value, byte[] target, int from, int to) {
        ZstdCompressCtx context = compressing.take();
        try {
            return context.compressByteArray(target, from, to - from, value, 0, value.length);
        } catch (ZstdException e) {
            if (e.getErrorCode() == Zstd.errDstSizeTooSmall()) {
                return 0;
            }
            throw e;
        } finally {
            compressing.giveBack(context);
        }
    }

    @Override
    public void decompress(byte[] source, int from, int to, byte[] value) {
        ZstdDecompressCtx context = decompressing.take();
        try {
            int length =
                    context.decompressByteArray(value, 0, value.length, source, from, to - from);
            if (length != value.length) {
                throw new IllegalArgumentException("a value of " + length + " bytes");
            }
        } catch (ZstdException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } finally {
            decompressing.giveBack(context);
        }
    }

    @Override
    public void close() {
        compressing.close();
        decompressing.close();
        if (forCompression != null) {
            forCompression.close();
        }
        if (forDecompression != null) {
            forDecompression.close();
        }
    }

    private ZstdCompressCtx compressing() {
        ZstdCompressCtx context =
                new ZstdCompressCtx()
                        .setLevel(LEVEL)
                        .setMagicless(true)
                        .setContentSize(false)
                        .setDictID(false)
                        .setChecksum(false);
        return forCompression == null ? context : context.loadDict(forCompression);
    }

    private ZstdDecompressCtx decompressing() {
        ZstdDecompressCtx context = new ZstdDecompressCtx().setMagicless(true);
        return forDecompression == null ? context : context.loadDict(forDecompression);
    }
}
