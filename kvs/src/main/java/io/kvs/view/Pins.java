package io.kvs.view;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;

/// Keeps files that have left the store as long as somebody looks at a time when they were part of
/// it.
///
/// A file that nobody holds is released when it leaves, any other one when the last {@link Pin}
/// that holds it is closed; and in both cases not before everybody has ended who may have been
/// reading it then, see {@link ReadSections}. Files are known by their ids.
public final class Pins {
    private final Runnable releaseSoon;
    private final ReadSections sections = new ReadSections();
    private final Set<Pin> pins = new HashSet<>();
    private final List<Held> held = new ArrayList<>();

    /// Files that no pin holds, in the order of their periods.
    private final Deque<Leaving> leaving = new ArrayDeque<>();

    private record Held(long id, boolean blob, long bytes, Runnable release) {}

    /// A file that is released as soon as a period is over.
    private record Leaving(Held file, long period) {}

    /// Makes it without pins.
    ///
    /// @param releaseSoon has {@link #releaseLeft} called soon
    public Pins(Runnable releaseSoon) {
        this.releaseSoon = releaseSoon;
    }

    /// Returns the sections in which files are read that no pin holds, or that are released because
    /// the store is closed.
    public ReadSections sections() {
        return sections;
    }

    /// Holds every file that leaves from now on, or those that it is confined to. Closing twice
    /// does nothing.
    public final class Pin implements AutoCloseable {
        private LongPredicate needed = id -> true;
        private long blobBound = Long.MAX_VALUE;

        private Pin() {}

        /// Lets go of all files but those whose ids are needed.
        ///
        /// @param ids tells of segments and runs
        /// @param firstLaterBlob blobs with this id and larger ones are not needed
        public void confine(LongPredicate ids, long firstLaterBlob) {
            boolean left =
                    change(() -> {
                        needed = ids;
                        blobBound = firstLaterBlob;
                    });
            if (left) {
                releaseSoon.run();
            }
        }

        private boolean holds(long id, boolean blob) {
            return blob ? id < blobBound : needed.test(id);
        }

        /// Closes it, and leaves it to the background to release what nobody holds any more: for
        /// readers, since that takes long.
        void closeQuickly() {
            if (change(() -> pins.remove(this))) {
                releaseSoon.run();
            }
        }

        @Override
        public void close() {
            if (change(() -> pins.remove(this))) {
                releaseLeft();
            }
        }
    }

    /// Takes a pin.
    public synchronized Pin pin() {
        Pin pin = new Pin();
        pins.add(pin);
        return pin;
    }

    /// Takes leave of a segment or a run. To be called when no pin taken from now on can meet it.
    ///
    /// @param bytes its size
    /// @param release closes and deletes it
    public void retire(long id, long bytes, Runnable release) {
        retire(new Held(id, false, bytes, release));
    }

    /// Takes leave of a blob.
    public void retireBlob(long id, long bytes, Runnable release) {
        retire(new Held(id, true, bytes, release));
    }

    private void retire(Held file) {
        synchronized (this) {
            if (isHeld(file)) {
                held.add(file);
            } else {
                leaving.add(new Leaving(file, sections.begin()));
            }
        }
        releaseLeft();
    }

    /// Releases what has left and is not read by anybody any more; returns whether there was any.
    public boolean releaseLeft() {
        List<Held> released = new ArrayList<>();
        synchronized (this) {
            while (!leaving.isEmpty() && sections.isOver(leaving.getFirst().period())) {
                released.add(leaving.removeFirst().file());
            }
        }
        for (Held file : released) {
            file.release.run();
        }
        return !released.isEmpty();
    }

    /// Returns the bytes of files that are only kept because a pin holds them.
    public synchronized long heldBytes() {
        return held.stream().mapToLong(Held::bytes).sum();
    }

    /// Waits until nobody reads any more, and releases every file, whoever holds it: the store is
    /// being closed, and whoever begins to read finds it closed.
    public void close() {
        change(pins::clear);
        sections.await();
        releaseLeft();
    }

    /// Changes the pins; returns whether there are files to release then.
    private synchronized boolean change(Runnable action) {
        action.run();
        if (!held.isEmpty()) {
            long period = sections.begin();
            for (Held file : List.copyOf(held)) {
                if (!isHeld(file)) {
                    held.remove(file);
                    leaving.add(new Leaving(file, period));
                }
            }
        }
        return !leaving.isEmpty();
    }

    private boolean isHeld(Held file) {
        for (Pin pin : pins) {
            if (pin.holds(file.id, file.blob)) {
                return true;
            }
        }
        return false;
    }
}
