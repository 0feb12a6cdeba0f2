package io.kvs.testkit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A change of a file through calls, in the order of the calls, that no sync has made durable yet.
///
/// @param sequence orders the changes of all files and of the directory
/// @param position where `bytes` were written
/// @param bytes what was written, or null if only the size was set
/// @param sizeAfter the size of the file afterwards
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record PendingChange(long sequence, int position, byte @Nullable [] bytes, int sizeAfter) {

    /// Returns the content of the file after this change, given the content before.
    byte[] apply(byte[] content) {
        byte[] changed = Arrays.copyOf(content, sizeAfter);
        if (bytes != null) {
            int length = Math.min(bytes.length, sizeAfter - position);
            System.arraycopy(bytes, 0, changed, position, Math.max(0, length));
        }
        return changed;
    }

    /// Returns the part of this write within `from` to `to`, or null if there is none.
    @Nullable PendingChange within(int from, int to, int newSizeAfter) {
        if (bytes == null) {
            return null;
        }
        int start = Math.max(from, position);
        int end = Math.min(to, position + bytes.length);
        return start >= end
                ? null
                : new PendingChange(
                        sequence,
                        start,
                        Arrays.copyOfRange(bytes, start - position, end - position),
                        newSizeAfter);
    }
}
