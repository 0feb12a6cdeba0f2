package io.kvs.protocol.rpc;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.kvs.protocol.v1.Error;
import io.kvs.protocol.v1.ErrorCode;
import io.kvs.protocol.v1.Response;

/// Reads responses in place, one after the other.
///
/// What it returns is a copy or valid until the next call of {@link #read}. Not safe for use by
/// several threads at once.
public final class ResponseReader {
    private final Envelope envelope =
            new Envelope(
                    Response.FIGURES_FIELD_NUMBER,
                    Response.APPLIED_FIELD_NUMBER,
                    Response.EXPIRY_MILLIS_FIELD_NUMBER,
                    Response.COUNT_FIELD_NUMBER);

    /// Makes one that has read nothing.
    public ResponseReader() {}

    /// Reads the response between two indices of an array.
    ///
    /// @throws MalformedFrameException it is none
    public void read(byte[] bytes, int start, int end) throws MalformedFrameException {
        envelope.read(bytes, start, end);
    }

    /// Returns the id of the request that is answered.
    public long id() {
        return envelope.id();
    }

    /// Returns the field number of the kind of the response in {@link Response}; 0 if there is
    /// none.
    public int kind() {
        return envelope.kind();
    }

    /// Returns a copy of a value.
    public byte[] value() {
        return envelope.content();
    }

    /// Returns what a response says that is a number, or 1 for true.
    public long number() {
        return envelope.number();
    }

    /// Reads an error.
    ///
    /// @throws MalformedFrameException it is none
    public RemoteError error() throws MalformedFrameException {
        int code = 0;
        String message = "";
        String file = "";
        long offset = 0;
        WireReader reader = new WireReader();
        envelope.open(reader);
        for (int tag = reader.tag(); tag != 0; tag = reader.tag()) {
            switch (WireReader.field(tag)) {
                case Error.CODE_FIELD_NUMBER -> code = (int) reader.varint(tag);
                case Error.MESSAGE_FIELD_NUMBER -> message = reader.text(tag);
                case Error.FILE_FIELD_NUMBER -> file = reader.text(tag);
                case Error.OFFSET_FIELD_NUMBER -> offset = reader.varint(tag);
                default -> reader.skip(tag);
            }
        }
        return new RemoteError(code, message, file, offset);
    }

    /// An error as it was received.
    ///
    /// @param code the number of an {@link ErrorCode}, or one that is not known here
    /// @param message for people
    /// @param file of a corruption: the damaged file; else empty
    /// @param offset of a corruption: where in it
    public record RemoteError(int code, String message, String file, long offset) {}

    /// Parses what the response says.
    ///
    /// @throws MalformedFrameException it is no such message
    public <T extends Message> T message(Parser<T> parser) throws MalformedFrameException {
        return envelope.message(parser);
    }
}
