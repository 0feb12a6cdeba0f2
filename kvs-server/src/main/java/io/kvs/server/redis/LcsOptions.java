package io.kvs.server.redis;

import io.kvs.protocol.resp.Arguments;
import io.kvs.protocol.resp.ReplyWriter;
import java.util.List;

/// The options of `LCS`.
///
/// @param lengthOnly whether the reply is a length
/// @param withPlaces whether the reply tells where the parts are
/// @param lengthMin how long parts must be of which it tells
/// @param withLengths whether it tells the length of each part
record LcsOptions(boolean lengthOnly, boolean withPlaces, long lengthMin, boolean withLengths) {

    /// Returns the options of a request.
    static LcsOptions of(CommandContext context) throws CommandException {
        Arguments arguments = context.arguments();
        boolean lengthOnly = false;
        boolean withPlaces = false;
        boolean withLengths = false;
        long lengthMin = 0;
        for (int i = 3; i < arguments.count(); i++) {
            if (arguments.is(i, "idx")) {
                withPlaces = true;
            } else if (arguments.is(i, "len")) {
                lengthOnly = true;
            } else if (arguments.is(i, "withmatchlen")) {
                withLengths = true;
            } else if (arguments.is(i, "minmatchlen") && i + 1 < arguments.count()) {
                lengthMin = Math.max(0, context.integer(++i));
            } else {
                throw CommandException.syntax();
            }
        }
        if (lengthOnly && withPlaces) {
            throw new CommandException(
                    "ERR If you want both the length and indexes, please just use IDX.");
        }
        return new LcsOptions(lengthOnly, withPlaces, lengthMin, withLengths);
    }

    /// Replies with what was found.
    void reply(CommonSubsequence common, ReplyWriter reply) {
        if (withPlaces) {
            replyPlaces(common, reply);
        } else if (lengthOnly) {
            reply.integer(common.length());
        } else {
            reply.bulk(common.bytes());
        }
    }

    private void replyPlaces(CommonSubsequence common, ReplyWriter reply) {
        List<CommonSubsequence.Part> parts = common.parts(lengthMin);
        reply.map(2);
        reply.bulk("matches");
        reply.array(parts.size());
        for (CommonSubsequence.Part part : parts) {
            reply.array(withLengths ? 3 : 2);
            replyRange(reply, part.firstStart(), part.length());
            replyRange(reply, part.secondStart(), part.length());
            if (withLengths) {
                reply.integer(part.length());
            }
        }
        reply.bulk("len");
        reply.integer(common.length());
    }

    private static void replyRange(ReplyWriter reply, int start, int length) {
        reply.array(2);
        reply.integer(start);
        reply.integer(start + length - 1L);
    }
}
