package io.kvs.protocol.rpc;

import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.v1.Response;

/// Writes frames of responses.
public final class ResponseWriter {
    private ResponseWriter() {}

    /// Writes any response.
    public static void write(Response response, OutputBuffer out) {
        Frame.write(response, out);
    }

    /// Writes that it is done.
    public static void done(long id, OutputBuffer out) {
        empty(id, Response.DONE_FIELD_NUMBER, out);
    }

    /// Writes that there is no value.
    public static void absent(long id, OutputBuffer out) {
        empty(id, Response.ABSENT_FIELD_NUMBER, out);
    }

    /// Writes a value.
    public static void value(long id, byte[] value, OutputBuffer out) {
        Frame.writeLength(Wire.numberSize(id) + Wire.bytesSize(value.length), out);
        Wire.number(Response.ID_FIELD_NUMBER, id, out);
        Wire.bytes(Response.VALUE_FIELD_NUMBER, value, out);
    }

    private static void empty(long id, int kind, OutputBuffer out) {
        Frame.writeLength(Wire.numberSize(id) + Wire.bytesSize(0), out);
        Wire.number(Response.ID_FIELD_NUMBER, id, out);
        Wire.bytesHeader(kind, 0, out);
    }
}
