package io.kvs.view;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;

/// Keeps files that have left the store as long as somebody looks at a time when they were part of
/// it.
///
/// A file that nobody holds is released at once when it leaves, any other one when the last {@link
/// Pin} that holds it is closed. Files are known by their ids.
public final class Pins {
    private final Set<Pin> pins = new HashSet<>();
    private final List<Held> held = new ArrayList<>();

    private record Held(long id, boolean blob, long bytes, Runnable release) {}

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
            change(() -> {
                needed = ids;
                blobBound = firstLaterBlob;
            });
        }

        private boolean holds(long id, boolean blob) {
            return blob ? id < blobBound : needed.test(id);
        }

        @Override
        public void close() {
            change(() -> pins.remove(this));
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
                return;
            }
        }
        file.release.run();
    }

    /// Returns the bytes of files that are only kept because a pin holds them.
    public synchronized long heldBytes() {
        return held.stream().mapToLong(Held::bytes).sum();
    }

    /// Releases every file, whoever holds it: the store is being closed.
    public void close() {
        change(pins::clear);
    }

    private void change(Runnable action) {
        List<Held> released = new ArrayList<>();
        synchronized (this) {
            action.run();
            for (Held file : held) {
                if (!isHeld(file)) {
                    released.add(file);
                }
            }
            held.removeAll(released);
        }
        for (Held file : released) {
            file.release.run();
        }
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
