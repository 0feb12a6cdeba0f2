package io.kvs.protocol.rpc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.kvs.protocol.InputBuffer;
import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.v1.Absent;
import io.kvs.protocol.v1.Batch;
import io.kvs.protocol.v1.Change;
import io.kvs.protocol.v1.Done;
import io.kvs.protocol.v1.Error;
import io.kvs.protocol.v1.ErrorCode;
import io.kvs.protocol.v1.Get;
import io.kvs.protocol.v1.Hello;
import io.kvs.protocol.v1.Remove;
import io.kvs.protocol.v1.Request;
import io.kvs.protocol.v1.Response;
import io.kvs.protocol.v1.Set;
import io.kvs.protocol.v1.Size;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What is read and written in place is what protobuf makes of `kvs.proto`.
class RpcCodecTest {
    private static final long SEED = Long.getLong("kvs.seed", 1);
    private static final long[] NUMBERS = {0, 1, 127, 128, 300, 1L << 35, Long.MAX_VALUE, -1};

    /// No field of this version has this number.
    private static final int LATER_FIELD = 127;

    private static final int[] LENGTHS = {0, 1, 127, 128, 16_383, 16_384, 70_000};

    @Test
    void message_ofFarTooManyFields_isRefusedBeforeItTakesMemory() throws MalformedFrameException {
        int fields = (1 << 20) + 1;
        byte[] batch = new byte[2 * fields];
        for (int i = 0; i < fields; i++) {
            batch[2 * i] = Batch.CHANGES_FIELD_NUMBER << 3 | WireReader.BYTES;
        }
        RequestReader reader = new RequestReader();

        read(reader, batch, batch.length - 2);
        assertEquals(fields - 1, reader.message(Batch.parser()).getChangesCount());
        read(reader, batch, batch.length);
        assertThrows(MalformedFrameException.class, () -> reader.message(Batch.parser()));
    }

    private static void read(RequestReader reader, byte[] batch, int length)
            throws MalformedFrameException {
        byte[] request =
                Request.newBuilder()
                        .setUnknownFields(
                                UnknownFieldSet.newBuilder()
                                        .addField(
                                                Request.BATCH_FIELD_NUMBER,
                                                Field.newBuilder()
                                                        .addLengthDelimited(
                                                                ByteString.copyFrom(
                                                                        batch, 0, length))
                                                        .build())
                                        .build())
                        .build()
                        .toByteArray();
        reader.read(request, 0, request.length);
    }

    @Test
    void requests_areWhatProtobufReads() throws InvalidProtocolBufferException {
        for (long number : NUMBERS) {
            for (int length : LENGTHS) {
                byte[] key = bytes(length, 1);
                byte[] value = bytes(length, 2);
                assertEquals(
                        Request.newBuilder().setId(number).setGet(get(key, number)).build(),
                        Request.parseFrom(frame(o -> RequestWriter.get(number, key, number, o))));
                assertEquals(
                        Request.newBuilder()
                                .setId(number)
                                .setSet(
                                        Set.newBuilder()
                                                .setKey(ByteString.copyFrom(key))
                                                .setValue(ByteString.copyFrom(value))
                                                .setTimeToLiveMillis(number)
                                                .setHandle(7))
                                .build(),
                        Request.parseFrom(
                                frame(o -> RequestWriter.set(number, key, value, number, 7, o))));
                assertEquals(
                        Request.newBuilder()
                                .setId(5)
                                .setRemove(
                                        Remove.newBuilder()
                                                .setKey(ByteString.copyFrom(key))
                                                .setHandle(number))
                                .build(),
                        Request.parseFrom(frame(o -> RequestWriter.remove(5, key, number, o))));
            }
        }
        assertEquals(
                Request.newBuilder()
                        .setId(1)
                        .setHello(
                                Hello.newBuilder()
                                        .setVersionMin(1)
                                        .setVersionMax(1)
                                        .setToken(ByteString.copyFromUtf8("secret"))
                                        .setClientName("me"))
                        .build(),
                Request.parseFrom(
                        frame(o ->
                                RequestWriter.hello(
                                        1,
                                        "secret".getBytes(StandardCharsets.UTF_8),
                                        "me".getBytes(StandardCharsets.UTF_8),
                                        o))));
    }

