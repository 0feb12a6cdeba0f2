package io.kvs.server.redis;

import io.kvs.KvsException;
import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.resp.Arguments;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.OneArgFunction;
import org.luaj.vm2.lib.VarArgFunction;

/// The library `redis` of scripts: commands, and what goes with them.
final class ScriptLibrary {
    private final CommandContext context;
    private final Set<ByteString> keys = new HashSet<>();

    /// Makes the library of one run.
    ///
    /// @param keys those that its commands may use
    ScriptLibrary(CommandContext context, List<byte[]> keys) {
        this.context = context;
        keys.forEach(key -> this.keys.add(ByteString.of(key)));
    }

    /// Returns the library.
    LuaTable table() {
        LuaTable table = new LuaTable();
        table.set("call", new Call(true));
        table.set("pcall", new Call(false));
        table.set("error_reply", new ErrorReply());
        table.set("status_reply", new StatusReply());
        table.set("sha1hex", new Digest());
        return table;
    }

    /// Executes a command.
    private final class Call extends VarArgFunction {
        private final boolean raises;

        /// Makes it.
        ///
        /// @param raises whether the error of a command is one of the script
        Call(boolean raises) {
            this.raises = raises;
        }

        @Override
        public Varargs invoke(Varargs call) {
            LuaValue reply = execute(call);
            if (raises && LuaReplies.message(reply).isstring()) {
                throw new LuaError(reply);
            }
            return reply;
        }
    }

    private LuaValue execute(Varargs call) {
        try {
            Arguments request = request(call);
            Command command = command(request);
            checkKeys(command, request);
            return execute(command, request);
        } catch (CommandException e) {
            return LuaReplies.error(e.reply());
        } catch (KvsException e) {
            return LuaReplies.error("ERR " + e.getMessage());
        } finally {
            context.dropJob();
        }
    }

    private LuaValue execute(Command command, Arguments request) throws CommandException {
        OutputBuffer out = new OutputBuffer(0, context.server().limits().requestBytesMax());
        context.reply().to(out);
        context.arguments(request);
        command.action().execute(context);
        context.startJob();
        return LuaReplies.read(out.toByteArray());
    }

    private static Arguments request(Varargs call) throws CommandException {
        if (call.narg() == 0) {
            throw new CommandException(
                    "ERR Please specify at least one argument for this redis lib call");
        }
        byte[][] request = new byte[call.narg()][];
        for (int i = 0; i < request.length; i++) {
            LuaValue argument = call.arg(i + 1);
            if (!argument.isstring()) { // Numbers count as strings.
                throw new CommandException(
                        "ERR Lua redis lib command arguments must be strings or integers");
            }
            request[i] = LuaReplies.bytes(argument);
        }
        return Arguments.of(request);
    }

    private Command command(Arguments request) throws CommandException {
        Command command = context.server().commands().find(request);
        if (command != null && command.hasSubcommands() && request.count() > 1) {
            command = command.subcommand(request);
        }
        if (command == null) {
            throw new CommandException("ERR Unknown Redis command called from script");
        }
        if (!command.takes(request.count())) {
            throw new CommandException(
                    "ERR Wrong number of args calling Redis command from script");
        }
        if (command.flags().contains(CommandFlag.NOSCRIPT) || command.usesAllKeys()) {
            throw new CommandException("ERR This Redis command is not allowed from script");
        }
        return command;
    }

    /// Only the keys that the script was given are locked.
    private void checkKeys(Command command, Arguments request) throws CommandException {
        int last = command.lastKey(request.count());
        for (int i = command.firstKey(); i > 0 && i <= last; i += command.keyStep()) {
            if (!keys.contains(ByteString.of(request.bytes(i)))) {
                throw new CommandException(
                        "ERR Script attempted to access a key that is not among its KEYS");
            }
        }
    }

    private static final class ErrorReply extends OneArgFunction {
        @Override
        public LuaValue call(LuaValue message) {
            return LuaReplies.error(LuaReplies.text(message));
        }
    }

    private static final class StatusReply extends OneArgFunction {
        @Override
        public LuaValue call(LuaValue text) {
            return LuaReplies.status(text.checkstring());
        }
    }

    private static final class Digest extends OneArgFunction {
        @Override
        public LuaValue call(LuaValue text) {
            return LuaValue.valueOf(Scripts.digest(LuaReplies.bytes(text)));
        }
    }
}
