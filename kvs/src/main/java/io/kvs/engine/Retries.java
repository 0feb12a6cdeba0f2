package io.kvs.engine;

import io.kvs.StoreIoException;
import io.kvs.commit.Deferral;
import io.kvs.commit.WouldWaitException;
import io.kvs.run.DamagedRunException;
import java.util.function.BooleanSupplier;

/// Does writes again that have written nothing: because they found the disk full, after space was
/// freed, once; or because they met a damaged run, after that was made anew.
final class Retries {
    private final StoreLife life;

    /// Makes it for a store.
    Retries(StoreLife life) {
        this.life = life;
    }

    /// Does a write again.
    ///
    /// @param met why it has written nothing
    void again(RuntimeException met, Runnable write) {
        changeAgain(
                met,
                () -> {
                    write.run();
                    return true;
                });
    }

    /// Does a write again that tells whether it has changed anything; not in an operation that must
    /// not wait.
    ///
    /// @param met why it has written nothing
    boolean changeAgain(RuntimeException met, BooleanSupplier write) {
        if (Deferral.forbidsWaiting()) {
            throw new WouldWaitException();
        }
        RuntimeException reason = met;
        boolean roomMade = false;
        while (true) {
            if (reason instanceof DamagedRunException damaged) {
                life.repair(damaged.run());
            } else if (roomMade || !life.makeRoom()) {
                throw reason;
            } else {
                roomMade = true;
            }
            try {
                return write.getAsBoolean();
            } catch (StoreIoException | DamagedRunException e) {
                reason = e;
            }
        }
    }
}