    @Test
    void responses_areWhatProtobufReads() throws InvalidProtocolBufferException {
        for (long id : NUMBERS) {
            assertEquals(
                    Response.newBuilder().setId(id).setDone(Done.getDefaultInstance()).build(),
                    Response.parseFrom(frame(o -> ResponseWriter.done(id, o))));
            assertEquals(
                    Response.newBuilder().setId(id).setAbsent(Absent.getDefaultInstance()).build(),
                    Response.parseFrom(frame(o -> ResponseWriter.absent(id, o))));
            for (int length : LENGTHS) {
                byte[] value = bytes(length, 3);
                assertEquals(
                        Response.newBuilder()
                                .setId(id)
                                .setValue(ByteString.copyFrom(value))
                                .build(),
                        Response.parseFrom(frame(o -> ResponseWriter.value(id, value, o))));
            }
        }
    }

    @Test
    void requests_ofProtobuf_areRead() throws MalformedFrameException {
        RequestReader reader = new RequestReader();
        for (long number : NUMBERS) {
            for (int length : LENGTHS) {
                byte[] key = bytes(length, 4);
                read(
                        reader,
                        Request.newBuilder()
                                .setSet(
                                        Set.newBuilder()
                                                .setTimeToLiveMillis(number)
                                                .setHandle(number)
                                                .setKey(ByteString.copyFrom(key))
                                                .setValue(ByteString.copyFrom(key)))
                                .setId(number)
                                .build());
                assertEquals(Request.SET_FIELD_NUMBER, reader.kind());
                assertEquals(number, reader.id());
                assertEquals(number, reader.timeToLiveMillis());
                assertEquals(number, reader.handle());
                assertArrayEquals(key, reader.key());
                assertArrayEquals(key, reader.value());
                read(reader, Request.newBuilder().setGet(get(key, number)).build());
                assertEquals(Request.GET_FIELD_NUMBER, reader.kind());
                assertEquals(0, reader.id());
                assertEquals(number, reader.handle());
                assertEquals(0, reader.timeToLiveMillis());
                assertArrayEquals(key, reader.key());
                assertEquals(get(key, number), reader.message(Get.parser()));
            }
        }
        read(reader, Request.newBuilder().setId(9).setSize(Size.getDefaultInstance()).build());
        assertEquals(Request.SIZE_FIELD_NUMBER, reader.kind());
        assertEquals(0, reader.length());
    }

    @Test
    void responses_ofProtobuf_areRead() throws MalformedFrameException {
        ResponseReader reader = new ResponseReader();
        byte[] value = bytes(300, 5);
        read(reader, Response.newBuilder().setId(3).setValue(ByteString.copyFrom(value)).build());
        assertEquals(Response.VALUE_FIELD_NUMBER, reader.kind());
        assertArrayEquals(value, reader.value());
        read(reader, Response.newBuilder().setId(4).setApplied(true).build());
        assertEquals(Response.APPLIED_FIELD_NUMBER, reader.kind());
        assertEquals(1, reader.number());
        read(reader, Response.newBuilder().setId(4).setApplied(false).build());
        assertEquals(Response.APPLIED_FIELD_NUMBER, reader.kind());
        assertEquals(0, reader.number());
        read(
                reader,
                Response.newBuilder()
                        .setError(
                                Error.newBuilder()
                                        .setCode(ErrorCode.ERROR_CORRUPTION)
                                        .setMessage("späte Einsicht")
                                        .setFile("f")
                                        .setOffset(1L << 40))
                        .build());
        assertEquals(
                new ResponseReader.RemoteError(
                        ErrorCode.ERROR_CORRUPTION_VALUE, "späte Einsicht", "f", 1L << 40),
                reader.error());
    }

    @Test
    void request_withFieldsOfALaterVersion_isRead() throws MalformedFrameException {
        byte[] get =
                Request.newBuilder()
                        .setGet(get(new byte[] {'k'}, 7))
                        .setId(5)
                        .build()
                        .toByteArray();
        byte[] unknown = fieldsOfALaterVersion().toByteArray();
        RequestReader reader = new RequestReader();
        for (byte[] later : List.of(joined(unknown, get), joined(get, unknown))) {
            reader.read(later, 0, later.length);
            assertEquals(5, reader.id());
            assertEquals(Request.GET_FIELD_NUMBER, reader.kind());
            assertArrayEquals(new byte[] {'k'}, reader.key());
            assertEquals(7, reader.handle());
        }
        Get nested =
                get(new byte[] {'k'}, 7).toBuilder()
                        .setUnknownFields(fieldsOfALaterVersion())
                        .build();
        read(reader, Request.newBuilder().setGet(nested).build());
        assertArrayEquals(new byte[] {'k'}, reader.key());
        assertEquals(7, reader.handle());
    }

