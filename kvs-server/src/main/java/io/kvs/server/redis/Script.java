package io.kvs.server.redis;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.Prototype;

/// A script of a client, compiled.
///
/// @param digest its SHA-1 in hexadecimal digits
/// @param textBytes the size of its text
/// @param code what it does; immutable
record Script(String digest, int textBytes, Prototype code) {
    private static final String NAME = "@user_script";

    /// Compiles a text.
    ///
    /// @throws CommandException it is no Lua
    static Script compile(String digest, byte[] text) throws CommandException {
        try {
            Globals globals = LuaSandbox.compiler();
            return new Script(
                    digest,
                    text.length,
                    globals.compilePrototype(new ByteArrayInputStream(text), NAME));
        } catch (LuaError e) {
            throw new CommandException(
                    "ERR Error compiling script (new function): " + e.getMessage());
        } catch (IOException | StackOverflowError e) {
            throw new CommandException("ERR Error compiling script: " + e);
        }
    }
}
