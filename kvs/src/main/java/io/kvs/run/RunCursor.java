package io.kvs.run;

import java.io.IOException;
import java.util.Arrays;

/// Walks over the entries of a {@link Run} in both directions.
///
/// A block of entries is decoded once, into arrays. After an exception the place is lost: only a
/// seek goes on.
public final class RunCursor implements EntrySource {
    private final Run run;

    /// The blocks on the way from the root, which is the last, to the entries; each stands at the
    /// pointer to the one before.
    private final BlockReader[] path;

    private boolean lost;

    /// The entries of the block, and how many of them lie before the place of the cursor.
    private byte[][] keys = new byte[32][];

    private int[] segmentNumbers = new int[keys.length];
    private long[] offsets = new long[keys.length];
    private long[] lengthsAndKinds = new long[keys.length];
    private int count;
    private int at;
    private int current;

    RunCursor(Run run) {
        this.run = run;
        this.path = new BlockReader[run.levels() + 1];
        for (int level = 0; level < path.length; level++) {
            path[level] = new BlockReader();
        }
        run.openRoot(root());
    }

    @Override
    public int segments() {
        return run.covered().size();
    }

    @Override
    public long segmentId(int number) {
        return run.covered().get(number).segmentId();
    }

    @Override
    public void seek(byte[] key) throws IOException {
        if (!root().seek(key)) {
            seekEnd();
            return;
        }
        losePlace();
        int place = 0;
        for (int level = path.length - 2; level >= 0; level--) {
            run.openBlock(path[level], path[level + 1], level);
            boolean found = path[level].seek(key);
            place = found ? path[level].ordinal() : path[level].ordinal() + 1;
        }
        decode();
        at = place;
        lost = false;
    }

    @Override
    public void seekEnd() throws IOException {
        if (root().last()) {
            descend(path.length - 1, false);
        }
    }

    @Override
    public boolean next() throws IOException {
        if (at == count && !nextBlock()) {
            return false;
        }
        current = at++;
        return true;
    }

    @Override
    public boolean previous() throws IOException {
        if (at == 0 && !previousBlock()) {
            return false;
        }
        current = --at;
        return true;
    }

    @Override
    public byte[] key() {
        return keys[current];
    }

    @Override
    public int segmentNumber() {
        return segmentNumbers[current];
    }

    @Override
    public long offset() {
        return offsets[current];
    }

    @Override
    public int valueLength() {
        return LengthAndKind.valueLength(lengthsAndKinds[current]);
    }

    @Override
    public boolean isTombstone() {
        return LengthAndKind.isTombstone(lengthsAndKinds[current]);
    }

    @Override
    public boolean isExpiring() {
        return LengthAndKind.isExpiring(lengthsAndKinds[current]);
    }

    private BlockReader root() {
        return path[path.length - 1];
    }

    private boolean nextBlock() throws IOException {
        checkPlace();
        for (int level = 1; level < path.length; level++) {
            if (path[level].next()) {
                descend(level, true);
                return true;
            }
        }
        return false;
    }

    private boolean previousBlock() throws IOException {
        checkPlace();
        for (int level = 1; level < path.length; level++) {
            if (path[level].previous()) {
                descend(level, false);
                return true;
            }
        }
        return false;
    }

    /// Opens the blocks below the pointer of a level, and goes to their start or end.
    private void descend(int from, boolean start) throws IOException {
        losePlace();
        for (int level = from - 1; level >= 0; level--) {
            run.openBlock(path[level], path[level + 1], level);
            if (level > 0) {
                boolean found = start ? path[level].next() : path[level].last();
                assert found;
            }
        }
        decode();
        at = start ? 0 : count;
        lost = false;
    }

    private void decode() {
        BlockReader block = path[0];
        byte[] key = {};
        count = 0;
        block.rewind();
        while (block.next()) {
            if (count == keys.length) {
                grow();
            }
            key = block.key(key);
            keys[count] = key;
            segmentNumbers[count] = (int) block.first();
            offsets[count] = block.second() << 3;
            lengthsAndKinds[count] = block.third();
            count++;
        }
    }

    private void grow() {
        keys = Arrays.copyOf(keys, 2 * count);
        segmentNumbers = Arrays.copyOf(segmentNumbers, 2 * count);
        offsets = Arrays.copyOf(offsets, 2 * count);
        lengthsAndKinds = Arrays.copyOf(lengthsAndKinds, 2 * count);
    }

    private void losePlace() {
        lost = true;
        count = 0;
        at = 0;
    }

    private void checkPlace() {
        if (lost) {
            throw new IllegalStateException("the place was lost in an error");
        }
    }
}