    @Test
    void request_ofAKindOfALaterVersion_hasItsNumberAndNoContent() throws MalformedFrameException {
        RequestReader reader = new RequestReader();
        byte[] later = fieldsOfALaterVersion().toByteArray();
        reader.read(later, 0, later.length);
        assertEquals(LATER_FIELD, reader.kind());
        assertEquals(0, reader.length());
    }

    @Test
    void request_ofNothingButALaterNumber_isOfNoKind() throws MalformedFrameException {
        Field number = Field.newBuilder().addVarint(1).build();
        byte[] later =
                UnknownFieldSet.newBuilder().addField(LATER_FIELD, number).build().toByteArray();
        RequestReader reader = new RequestReader();
        reader.read(later, 0, later.length);
        assertEquals(0, reader.kind());
    }

    @Test
    void response_withFieldsOfALaterVersion_isRead() throws MalformedFrameException {
        byte[] value =
                Response.newBuilder()
                        .setId(5)
                        .setValue(ByteString.copyFromUtf8("v"))
                        .build()
                        .toByteArray();
        byte[] unknown = fieldsOfALaterVersion().toByteArray();
        ResponseReader reader = new ResponseReader();
        for (byte[] later : List.of(joined(unknown, value), joined(value, unknown))) {
            reader.read(later, 0, later.length);
            assertEquals(5, reader.id());
            assertEquals(Response.VALUE_FIELD_NUMBER, reader.kind());
            assertArrayEquals(new byte[] {'v'}, reader.value());
        }
    }

    @Test
    void fieldsOfALaterVersion_withinAChange_takeNoMemory() throws MalformedFrameException {
        Field.Builder numbers = Field.newBuilder();
        for (int i = 0; i < 100_000; i++) {
            numbers.addVarint(i);
        }
        UnknownFieldSet many =
                UnknownFieldSet.newBuilder().addField(LATER_FIELD, numbers.build()).build();
        Change change = Change.newBuilder().setKey(ByteString.copyFromUtf8("k")).build();
        Batch batch =
                Batch.newBuilder().addChanges(change.toBuilder().setUnknownFields(many)).build();
        RequestReader reader = new RequestReader();
        read(reader, Request.newBuilder().setBatch(batch).build());
        assertEquals(Batch.newBuilder().addChanges(change).build(), reader.message(Batch.parser()));
    }

    @Test
    void kinds_ofProtobuf_areAllKnown() throws MalformedFrameException {
        RequestReader requests = new RequestReader();
        for (FieldDescriptor field : Request.getDescriptor().getOneofs().getFirst().getFields()) {
            byte[] request = joined(withField(Request.newBuilder(), field), laterBytes());
            requests.read(request, 0, request.length);
            assertEquals(field.getNumber(), requests.kind());
        }
        ResponseReader responses = new ResponseReader();
        for (FieldDescriptor field : Response.getDescriptor().getOneofs().getFirst().getFields()) {
            byte[] response = joined(withField(Response.newBuilder(), field), laterBytes());
            responses.read(response, 0, response.length);
            assertEquals(field.getNumber(), responses.kind());
        }
    }

    private static byte[] withField(Message.Builder message, FieldDescriptor field) {
        Object content =
                field.getJavaType() == JavaType.MESSAGE
                        ? message.newBuilderForField(field).build()
                        : field.getDefaultValue();
        return message.setField(field, content).build().toByteArray();
    }

    private static byte[] laterBytes() {
        Field bytes = Field.newBuilder().addLengthDelimited(ByteString.EMPTY).build();
        return UnknownFieldSet.newBuilder().addField(LATER_FIELD, bytes).build().toByteArray();
    }

