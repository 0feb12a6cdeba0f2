package io.kvs.protocol.rpc;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.kvs.protocol.v1.Request;
import java.util.Arrays;

/// The outside of a request or a response: an id, and one field besides, whose number tells the
/// kind. Of several the last one counts.
///
/// A later version may have fields that are not known here. They are passed over, whatever their
/// type, and say nothing of the kind. Only if there is no field of a known kind, one of bytes is
/// taken for a kind that is not known: every request is a message.
///
/// What it returns is valid until the next call of {@link #read}.
final class Envelope {
    /// The most fields of a message: each takes tens of bytes of memory when it is parsed, but may
    /// have come as two.
    private static final int FIELDS_MAX = 1 << 20;

    /// That of a response is the same.
    private static final int ID_FIELD_NUMBER = Request.ID_FIELD_NUMBER;

    private static final int FIRST_KIND = ID_FIELD_NUMBER + 1;

    private final int lastKind;

    /// A bit for each kind that is a number.
    private final long numberKinds;

    private final WireReader reader = new WireReader();
    private byte[] array = {};
    private long id;
    private int kind;
    private int from;
    private int to;
    private long number;

    /// Makes one that has read nothing.
    ///
    /// @param lastKind the kinds are the fields behind the id, up to this one
    /// @param numberKinds which of them are numbers; all others are bytes or messages
    Envelope(int lastKind, int... numberKinds) {
        this.lastKind = lastKind;
        long bits = 0;
        for (int kind : numberKinds) {
            bits |= 1L << kind;
        }
        this.numberKinds = bits;
    }

    /// Reads the message between two indices of an array.
    ///
    /// @throws MalformedFrameException it is none
    void read(byte[] bytes, int start, int end) throws MalformedFrameException {
        array = bytes;
        id = 0;
        kind = 0;
        number = 0;
        from = start;
        to = start;
        int unknownKind = 0;
        reader.begin(bytes, start, end);
        for (int tag = reader.tag(); tag != 0; tag = reader.tag()) {
            int field = WireReader.field(tag);
            int type = WireReader.type(tag);
            if (field == ID_FIELD_NUMBER) {
                id = reader.varint(tag);
            } else if (isKind(field, type)) {
                readKind(tag);
            } else {
                reader.skip(tag);
                unknownKind = type == WireReader.BYTES ? field : unknownKind;
            }
        }
        if (kind == 0) {
            kind = unknownKind;
        }
    }

    private boolean isKind(int field, int type) {
        return field >= FIRST_KIND
                && field <= lastKind
                && type == (isNumber(field) ? WireReader.VARINT : WireReader.BYTES);
    }

    private boolean isNumber(int kind) {
        return (numberKinds >>> kind & 1) != 0;
    }

    private void readKind(int tag) throws MalformedFrameException {
        kind = WireReader.field(tag);
        int length = 0;
        if (isNumber(kind)) {
            number = reader.varint(tag);
        } else {
            length = reader.bytes(tag);
        }
        to = reader.position();
        from = to - length;
    }

    long id() {
        return id;
    }

    /// Returns the number of the field that is the kind, which may be one that is not known; 0 if
    /// there is none.
    int kind() {
        return kind;
    }

    /// Returns where in the array the content begins, if the kind is bytes or a message.
    int from() {
        return from;
    }

    /// Returns how many bytes of content there are.
    int length() {
        return to - from;
    }

    /// Returns the content, if the kind is a number.
    long number() {
        return number;
    }

    /// Returns a copy of the content.
    byte[] content() {
        return Arrays.copyOfRange(array, from, to);
    }

    /// Lets a reader begin with the fields of the content.
    void open(WireReader content) {
        content.begin(array, from, to);
    }

    /// Parses the content. What is not known in it, at whatever depth, takes no memory.
    ///
    /// @throws MalformedFrameException it is no such message, or has too many fields
    <T extends Message> T message(Parser<T> parser) throws MalformedFrameException {
        checkFields();
        try {
            return DiscardUnknownFieldsParser.wrap(parser).parseFrom(array, from, to - from);
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedFrameException(String.valueOf(e.getMessage()));
        }
    }

    private void checkFields() throws MalformedFrameException {
        int fields = 0;
        reader.begin(array, from, to);
        for (int tag = reader.tag(); tag != 0; tag = reader.tag()) {
            if (++fields > FIELDS_MAX) {
                throw new MalformedFrameException(
                        "more than " + FIELDS_MAX + " keys, changes or values in one message");
            }
            reader.skip(tag);
        }
    }
}
