package io.kvs.commit;

import io.kvs.io.DiskFile;
import java.io.IOException;

/// Allocates the blocks of files by writing zeros; keeps the array from which it writes them.
final class Zeros {
    private byte[] array = {};

    /// Writes zeros to `[from, to)` of a file.
    ///
    /// @param stepBytes how many at a time
    void fill(DiskFile file, long from, long to, int stepBytes) throws IOException {
        byte[] zeros = array((int) Math.min(stepBytes, Math.max(0, to - from)));
        for (long at = from; at < to; at += stepBytes) {
            file.write(at, zeros, 0, (int) Math.min(stepBytes, to - at));
        }
    }

    private synchronized byte[] array(int length) {
        if (array.length < length) {
            array = new byte[length];
        }
        return array;
    }
}