    /// Returns a field of each type that a field may have.
    private static UnknownFieldSet fieldsOfALaterVersion() {
        Field each =
                Field.newBuilder()
                        .addVarint(-1)
                        .addFixed32(2)
                        .addFixed64(3)
                        .addLengthDelimited(ByteString.copyFromUtf8("later"))
                        .build();
        return UnknownFieldSet.newBuilder().addField(LATER_FIELD, each).build();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void request_everyPrefix_isMalformedOrWaitedFor() throws MalformedFrameException {
        OutputBuffer out = new OutputBuffer(0, 1 << 20);
        RequestWriter.set(1L << 60, bytes(200, 6), bytes(200, 7), 1L << 40, 1, out);
        byte[] whole = out.toByteArray();
        RequestReader reader = new RequestReader();
        for (int length = 0; length <= whole.length; length++) {
            InputBuffer in = new InputBuffer(0);
            in.append(whole, 0, length);
            int expected = length == whole.length ? length - Frame.PREFIX_BYTES : -1;
            assertEquals(expected, Frame.next(in, 1 << 20));
            int end = length;
            if (length > Frame.PREFIX_BYTES + 10 && length < whole.length) {
                assertThrows(
                        MalformedFrameException.class,
                        () -> reader.read(whole, Frame.PREFIX_BYTES, end));
            }
        }
    }

    @Test
    void next_lengthOutsideTheLimit_isMalformedAtOnce() {
        for (int length : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 101}) {
            OutputBuffer out = new OutputBuffer(0, 100);
            Frame.writeLength(length, out);
            InputBuffer in = new InputBuffer(0);
            in.append(out.toByteArray(), 0, Frame.PREFIX_BYTES);
            assertThrows(MalformedFrameException.class, () -> Frame.next(in, 100));
        }
    }

    @Test
    void read_garbage_isMalformedAndNothingElse() {
        SplittableRandom random = new SplittableRandom(SEED);
        RequestReader requests = new RequestReader();
        ResponseReader responses = new ResponseReader();
        int malformed = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] garbage = new byte[random.nextInt(40)];
            random.nextBytes(garbage);
            if (garbage.length > 2 && random.nextBoolean()) {
                garbage[0] = (byte) (random.nextInt(1, 30) << 3 | 2);
                garbage[1] = (byte) random.nextInt(garbage.length);
            }
            try {
                requests.read(garbage, 0, garbage.length);
                requests.key();
                requests.value();
                responses.read(garbage, 0, garbage.length);
                if (responses.kind() == Response.ERROR_FIELD_NUMBER) {
                    responses.error();
                }
            } catch (MalformedFrameException e) {
                malformed++;
            }
        }
        assertTrue(malformed > 100_000, "malformed: " + malformed);
    }

    @Test
    void preamble_withOtherBytes_isMalformed() throws MalformedFrameException {
        InputBuffer in = new InputBuffer(0);
        in.append(Preamble.bytes(), 0, Preamble.LENGTH);
        assertEquals(Preamble.VERSION, Preamble.read(in));
        for (int i = 0; i < Preamble.LENGTH; i++) {
            byte[] changed = Preamble.bytes();
            changed[i]++;
            in.clear();
            in.append(changed, 0, Preamble.LENGTH);
            if (i == 4) {
                assertEquals(Preamble.VERSION + 1, Preamble.read(in));
            } else {
                assertThrows(MalformedFrameException.class, () -> Preamble.read(in));
            }
        }
    }

    private static void read(RequestReader reader, Request request) throws MalformedFrameException {
        byte[] bytes = frame(out -> RequestWriter.write(request, out));
        reader.read(bytes, 0, bytes.length);
    }

    private static void read(ResponseReader reader, Response response)
            throws MalformedFrameException {
        byte[] bytes = frame(out -> ResponseWriter.write(response, out));
        reader.read(bytes, 0, bytes.length);
    }

    /// Returns what is written, without its length, which is checked.
    private static byte[] frame(Consumer<OutputBuffer> writer) {
        OutputBuffer out = new OutputBuffer(0, 1 << 20);
        writer.accept(out);
        byte[] bytes = out.toByteArray();
        InputBuffer in = new InputBuffer(0);
        in.append(bytes, 0, bytes.length);
        try {
            assertEquals(bytes.length - Frame.PREFIX_BYTES, Frame.next(in, 1 << 20));
        } catch (MalformedFrameException e) {
            throw new AssertionError(e);
        }
        return Arrays.copyOfRange(bytes, Frame.PREFIX_BYTES, bytes.length);
    }

    private static Get get(byte[] key, long handle) {
        return Get.newBuilder().setKey(ByteString.copyFrom(key)).setHandle(handle).build();
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }
}
