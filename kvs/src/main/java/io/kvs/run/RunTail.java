package io.kvs.run;

import io.kvs.CorruptionException;
import io.kvs.format.Checksum;
import io.kvs.format.LittleEndian;
import io.kvs.format.PositionMask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The end of a run file, all that is read at open: what the run covers, the root of the index, and
/// the footer (FORMAT.md, "Run file").
///
/// @param entries how many entries the run has
/// @param indexOffset where the hash index begins, and the blocks end
/// @param indexLines the lines of the hash index; the tail follows them
/// @param chosenLines how many of these hashes choose from
/// @param covered of what the run lists every entry
/// @param root the content of the root block
record RunTail(
        long entries,
        long indexOffset,
        long indexLines,
        long chosenLines,
        List<Covered> covered,
        byte[] root) {
    static final int FOOTER_BYTES = 68;

    private static final int MAGIC = 0x5253564B;
    private static final int VERSION = 2;

    /// Returns where in the file the tail begins.
    long offset() {
        return indexOffset + HashIndex.LINE_BYTES * indexLines;
    }

    /// Returns the size of the file.
    long fileBytes() {
        return offset() + (long) Covered.BYTES * covered.size() + root.length + FOOTER_BYTES;
    }

    /// Encodes it for the run with this id.
    Bytes encode(long storeId, long runId) {
        Bytes bytes = new Bytes(Covered.BYTES * covered.size() + root.length + FOOTER_BYTES);
        for (Covered part : covered) {
            bytes.putLong(part.segmentId());
            bytes.putLong(part.from());
            bytes.putLong(part.to());
            bytes.putInt(part.contentChecksum());
        }
        bytes.put(root, 0, root.length);
        bytes.putLong(storeId);
        bytes.putLong(runId);
        bytes.putLong(entries);
        bytes.putLong(indexOffset);
        bytes.putLong(indexLines);
        bytes.putLong(chosenLines);
        bytes.putInt(covered.size());
        bytes.putInt(root.length);
        bytes.putInt(MAGIC);
        bytes.putInt(VERSION);
        int mask = (int) PositionMask.of(PositionMask.salt(storeId, runId), offset());
        bytes.putInt(Checksum.of(bytes.array(), 0, bytes.length()) ^ mask);
        return bytes;
    }

    /// Reads it from a file.
    ///
    /// @throws CorruptionException it is damaged or belongs elsewhere
    static RunTail read(RunBytes file, String path, long storeId, long runId) throws IOException {
        long size = file.size();
        long footerOffset = size - FOOTER_BYTES;
        if (footerOffset < 0) {
            throw new CorruptionException(path, 0, "too short for a run");
        }
        byte[] footer = new byte[FOOTER_BYTES];
        file.read(footerOffset, footer, FOOTER_BYTES);
        if (LittleEndian.getLong(footer, 0) != storeId
                || LittleEndian.getLong(footer, 8) != runId
                || LittleEndian.getInt(footer, 56) != MAGIC
                || LittleEndian.getInt(footer, 60) != VERSION) {
            throw new CorruptionException(path, footerOffset, "no footer of this run");
        }
        long indexOffset = LittleEndian.getLong(footer, 24);
        long indexLines = LittleEndian.getLong(footer, 32);
        long chosenLines = LittleEndian.getLong(footer, 40);
        int coveredCount = LittleEndian.getInt(footer, 48);
        int rootLength = LittleEndian.getInt(footer, 52);
        boolean possible =
                indexOffset >= 0
                        && indexOffset <= size
                        && chosenLines > 0
                        && chosenLines <= indexLines
                        && indexLines <= size / HashIndex.LINE_BYTES
                        && coveredCount >= 0
                        && coveredCount <= Integer.MAX_VALUE / Covered.BYTES / 2
                        && rootLength >= 0
                        && rootLength <= Integer.MAX_VALUE / 4;
        long offset = indexOffset + HashIndex.LINE_BYTES * indexLines;
        int rootAt = Covered.BYTES * coveredCount;
        if (!possible || offset != footerOffset - rootAt - rootLength) {
            throw new CorruptionException(path, footerOffset, "no places in the footer");
        }
        byte[] tail = new byte[rootAt + rootLength + FOOTER_BYTES];
        file.read(offset, tail, tail.length);
        int mask = (int) PositionMask.of(PositionMask.salt(storeId, runId), offset);
        int checksumAt = tail.length - Integer.BYTES;
        if (LittleEndian.getInt(tail, checksumAt) != (Checksum.of(tail, 0, checksumAt) ^ mask)) {
            throw new CorruptionException(path, offset, "checksum mismatch in the tail");
        }
        List<Covered> covered = new ArrayList<>(coveredCount);
        for (int at = 0; at < rootAt; at += Covered.BYTES) {
            covered.add(
                    new Covered(
                            LittleEndian.getLong(tail, at),
                            LittleEndian.getLong(tail, at + 8),
                            LittleEndian.getLong(tail, at + 16),
                            LittleEndian.getInt(tail, at + 24)));
        }
        byte[] root = Arrays.copyOfRange(tail, rootAt, rootAt + rootLength);
        long entries = LittleEndian.getLong(tail, rootAt + rootLength + 16);
        return new RunTail(
                entries, indexOffset, indexLines, chosenLines, List.copyOf(covered), root);
    }
}
