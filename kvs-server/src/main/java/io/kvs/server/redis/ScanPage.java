package io.kvs.server.redis;

import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.ReplyWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of keys, as `SCAN` reads one after the other; see {@link ScanCursors}.
final class ScanPage {
    private static final int COUNT_DEFAULT = 10;
    private static final int COUNT_MAX = 1 << 16;

    private final Keyspace keyspace;
    private final ScanCursors cursors;
    private final long cursor;
    private final @Nullable Glob pattern;
    private final int count;

    private final List<byte[]> found = new ArrayList<>();
    private long next;

    private ScanPage(
            Keyspace keyspace,
            ScanCursors cursors,
            long cursor,
            @Nullable Glob pattern,
            int count) {
        this.keyspace = keyspace;
        this.cursors = cursors;
        this.cursor = cursor;
        this.pattern = pattern;
        this.count = count;
    }

    /// Returns the cursor that a text names.
    ///
    /// @throws CommandException it is no number of 64 bits
    static long cursor(String text) throws CommandException {
        if (!text.matches("-?[0-9]{1,20}") || new BigInteger(text).bitLength() > Long.SIZE) {
            throw new CommandException("ERR invalid cursor");
        }
        return new BigInteger(text).longValue();
    }

    /// Returns the page that a request asks for.
    static ScanPage of(CommandContext context, long cursor) throws CommandException {
        Arguments arguments = context.arguments();
        Glob pattern = null;
        long count = COUNT_DEFAULT;
        boolean isOfStrings = true;
        for (int i = 2; i < arguments.count(); i += 2) {
            if (i + 1 == arguments.count()) {
                throw CommandException.syntax();
            }
            if (arguments.is(i, "count")) {
                count = context.integer(i + 1);
                if (count < 1) {
                    throw CommandException.syntax();
                }
            } else if (arguments.is(i, "match")) {
                pattern = Glob.of(arguments.bytes(i + 1));
            } else if (arguments.is(i, "type")) {
                isOfStrings = arguments.is(i + 1, "string");
            } else {
                throw CommandException.syntax();
            }
        }
        return new ScanPage(
                context.jobKeyspace(),
                context.server().scanCursors(),
                cursor,
                pattern,
                isOfStrings ? (int) Math.min(count, COUNT_MAX) : 0);
    }

    /// Returns how many keys are looked at.
    int count() {
        return count;
    }

    /// Reads it.
    void read() throws CommandException {
        if (count == 0) {
            return; // There are no keys of other types.
        }
        byte[] prefix = pattern == null ? new byte[0] : pattern.prefix();
        byte[] from = cursors.position(cursor);
        if (Arrays.compareUnsigned(from, prefix) < 0) {
            from = prefix;
        }
        try (KeyIterator keys = keyspace.keys(from)) {
            for (int i = 0; i < count; i++) {
                byte[] key = keys.next();
                if (key == null || pattern != null && !pattern.mayMatchFrom(key)) {
                    return;
                }
                if (pattern == null || pattern.matches(key)) {
                    found.add(key);
                }
                from = key;
            }
        }
        next = cursors.put(Arrays.copyOf(from, from.length + 1), cursor);
    }

    /// Replies with it.
    void reply(ReplyWriter reply) {
        reply.array(2);
        reply.bulk(Long.toUnsignedString(next));
        reply.array(found.size());
        found.forEach(reply::bulk);
    }
}
