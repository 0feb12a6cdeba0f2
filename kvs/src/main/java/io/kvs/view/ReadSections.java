package io.kvs.view;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Tells when all reads have ended that began before a moment: whatever had left the store by then
/// is not read by anybody any more.
///
/// The mapping of a file must not be closed while a thread reads from it. The virtual machine gives
/// that thread an exception, but it also sets its interrupt status, which its owner takes for
/// somebody's wish, and it may let it go on reading from memory that is not mapped any more
/// (JDK-8364167).
///
/// How it works, as in epoch-based reclamation (Fraser, Practical Lock-Freedom, 2004, 5.2.3). Each
/// thread has a word of its own. When it enters a section, before it looks for what it will read,
/// it writes there the number of the present period, and when it leaves, behind the last read, a
/// zero. A period is over when no word holds the number of an earlier one. Nobody who enters or
/// leaves ever waits.
public final class ReadSections {
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    /// What is there before and behind a word keeps others out of its line of the cache, and of the
    /// next one, which many processors fetch with it.
    private static final int WORDS = 32;

    private static final int AT = WORDS / 2;
    private static final long OUTSIDE = 0;
    private static final int READERS_MIN = 64;
    private static final int SPINS_MAX = 100;
    private static final long PAUSE_NANOS = 20_000;

    private final ThreadLocal<Reader> own = ThreadLocal.withInitial(this::join);

    /// Those of all threads; what belongs to a thread that is gone is dropped now and then. Guarded
    /// by this.
    private final List<WeakReference<Reader>> readers = new ArrayList<>();

    /// With so many readers some are dropped. Guarded by this.
    private int crowd = READERS_MIN;

    private volatile long period = 1;

    /// The last period that is known to be over. Guarded by this.
    private long over;

    /// What a thread that reads says of itself.
    public static final class Reader {
        private final long[] words = new long[WORDS];

        /// In how many sections the thread is, one in another.
        private int depth;

        private Reader() {}

        /// Leaves the section entered last.
        public void leave() {
            if (--depth == 0) {
                WORD.setRelease(words, AT, OUTSIDE);
            }
        }

        private boolean isInside(long before) {
            long entered = (long) WORD.getVolatile(words, AT);
            return entered != OUTSIDE && entered < before;
        }
    }

    /// Makes it with nobody inside.
    public ReadSections() {}

    /// Enters a section; returns what the same thread leaves it with.
    public Reader enter() {
        Reader reader = own.get();
        if (reader.depth++ == 0) {
            WORD.setVolatile(reader.words, AT, period);
        }
        return reader;
    }

    /// Begins another period and returns its number: when it is over, no section is left that was
    /// entered before this call.
    public synchronized long begin() {
        return ++period;
    }

    /// Returns whether a period is over.
    public synchronized boolean isOver(long asked) {
        if (over < asked) {
            for (WeakReference<Reader> reference : readers) {
                Reader reader = reference.get();
                if (reader != null && reader.isInside(asked)) {
                    return false;
                }
            }
            over = asked;
        }
        return true;
    }

    /// Returns when every section has been left that had been entered before the call.
    public void await() {
        long begun = begin();
        for (int attempt = 0; !isOver(begun); attempt++) {
            if (attempt < SPINS_MAX) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private synchronized Reader join() {
        if (readers.size() >= crowd) {
            readers.removeIf(reference -> reference.get() == null);
            crowd = Math.max(READERS_MIN, 2 * readers.size());
        }
        Reader reader = new Reader();
        readers.add(new WeakReference<>(reader));
        return reader;
    }
}
