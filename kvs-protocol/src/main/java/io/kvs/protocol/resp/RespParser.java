package io.kvs.protocol.resp;

import io.kvs.protocol.InputBuffer;

/// Reads requests in place: arrays of bulk strings, and inline commands.
///
/// It goes on where it stopped for want of bytes, so a request that comes in small pieces is not
/// read again from its start. Takes and refuses what Redis 7.0 does, in the same words. Not safe
/// for use by several threads at once.
public final class RespParser {
    private static final int NONE = -1;
    private static final int NUMBER_DIGITS_MAX = 18;

    private final RespLimits limits;
    private final Arguments arguments = new Arguments();

    private boolean authenticated = true;

    /// How many bytes of the request were read, from its first one.
    private int position;

    /// How many arguments are to come; NONE before that was read.
    private int missing = NONE;

    /// How many bytes the next argument has; NONE before that was read.
    private int bulkLength = NONE;

    /// The number of the line that {@link #number} has read.
    private long number;

    /// Makes one.
    public RespParser(RespLimits limits) {
        this.limits = limits;
    }

    /// Says whether the client has said who it is; if not, only tiny requests are taken.
    public void authenticated(boolean value) {
        authenticated = value;
    }

    /// Returns the arguments of the request that {@link #next} has read.
    public Arguments arguments() {
        return arguments;
    }

    /// Reads and consumes the next request if all of it is there. Empty requests are passed over.
    ///
    /// @return whether {@link #arguments()} has a request; if not, more bytes are needed
    /// @throws RespException it is none, or exceeds a limit
    public boolean next(InputBuffer in) throws RespException {
        while (true) {
            if (missing == NONE && !begin(in)) {
                return false;
            }
            if (missing > 0 && !bulks(in)) {
                return false;
            }
            missing = NONE;
            if (arguments.count() > 0) {
                return true;
            }
        }
    }

    /// Reads what comes before the arguments, or all of an inline command.
    private boolean begin(InputBuffer in) throws RespException {
        if (in.isEmpty()) {
            return false;
        }
        arguments.clear();
        position = 0;
        if (in.array()[in.start()] != '*') {
            return inline(in);
        }
        if (!number(in, 1, "mbulk count")) {
            return false;
        }
        if (number == Long.MIN_VALUE || number > limits.argumentsMax()) {
            throw new RespException("invalid multibulk length");
        }
        if (!authenticated && number > RespLimits.UNAUTHENTICATED_ARGUMENTS_MAX) {
            throw new RespException("unauthenticated multibulk length");
        }
        missing = (int) Math.max(0, number);
        if (missing == 0) {
            in.consume(position);
        }
        return true;
    }

    /// Reads arguments; consumes the request and returns true if all are there.
    private boolean bulks(InputBuffer in) throws RespException {
        byte[] bytes = in.array();
        int size = in.size();
        while (missing > 0) {
            if (bulkLength == NONE && !bulkHeader(in)) {
                return false;
            }
            // Behind the bytes of the argument is the end of the line.
            if (size - position < bulkLength + 2) {
                return false;
            }
            arguments.add(position, bulkLength);
            position += bulkLength + 2;
            bulkLength = NONE;
            missing--;
        }
        arguments.in(bytes, in.start());
        in.consume(position);
        return true;
    }

    private boolean bulkHeader(InputBuffer in) throws RespException {
        if (position >= in.size()) {
            return false;
        }
        byte first = in.array()[in.start() + position];
        if (first != '$') {
            throw new RespException("expected '$', got '" + printable(first) + "'");
        }
        if (!number(in, position + 1, "bulk count")) {
            return false;
        }
        if (number < 0 || number > limits.bulkBytesMax()) {
            throw new RespException("invalid bulk length");
        }
        if (!authenticated && number > RespLimits.UNAUTHENTICATED_BULK_BYTES_MAX) {
            throw new RespException("unauthenticated bulk length");
        }
        if (position + number + 2 > limits.requestBytesMax()) {
            throw new RespException("too big request");
        }
        bulkLength = (int) number;
        return true;
    }

    /// Reads a line that is a number and moves {@link #position} behind it; `Long.MIN_VALUE` stands
    /// for what is no number.
    ///
    /// @param from where it begins, behind the character that says what it counts
    private boolean number(InputBuffer in, int from, String what) throws RespException {
        byte[] bytes = in.array();
        int first = in.start() + from;
        int end = in.end();
        long value = 0;
        int index = first;
        while (index < end && bytes[index] >= '0' && bytes[index] <= '9') {
            if (index - first == NUMBER_DIGITS_MAX) {
                break;
            }
            value = 10 * value + (bytes[index] - '0');
            index++;
        }
        if (index + 1 < end && bytes[index] == '\r' && index > first) {
            boolean plain = bytes[first] != '0' || index == first + 1;
            number = plain ? value : Long.MIN_VALUE;
            position = index + 2 - in.start();
            return true;
        }
        return unusualNumber(in, from, what);
    }

    /// Reads the line of a number that is negative, none, very long, or not all there.
    private boolean unusualNumber(InputBuffer in, int from, String what) throws RespException {
        byte[] bytes = in.array();
        int first = in.start() + from;
        int index = first;
        while (index < in.end() && bytes[index] != '\r') {
            index++;
        }
        if (index - first >= RespLimits.LINE_BYTES_MAX) {
            throw new RespException("too big " + what + " string");
        }
        if (index + 1 >= in.end()) {
            return false;
        }
        number = negative(bytes, first, index);
        position = index + 2 - in.start();
        return true;
    }

    private static long negative(byte[] bytes, int first, int end) {
        int digits = end - first - 1;
        if (digits < 1 || digits > NUMBER_DIGITS_MAX || bytes[first] != '-') {
            return Long.MIN_VALUE;
        }
        long value = 0;
        for (int i = first + 1; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9' || (value == 0 && bytes[i] == '0')) {
                return Long.MIN_VALUE;
            }
            value = 10 * value + (bytes[i] - '0');
        }
        return -value;
    }

    private boolean inline(InputBuffer in) throws RespException {
        byte[] bytes = in.array();
        int first = in.start();
        int index = first;
        while (index < in.end() && bytes[index] != '\n') {
            index++;
        }
        if (index - first > RespLimits.LINE_BYTES_MAX) {
            throw new RespException("too big inline request");
        }
        if (index == in.end()) {
            return false;
        }
        int end = index > first && bytes[index - 1] == '\r' ? index - 1 : index;
        new InlineCommand(bytes, first, end).split(arguments);
        in.consume(index + 1 - first);
        missing = 0;
        if (!authenticated && arguments.count() > RespLimits.UNAUTHENTICATED_ARGUMENTS_MAX) {
            throw new RespException("unauthenticated multibulk length");
        }
        return true;
    }

    private static String printable(byte value) {
        return value >= ' ' && value < 0x7F ? String.valueOf((char) value) : "?";
    }
}
