package io.kvs.protocol.rpc;

import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.v1.Get;
import io.kvs.protocol.v1.Hello;
import io.kvs.protocol.v1.Remove;
import io.kvs.protocol.v1.Request;
import io.kvs.protocol.v1.Set;

/// Writes frames of requests.
public final class RequestWriter {
    private RequestWriter() {}

    /// Writes any request.
    public static void write(Request request, OutputBuffer out) {
        Frame.write(request, out);
    }

    /// Writes the request that introduces a client.
    ///
    /// @param token what the server wants to know, or an empty array
    /// @param clientName up to 64 bytes of ASCII
    public static void hello(long id, byte[] token, byte[] clientName, OutputBuffer out) {
        int length =
                Wire.numberSize(Preamble.VERSION) * 2
                        + Wire.bytesSize(token.length)
                        + Wire.bytesSize(clientName.length);
        begin(id, Request.HELLO_FIELD_NUMBER, length, out);
        Wire.number(Hello.VERSION_MIN_FIELD_NUMBER, Preamble.VERSION, out);
        Wire.number(Hello.VERSION_MAX_FIELD_NUMBER, Preamble.VERSION, out);
        Wire.bytes(Hello.TOKEN_FIELD_NUMBER, token, out);
        Wire.bytes(Hello.CLIENT_NAME_FIELD_NUMBER, clientName, out);
    }

    /// Writes a request for a value.
    ///
    /// @param handle a snapshot or a transaction, or 0
    public static void get(long id, byte[] key, long handle, OutputBuffer out) {
        int length = Wire.bytesSize(key.length) + Wire.numberSize(handle);
        begin(id, Request.GET_FIELD_NUMBER, length, out);
        Wire.bytes(Get.KEY_FIELD_NUMBER, key, out);
        Wire.number(Get.HANDLE_FIELD_NUMBER, handle, out);
    }

    /// Writes a request to store a value.
    ///
    /// @param timeToLiveMillis 0 for ever
    /// @param handle a transaction, or 0
    public static void set(
            long id,
            byte[] key,
            byte[] value,
            long timeToLiveMillis,
            long handle,
            OutputBuffer out) {
        int length =
                Wire.bytesSize(key.length)
                        + Wire.bytesSize(value.length)
                        + Wire.numberSize(timeToLiveMillis)
                        + Wire.numberSize(handle);
        begin(id, Request.SET_FIELD_NUMBER, length, out);
        Wire.bytes(Set.KEY_FIELD_NUMBER, key, out);
        Wire.bytes(Set.VALUE_FIELD_NUMBER, value, out);
        Wire.number(Set.TIME_TO_LIVE_MILLIS_FIELD_NUMBER, timeToLiveMillis, out);
        Wire.number(Set.HANDLE_FIELD_NUMBER, handle, out);
    }

    /// Writes a request to remove a key.
    ///
    /// @param handle a transaction, or 0
    public static void remove(long id, byte[] key, long handle, OutputBuffer out) {
        int length = Wire.bytesSize(key.length) + Wire.numberSize(handle);
        begin(id, Request.REMOVE_FIELD_NUMBER, length, out);
        Wire.bytes(Remove.KEY_FIELD_NUMBER, key, out);
        Wire.number(Remove.HANDLE_FIELD_NUMBER, handle, out);
    }

    /// Writes a request that was written with the id 0, with another id.
    ///
    /// @param frame the whole frame, as it was written
    public static void withId(long id, byte[] frame, OutputBuffer out) {
        int length = frame.length - Frame.PREFIX_BYTES;
        Frame.writeLength(Wire.numberSize(id) + length, out);
        Wire.number(Request.ID_FIELD_NUMBER, id, out);
        out.write(frame, Frame.PREFIX_BYTES, length);
    }

    /// Writes everything that stands before the fields of the request itself.
    private static void begin(long id, int kind, int length, OutputBuffer out) {
        Frame.writeLength(Wire.numberSize(id) + Wire.bytesSize(length), out);
        Wire.number(Request.ID_FIELD_NUMBER, id, out);
        Wire.bytesHeader(kind, length, out);
    }
}
