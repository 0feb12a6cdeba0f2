package io.kvs.server.redis;

import java.util.List;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LoadState;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.BaseLib;
import org.luaj.vm2.lib.DebugLib;
import org.luaj.vm2.lib.MathLib;
import org.luaj.vm2.lib.PackageLib;
import org.luaj.vm2.lib.StringLib;
import org.luaj.vm2.lib.TableLib;
import org.luaj.vm2.lib.TwoArgFunction;

/// What of Lua a script may use: the language, strings, tables and mathematics, for a limited time;
/// no files, no threads, no loading of code, and nothing that one script could leave to another.
final class LuaSandbox {
    /// Longer than this no `string.rep` makes a string, in bytes.
    private static final long REPEATED_BYTES_MAX = 64 << 20;

    private static final List<String> WITHHELD =
            List.of(
                    "collectgarbage",
                    "debug",
                    "dofile",
                    "getmetatable",
                    "load",
                    "loadfile",
                    "package",
                    "print",
                    "require");

    static {
        // The first library of strings becomes that of all values that are strings: one that no
        // script can reach and change.
        create(Long.MAX_VALUE);
    }

    private LuaSandbox() {}

    /// A script has run for too long. Not to be caught by the script, which catches exceptions.
    static final class TimeoutError extends Error {
        private static final long serialVersionUID = 1L;

        private TimeoutError() {
            super("the script took too long", null, false, false);
        }
    }

    /// Returns globals that can only compile.
    static Globals compiler() {
        Globals globals = new Globals();
        LoadState.install(globals);
        LuaC.install(globals);
        return globals;
    }

    /// Returns the globals for one run.
    ///
    /// @param endNanos when the run is ended by a {@link TimeoutError}, by {@link System#nanoTime}
    static Globals create(long endNanos) {
        Globals globals = compiler();
        globals.load(new BaseLib());
        globals.load(new PackageLib());
        globals.load(new StringLib());
        globals.load(new TableLib());
        globals.load(new MathLib());
        globals.load(new Deadline(endNanos));
        LuaTable strings = globals.get("string").checktable();
        strings.set("dump", LuaValue.NIL);
        strings.set("rep", new Repeat());
        globals.set("unpack", globals.get("table").get("unpack"));
        WITHHELD.forEach(name -> globals.set(name, LuaValue.NIL));
        return globals;
    }

    /// Looks at the clock now and then.
    private static final class Deadline extends DebugLib {
        private static final int PERIOD = 1 << 12;

        private final long endNanos;
        private int instructions;

        Deadline(long endNanos) {
            this.endNanos = endNanos;
        }

        @Override
        public void onInstruction(int counter, Varargs arguments, int top) {
            if ((++instructions & PERIOD - 1) == 0 && System.nanoTime() - endNanos > 0) {
                throw new TimeoutError();
            }
            super.onInstruction(counter, arguments, top);
        }
    }

    /// Repeats a string, within limits: the rest of what a script does takes time for each byte.
    private static final class Repeat extends TwoArgFunction {
        @Override
        public LuaValue call(LuaValue text, LuaValue count) {
            LuaString part = text.checkstring();
            long times = Math.max(0, count.checklong());
            if (part.length() * (double) times > REPEATED_BYTES_MAX) {
                throw new LuaError("resulting string too large");
            }
            byte[] bytes = new byte[(int) (part.length() * times)];
            for (int at = 0; at < bytes.length; at += part.length()) {
                part.copyInto(0, bytes, at, part.length());
            }
            return LuaString.valueUsing(bytes);
        }
    }
}
