package io.kvs.server.redis;

import io.kvs.protocol.resp.Arguments;
import java.util.concurrent.locks.StampedLock;

/// Runs the commands of one client each as if nobody else were there, by {@link KeyLocks} of the
/// keys among its arguments. An action may therefore read and then write without more ado.
final class Isolation {
    private final KeyLocks locks;
    private final Stripes stripes;

    Isolation(KeyLocks locks) {
        this.locks = locks;
        this.stripes = new Stripes(locks);
    }

    /// Executes a command.
    void run(Command command, CommandContext context) throws CommandException {
        if (command.firstKey() == 0) {
            command.action().execute(context);
        } else if (command.isWrite()) {
            write(command, context);
        } else if (command.isReadonly()) {
            read(command, context);
        } else {
            command.action().execute(context);
        }
    }

    private void write(Command command, CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        int first = command.firstKey();
        if (command.lastKey(arguments.count()) > first) {
            writeGroup(command, context);
            return;
        }
        StampedLock lock = locks.lock(stripe(arguments, first));
        long stamp = lock.writeLock();
        try {
            command.action().execute(context);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private void writeGroup(Command command, CommandContext context) throws CommandException {
        stripes.clear();
        addKeys(stripes, command, context.arguments());
        locks.write(stripes, true, () -> command.action().execute(context));
    }

    private void read(Command command, CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        if (command.lastKey(arguments.count()) == command.firstKey() && !locks.groupWrites()) {
            command.action().execute(context);
            return;
        }
        stripes.clear();
        addKeys(stripes, command, arguments);
        if (!readOptimistically(command, context)) {
            stripes.lockShared();
            try {
                command.action().execute(context);
            } finally {
                stripes.unlock();
            }
        }
    }

    /// Returns whether the reply tells of one state; if not, it is taken back.
    private boolean readOptimistically(Command command, CommandContext context)
            throws CommandException {
        if (!stripes.beginOptimistically()) {
            return false;
        }
        int before = context.reply().buffer().size();
        command.action().execute(context);
        if (stripes.isStillValid()) {
            return true;
        }
        context.reply().buffer().truncate(before);
        return false;
    }

    private int stripe(Arguments arguments, int index) {
        return locks.stripe(arguments.array(), arguments.offset(index), arguments.length(index));
    }

    /// Adds the stripes of the keys of a request.
    static void addKeys(Stripes target, Command command, Arguments arguments) {
        int last = command.lastKey(arguments.count());
        for (int i = command.firstKey(); i <= last; i += command.keyStep()) {
            target.add(arguments.array(), arguments.offset(i), arguments.length(i));
        }
    }
}
