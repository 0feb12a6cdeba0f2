package io.kvs.server.redis;

import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.ReplyWriter;
import java.time.Duration;
import java.util.List;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/// One run of a script: one step for everybody else, under the locks of the keys that it was given.
///
/// What it has changed before it fails stays, as in Redis; if it takes too long, or too much
/// memory, it has changed nothing.
final class ScriptRun {
    private static final Duration TIME_MAX = Duration.ofSeconds(5);

    private final CommandContext context;
    private final Script script;
    private final List<byte[]> keys;
    private final List<byte[]> arguments;

    /// Prepares it.
    ///
    /// @param keys those that it may use
    /// @param arguments what else it was given
    ScriptRun(CommandContext context, Script script, List<byte[]> keys, List<byte[]> arguments) {
        this.context = context;
        this.script = script;
        this.keys = keys;
        this.arguments = arguments;
    }

    /// Runs it; returns what it returns.
    ///
    /// @throws CommandException it has failed
    LuaValue run() throws CommandException {
        if (context.transaction() != null) {
            try {
                return call(); // The transaction has the locks, and commits what the script does.
            } catch (LuaError e) {
                throw failure(e);
            }
        }
        Stripes stripes = new Stripes(context.server().locks());
        keys.forEach(stripes::add);
        TransactionKeyspace keyspace =
                new TransactionKeyspace(context.server().jobKeyspace(), context.server().clock());
        LuaValue[] result = {LuaValue.NIL};
        context.server().locks().write(stripes, true, () -> result[0] = callIn(keyspace));
        return result[0];
    }

    private LuaValue callIn(TransactionKeyspace keyspace) throws CommandException {
        context.transaction(keyspace);
        boolean commits = false;
        try {
            LuaValue result = call();
            commits = true;
            return result;
        } catch (LuaError e) {
            commits = true;
            throw failure(e);
        } finally {
            context.transaction(null);
            if (commits) {
                keyspace.commit();
            }
        }
    }

    private LuaValue call() throws CommandException {
        ReplyWriter reply = context.reply();
        OutputBuffer buffer = reply.buffer();
        int version = reply.version();
        Arguments request = context.arguments();
        reply.version(2);
        try {
            Globals globals = LuaSandbox.create(System.nanoTime() + TIME_MAX.toNanos());
            globals.set("KEYS", list(keys));
            globals.set("ARGV", list(arguments));
            globals.set("redis", new ScriptLibrary(context, keys).table());
            return new LuaClosure(script.code(), globals).call();
        } catch (LuaSandbox.TimeoutError | StackOverflowError e) {
            String problem = e instanceof StackOverflowError ? "stack overflow" : e.getMessage();
            throw new CommandException("ERR Error running script: " + problem);
        } finally {
            reply.to(buffer);
            reply.version(version);
            context.arguments(request);
        }
    }

    private static LuaTable list(List<byte[]> values) {
        LuaTable table = new LuaTable();
        for (byte[] value : values) {
            table.set(table.length() + 1, LuaString.valueOf(value));
        }
        return table;
    }

    /// Returns what the client is told of an error that the script has not caught.
    private CommandException failure(LuaError error) {
        LuaValue value = error.getMessageObject();
        LuaValue message = value == null ? LuaValue.NIL : LuaReplies.message(value);
        return new CommandException(
                message.isstring()
                        ? LuaReplies.text(message)
                        : "ERR " + error.getMessage() + " script: " + script.digest());
    }
}
