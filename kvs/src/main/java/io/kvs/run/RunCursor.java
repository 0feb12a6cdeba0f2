package io.kvs.run;

import java.io.IOException;

/// Walks over the entries of a {@link Run} in both directions.
///
/// Of a block, one interval of entries after the other is decoded. After an exception the place is
/// lost: only a seek goes on.
public final class RunCursor extends EntrySource {
    /// One with larger buffers is not kept.
    private static final int KEPT_BYTES_MAX = 64 << 10;

    private final Run run;

    /// The blocks on the way from the root, which is the last, to the entries; each but the last
    /// one down stands at the pointer to the one before.
    private final BlockReader[] path;

    private boolean lost;

    /// The number of the interval in the block.
    private int number;

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
        lost = false;
    }

    @Override
    public void release() {
        int bytes = interval().keys().length;
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
        decode(path[0].intervalOf(key), interval());
        stand(interval().firstNotLess(key));
        lost = false;
    }

    @Override
    public void seekEnd() throws IOException {
        if (root().last()) {
            descend(path.length - 1, false, interval());
            stand(interval().count());
        }
    }

    private BlockReader root() {
        return path[path.length - 1];
    }

    @Override
    boolean decodeNext(Interval interval) throws IOException {
        checkPlace();
        if (number + 1 < path[0].intervals()) {
            decode(number + 1, interval);
            return true;
        }
        for (int level = 1; level < path.length; level++) {
            if (path[level].next()) {
                descend(level, true, interval);
                return true;
            }
        }
        return false;
    }

    @Override
    boolean decodePrevious(Interval interval) throws IOException {
        checkPlace();
        if (number > 0) {
            decode(number - 1, interval);
            return true;
        }
        for (int level = 1; level < path.length; level++) {
            if (path[level].previous()) {
                descend(level, false, interval);
                return true;
            }
        }
        return false;
    }

    /// Opens the blocks below the pointer of a level, and decodes their first or last interval.
    private void descend(int from, boolean first, Interval interval) throws IOException {
        losePlace();
        for (int level = from - 1; level >= 0; level--) {
            run.openBlock(path[level], path[level + 1], level);
            if (level > 0) {
                boolean found = first ? path[level].next() : path[level].last();
                assert found;
            }
        }
        decode(first ? 0 : path[0].intervals() - 1, interval);
        lost = false;
    }

    private void decode(int wanted, Interval interval) {
        path[0].decode(wanted, interval);
        number = wanted;
    }

    private void losePlace() {
        lost = true;
        interval().clear();
        stand(0);
        number = 0;
    }

    private void checkPlace() {
        if (lost) {
            throw new IllegalStateException("the place was lost in an error");
        }
    }
}
