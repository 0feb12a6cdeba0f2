package io.kvs.protocol.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.kvs.protocol.v1.Request;
import java.util.Arrays;

/// The outside of a request or a response: an id, and one field besides, whose number tells the
/// kind. Of several the last one counts. What it returns is valid until the next call of {@link
/// #read}.
final class Envelope {
    /// The most fields of a message: each takes tens of bytes of memory when it is parsed, but may
    /// have come as two.
    private static final int FIELDS_MAX = 1 << 20;

    /// That of a response is the same.
    private static final int ID_FIELD_NUMBER = Request.ID_FIELD_NUMBER;

    private final WireReader reader = new WireReader();
    private byte[] array = {};
    private long id;
    private int kind;
    private int from;
    private int to;
    private long number;

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
        reader.begin(bytes, start, end);
        for (int tag = reader.tag(); tag != 0; tag = reader.tag()) {
            if (WireReader.field(tag) == ID_FIELD_NUMBER) {
                id = reader.varint(tag);
            } else if ((tag & 7) == WireReader.BYTES) {
                int length = reader.bytes(tag);
                kind = WireReader.field(tag);
                to = reader.position();
                from = to - length;
            } else if ((tag & 7) == WireReader.VARINT) {
                number = reader.varint(tag);
                kind = WireReader.field(tag);
                from = start;
                to = start;
            } else {
                reader.skip(tag);
            }
        }
    }

    long id() {
        return id;
    }

    /// Returns the number of the field that is the kind; 0 if there is none.
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

    /// Parses the content.
    ///
    /// @throws MalformedFrameException it is no such message, or has too many fields
    <T extends MessageLite> T message(Parser<T> parser) throws MalformedFrameException {
        checkFields();
        try {
            return parser.parseFrom(array, from, to - from);
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
