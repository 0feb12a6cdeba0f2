package io.kvs.server.redis;

import io.kvs.protocol.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/// Replies of commands as values of Lua, and the other way round, as Redis converts them.
final class LuaReplies {
    private static final LuaString ERROR = LuaString.valueOf("err");
    private static final LuaString STATUS = LuaString.valueOf("ok");

    /// Arrays deeper than this are cut off: a table may contain itself.
    private static final int DEPTH_MAX = 100;

    private final byte[] reply;
    private int at;

    private LuaReplies(byte[] reply) {
        this.reply = reply;
    }

    /// Returns the value for the reply of a command in version 2 of the protocol.
    static LuaValue read(byte[] reply) {
        return new LuaReplies(reply).next();
    }

    /// Returns the value for an error.
    static LuaTable error(String message) {
        LuaTable table = new LuaTable();
        table.set(ERROR, LuaString.valueOf(message.getBytes(StandardCharsets.UTF_8)));
        return table;
    }

    /// Returns the value for a status.
    static LuaTable status(LuaValue text) {
        LuaTable table = new LuaTable();
        table.set(STATUS, text);
        return table;
    }

    /// Returns the message of a value that stands for an error, or nil.
    static LuaValue message(LuaValue value) {
        return value.istable() ? value.rawget(ERROR) : LuaValue.NIL;
    }

    /// Returns the bytes of a value that is a string or a number, as text.
    static String text(LuaValue value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }

    /// Returns the bytes of a value that is a string or a number.
    static byte[] bytes(LuaValue value) {
        LuaString string = value.checkstring();
        byte[] bytes = new byte[string.length()];
        string.copyInto(0, bytes, 0, bytes.length);
        return bytes;
    }

    private LuaValue next() {
        byte type = reply[at++];
        return switch (type) {
            case '+' -> status(line());
            case '-' -> {
                LuaTable table = new LuaTable();
                table.set(ERROR, line());
                yield table;
            }
            case ':' -> LuaValue.valueOf((double) number());
            case '$' -> bulk(number());
            case '*' -> array(number());
            default -> throw new AssertionError("no reply of version 2: " + (char) type);
        };
    }

    private LuaValue bulk(long length) {
        if (length < 0) {
            return LuaValue.FALSE;
        }
        LuaString value = LuaString.valueOf(reply, at, (int) length);
        at += (int) length + 2;
        return value;
    }

    private LuaValue array(long count) {
        if (count < 0) {
            return LuaValue.FALSE;
        }
        LuaTable table = new LuaTable();
        for (int i = 1; i <= count; i++) {
            table.set(i, next());
        }
        return table;
    }

    private long number() {
        return Long.parseLong(line().tojstring());
    }

    private LuaString line() {
        int from = at;
        while (reply[at] != '\r') {
            at++;
        }
        at += 2;
        return LuaString.valueOf(reply, from, at - 2 - from);
    }

    /// Replies with what a script returns.
    static void write(LuaValue value, ReplyWriter reply) {
        write(value, reply, DEPTH_MAX);
    }

    private static void write(LuaValue value, ReplyWriter reply, int depth) {
        switch (value.type()) {
            case LuaValue.TSTRING -> reply.bulk(bytes(value));
            case LuaValue.TNUMBER -> reply.integer((long) value.todouble());
            case LuaValue.TBOOLEAN -> {
                if (value.toboolean()) {
                    reply.integer(1);
                } else {
                    reply.nil();
                }
            }
            case LuaValue.TTABLE -> writeTable(value, reply, depth);
            default -> reply.nil();
        }
    }

    private static void writeTable(LuaValue table, ReplyWriter reply, int depth) {
        LuaValue error = table.rawget(ERROR);
        LuaValue status = table.rawget(STATUS);
        if (error.isstring()) {
            reply.error(text(error));
        } else if (status.isstring()) {
            reply.simple(text(status).replace('\r', ' ').replace('\n', ' '));
        } else if (depth == 0) {
            reply.nil();
        } else {
            int count = 0;
            while (!table.rawget(count + 1).isnil()) {
                count++;
            }
            reply.array(count);
            for (int i = 1; i <= count; i++) {
                write(table.rawget(i), reply, depth - 1);
            }
        }
    }
}
