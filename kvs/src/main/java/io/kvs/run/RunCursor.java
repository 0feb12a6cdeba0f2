package io.kvs.run;

import java.io.IOException;

/// Walks over the entries of a {@link Run} in both directions.
///
/// Of a block, one interval of entries after the other is decoded. After an exception the place is
/// lost: only a seek goes on.
public final class RunCursor implements EntrySource {
    /// One with larger buffers is not kept.
    private static final int KEPT_BYTES_MAX = 64 << 10;

    private final Run run;

    /// The blocks on the way from the root, which is the last, to the entries; each but the last
    /// one down stands at the pointer to the one before.
    private final BlockReader[] path;

    private boolean lost;

    /// The interval that the cursor is in or at an end of, its number in the block, and how many of
    /// its entries lie before the place of the cursor.
    private final Interval interval = new Interval();

    private int number;
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

    /// Goes before the first entry, whatever has happened before.
    void rewind() {
        for (BlockReader block : path) {
            block.clear();
        }
        run.openRoot(root());
        losePlace();
        current = 0;
        lost = false;
    }

    @Override
    public void release() {
        int bytes = interval.keys().length;
        for (BlockReader block : path) {
            bytes += block.bufferBytes();
        }
        if (bytes <= KEPT_BYTES_MAX) {
            run.takeBack(this);
        }
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
        for (int level = path.length - 2; level >= 0; level--) {
            run.openBlock(path[level], path[level + 1], level);
            if (level > 0) {
                path[level].seek(key);
            }
        }
        decode(path[0].intervalOf(key));
        at = interval.firstNotLess(key);
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
        if (at == interval.count() && !nextInterval()) {
            return false;
        }
        current = at++;
        return true;
    }

    @Override
    public boolean previous() throws IOException {
        if (at == 0 && !previousInterval()) {
            return false;
        }
        current = --at;
        return true;
    }

    @Override
    public byte[] keyBytes() {
        return interval.keys();
    }

    @Override
    public int keyFrom() {
        return interval.keyFrom(current);
    }

    @Override
    public int keyTo() {
        return interval.keyTo(current);
    }

    @Override
    public int segmentNumber() {
        return interval.first(current);
    }

    @Override
    public long offset() {
        return interval.second(current) << 3;
    }

    @Override
    public int valueLength() {
        return LengthAndKind.valueLength(interval.third(current));
    }

    @Override
    public boolean isTombstone() {
        return LengthAndKind.isTombstone(interval.third(current));
    }

    @Override
    public boolean isExpiring() {
        return LengthAndKind.isExpiring(interval.third(current));
    }

    private BlockReader root() {
        return path[path.length - 1];
    }

    private boolean nextInterval() throws IOException {
        checkPlace();
        if (number + 1 < path[0].intervals()) {
            decode(number + 1);
            at = 0;
            return true;
        }
        for (int level = 1; level < path.length; level++) {
            if (path[level].next()) {
                descend(level, true);
                return true;
            }
        }
        return false;
    }

    private boolean previousInterval() throws IOException {
        checkPlace();
        if (number > 0) {
            decode(number - 1);
            at = interval.count();
            return true;
        }
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
        decode(start ? 0 : path[0].intervals() - 1);
        at = start ? 0 : interval.count();
        lost = false;
    }

    private void decode(int wanted) {
        path[0].decode(wanted, interval);
        number = wanted;
    }

    private void losePlace() {
        lost = true;
        interval.clear();
        number = 0;
        at = 0;
    }

    private void checkPlace() {
        if (lost) {
            throw new IllegalStateException("the place was lost in an error");
        }
    }
}
