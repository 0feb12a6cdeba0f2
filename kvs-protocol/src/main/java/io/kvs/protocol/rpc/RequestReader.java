package io.kvs.protocol.rpc;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.kvs.protocol.v1.Get;
import io.kvs.protocol.v1.Remove;
import io.kvs.protocol.v1.Request;
import io.kvs.protocol.v1.Set;

/// Reads requests in place, one after the other.
///
/// Of get, set and remove it has the fields; what any other request says is parsed by {@link
/// #message}. What it returns is a copy or valid until the next call of {@link #read}. Not safe for
/// use by several threads at once.
public final class RequestReader {
    private final Envelope envelope = new Envelope(Request.PING_FIELD_NUMBER);
    private final WireReader reader = new WireReader();
    private int keyOffset;
    private int keyLength;
    private int valueOffset;
    private int valueLength;
    private long timeToLiveMillis;
    private long handle;

    /// Makes one that has read nothing.
    public RequestReader() {}

    /// Reads the request between two indices of an array.
    ///
    /// @throws MalformedFrameException it is none
    public void read(byte[] bytes, int start, int end) throws MalformedFrameException {
        envelope.read(bytes, start, end);
        envelope.open(reader);
        keyOffset = envelope.from();
        keyLength = 0;
        valueOffset = envelope.from();
        valueLength = 0;
        timeToLiveMillis = 0;
        handle = 0;
        switch (envelope.kind()) {
            case Request.GET_FIELD_NUMBER ->
                    fields(Get.KEY_FIELD_NUMBER, 0, 0, Get.HANDLE_FIELD_NUMBER);
            case Request.SET_FIELD_NUMBER ->
                    fields(
                            Set.KEY_FIELD_NUMBER,
                            Set.VALUE_FIELD_NUMBER,
                            Set.TIME_TO_LIVE_MILLIS_FIELD_NUMBER,
                            Set.HANDLE_FIELD_NUMBER);
            case Request.REMOVE_FIELD_NUMBER ->
                    fields(Remove.KEY_FIELD_NUMBER, 0, 0, Remove.HANDLE_FIELD_NUMBER);
            default -> {}
        }
    }

    private void fields(int keyField, int valueField, int timeField, int handleField)
            throws MalformedFrameException {
        for (int tag = reader.tag(); tag != 0; tag = reader.tag()) {
            int field = WireReader.field(tag);
            if (field == keyField) {
                keyLength = reader.bytes(tag);
                keyOffset = reader.position() - keyLength;
            } else if (field == valueField) {
                valueLength = reader.bytes(tag);
                valueOffset = reader.position() - valueLength;
            } else if (field == timeField) {
                timeToLiveMillis = reader.varint(tag);
            } else if (field == handleField) {
                handle = reader.varint(tag);
            } else {
                reader.skip(tag);
            }
        }
    }

    /// Returns the id that the response must have.
    public long id() {
        return envelope.id();
    }

    /// Returns the field number of the kind of the request in {@link Request}, or of one that is
    /// not known; 0 if there is none.
    public int kind() {
        return envelope.kind();
    }

    /// Returns a copy of the key of a get, set or remove.
    public byte[] key() {
        return reader.copy(keyOffset, keyLength);
    }

    /// Returns a copy of the value of a set.
    public byte[] value() {
        return reader.copy(valueOffset, valueLength);
    }

    /// Returns the length of the value of a set.
    public int valueLength() {
        return valueLength;
    }

    /// Returns the time to live of a set, or 0.
    public long timeToLiveMillis() {
        return timeToLiveMillis;
    }

    /// Returns the snapshot or transaction of a get, set or remove, or 0.
    public long handle() {
        return handle;
    }

    /// Returns how many bytes the request has, without its envelope.
    public int length() {
        return envelope.length();
    }

    /// Parses what the request says.
    ///
    /// @throws MalformedFrameException it is no such message
    public <T extends Message> T message(Parser<T> parser) throws MalformedFrameException {
        return envelope.message(parser);
    }
}
