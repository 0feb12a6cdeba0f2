package io.kvs.engine;

import io.kvs.io.MappedFile;
import io.kvs.run.Run;
import io.kvs.segment.Segment;
import io.kvs.view.View;
import io.kvs.view.View.Part;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Spares the first reads after open most of their page faults; see {@link MappedFile#prefault}.
///
/// A page fault for each place that is read by chance takes some ten times as long as one for each
/// page after the other. The hash indexes of the runs come first, for each read needs them.
final class Prefaulting {
    private final Supplier<View> present;
    private final BooleanSupplier stopped;
    private boolean done;

    /// Prepares it.
    ///
    /// @param present takes a view of what there is
    /// @param stopped tells whether to give up
    Prefaulting(Supplier<View> present, BooleanSupplier stopped) {
        this.present = present;
        this.stopped = stopped;
    }

    /// Does it, unless that has been done. To be called by one thread.
    void step() {
        if (done) {
            return;
        }
        done = true;
        try (View view = present.get()) {
            for (Run run : view.runs()) {
                if (!stopped.getAsBoolean()) {
                    run.prefault();
                }
            }
            for (Part part : view.parts()) {
                if (!stopped.getAsBoolean()) {
                    prefault(part);
                }
            }
        }
    }

    private static void prefault(Part part) {
        Segment segment = part.segment();
        long mapped = segment.memory().byteSize(); // less than there was, if the file has been cut
        segment.file().prefault(0, Math.min(part.end(), mapped));
    }
}
