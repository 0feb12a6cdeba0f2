package io.kvs.server.redis;

import io.kvs.KvsException;
import io.kvs.server.log.ServerLog;
import org.jspecify.annotations.Nullable;

/// Turns what a job throws into the error that the client is told.
final class Failures {
    private final ServerLog log;
    private volatile @Nullable String error;

    Failures(ServerLog log) {
        this.log = log;
    }

    /// Does the work.
    void watch(CommandContext.Job work) {
        try {
            work.run();
        } catch (CommandException e) {
            error = e.reply();
        } catch (RuntimeException e) {
            error = error(e, log);
        } catch (OutOfMemoryError e) {
            error = "ERR there is not enough memory";
            throw e;
        }
    }

    /// Returns the error, or null if the work was done.
    @Nullable String error() {
        return error;
    }

    /// Returns the error for what was thrown; what is a failure of ours is logged.
    static String error(RuntimeException thrown, ServerLog log) {
        if (thrown instanceof KvsException) {
            return "ERR " + thrown.getMessage();
        }
        log.failure("a command has failed", thrown);
        return "ERR internal error";
    }
}
