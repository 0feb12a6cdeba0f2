package io.kvs.engine;

import io.kvs.StoreFailedException;
import io.kvs.commit.Log;
import io.kvs.io.Background;
import io.kvs.io.Background.Worker;
import io.kvs.view.Pins;
import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;

/// The background threads of an open store: what each does, when it is woken, and what writers do
/// where one of them cannot keep up.
///
/// Each also looks after its work once a period, so that nothing waits for good.
final class Workers {
    private static final Duration COMPACTION_PERIOD = Duration.ofSeconds(1);

    private final Pins pins;
    private final Log log;
    private final Listing listing;
    private final Housekeeper housekeeper;
    private final Compactions compactions;
    private final Budget budget;
    private final Prefaulting prefaulting;
    private final Worker allocating;
    private final Worker compacting;
    private final Worker housekeeping;
    private final Worker listingWork;
    private final Worker merging;

    /// Set while so much is listed by no run that writers help.
    private volatile boolean unlisted;

    /// Set while the keydir is near its budget and complete.
    private volatile boolean crowded;

    /// Starts them.
    ///
    /// @param period that of all but compaction
    /// @param guarded makes a step note an error of the device
    Workers(
            Pins pins,
            Log log,
            Listing listing,
            Housekeeper housekeeper,
            Compactions compactions,
            Budget budget,
            Prefaulting prefaulting,
            Background background,
            Duration period,
            UnaryOperator<Runnable> guarded) {
        this.pins = pins;
        this.log = log;
        this.listing = listing;
        this.housekeeper = housekeeper;
        this.compactions = compactions;
        this.budget = budget;
        this.prefaulting = prefaulting;
        allocating = background.start("allocation", period, guarded.apply(this::allocate));
        compacting =
                background.start("compaction", COMPACTION_PERIOD, guarded.apply(this::compact));
        housekeeping = background.start("housekeeping", period, guarded.apply(this::housekeep));
        listingWork = background.start("listing", period, guarded.apply(listing::listStep));
        merging = background.start("merging", period, guarded.apply(listing::mergeStep));
        compacting.wake();
    }

    /// Called when the next part of the active segment is due for a run.
    void onPart() {
        unlisted = listing.isBehind();
        crowded = budget.isCrowded();
        listingWork.wake();
        allocating.wake();
    }

    /// Called when a segment has ended.
    void onRoll() {
        compactions.observe();
        if (compactions.isUrgent()) {
            compacting.wake(); // It must have begun before writers wait for it.
        }
        allocating.wake();
        if (compactions.isNear() || housekeeper.isSealingDue()) {
            housekeeping.wake();
        }
    }

    /// Has a spare segment made, and files given up that nobody reads any more.
    void allocateSoon() {
        allocating.wake();
    }

    /// Has runs merged for scans; those of segments that have ended, when these have been sealed.
    void mergeSoon() {
        (log.writers().length > 1 ? housekeeping : merging).wake();
    }

    /// Returns whether writers should {@link #help}.
    boolean isBehind() {
        return unlisted || crowded;
    }

    /// Does some of the work for a writer. Called outside of all locks, in a section.
    void help() {
        if (unlisted) {
            listing.help();
            unlisted = listing.isBehind();
        }
        if (crowded) {
            relieve();
        }
    }

    /// Ends all of them; returns when they have ended.
    void close() {
        compacting.close();
        listingWork.close();
        merging.close();
        housekeeping.close();
        allocating.close();
    }

    /// Gives up files that nobody reads any more, and keeps a spare segment ready.
    private void allocate() {
        pins.releaseLeft();
        try {
            log.prepareSpare();
        } catch (IOException | StoreFailedException e) {
            // The disk is full or worse: a writer that needs the room will say so.
        }
    }

    private void compact() {
        prefaulting.step();
        compactions.step();
    }

    private void housekeep() {
        housekeeper.step();
        relieve();
        merging.wake();
        compactions.shrink();
        if (compactions.isDue()) {
            compacting.wake();
        }
    }

    /// Has keys leave the keydir before it grows beyond its budget.
    private void relieve() {
        try {
            budget.step();
        } catch (IOException | StoreFailedException e) {
            // It goes on beyond, and is tried again at the next step.
        }
        crowded = false;
    }
}
