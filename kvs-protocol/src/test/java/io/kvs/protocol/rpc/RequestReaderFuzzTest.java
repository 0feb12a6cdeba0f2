package io.kvs.protocol.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.kvs.protocol.Delivery;
import io.kvs.protocol.InputBuffer;
import io.kvs.protocol.OutputBuffer;
import io.kvs.protocol.v1.Batch;
import io.kvs.protocol.v1.Change;
import io.kvs.protocol.v1.CompareAndSet;
import io.kvs.protocol.v1.Get;
import io.kvs.protocol.v1.GetAll;
import io.kvs.protocol.v1.Hello;
import io.kvs.protocol.v1.Ping;
import io.kvs.protocol.v1.Remove;
import io.kvs.protocol.v1.Request;
import io.kvs.protocol.v1.Scan;
import io.kvs.protocol.v1.Set;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a client of our own protocol may send behind the preamble. What the fuzzer finds
/// becomes a file of the test's resources, which every build tries again.
final class RequestReaderFuzzTest {
    /// So small that short inputs reach it.
    private static final int FRAME_BYTES_MAX = 200;

    private static final ByteString KEY = ByteString.copyFromUtf8("key");

    /// What was read of some bytes: the requests, and what was wrong behind them.
    private record Heard(List<Request> requests, @Nullable String problem) {}

    static Stream<byte[]> seeds() {
        Request.Builder request = Request.newBuilder().setId(300);
        return Stream.of(
                frames(
                        request.setHello(Hello.newBuilder().setVersionMax(1).setClientName("me")),
                        Request.newBuilder().setPing(Ping.getDefaultInstance())),
                frames(
                        Request.newBuilder().setId(-1).setGet(Get.newBuilder().setKey(KEY)),
                        Request.newBuilder()
                                .setSet(
                                        Set.newBuilder()
                                                .setKey(KEY)
                                                .setValue(KEY)
                                                .setTimeToLiveMillis(1_000)
                                                .setHandle(1L << 63)),
                        Request.newBuilder().setRemove(Remove.newBuilder().setHandle(7))),
                frames(
                        Request.newBuilder().setGetAll(GetAll.newBuilder().addKeys(KEY)),
                        Request.newBuilder()
                                .setCompareAndSet(CompareAndSet.newBuilder().setExpected(KEY)),
                        Request.newBuilder()
                                .setBatch(
                                        Batch.newBuilder()
                                                .addChanges(Change.newBuilder().setKey(KEY))),
                        Request.newBuilder().setScan(Scan.newBuilder().setPageEntriesMax(0))),
                new byte[] {0, 0, 0, 0},
                new byte[] {-1, -1, -1, 127},
                new byte[] {2, 0, 0, 0, 8, -1},
                new byte[] {3, 0, 0, 0, 0x12, 2, 0x0A});
    }

    private static byte[] frames(Request.Builder... requests) {
        OutputBuffer out = new OutputBuffer(0, 1 << 20);
        for (Request.Builder request : requests) {
            RequestWriter.write(request.build(), out);
        }
        return out.toByteArray();
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "30s")
    void read_anyBytes_readsTheSameOfAnyPieces(byte[] bytes) {
        Heard heard = hear(bytes, Delivery.AT_ONCE);
        assertEquals(heard, hear(bytes, Delivery.BYTE_BY_BYTE));
        assertEquals(heard, hear(bytes, Delivery.ANYHOW));
    }

    private static Heard hear(byte[] bytes, Delivery delivery) {
        RequestReader reader = new RequestReader();
        List<Request> requests = new ArrayList<>();
        String[] problem = {null};
        delivery.bring(
                bytes,
                in -> {
                    try {
                        readAll(reader, in, requests);
                        return true;
                    } catch (MalformedFrameException e) {
                        problem[0] = e.getMessage();
                        return false;
                    }
                });
        return new Heard(requests, problem[0]);
    }

    private static void readAll(RequestReader reader, InputBuffer in, List<Request> requests)
            throws MalformedFrameException {
        int length = Frame.next(in, FRAME_BYTES_MAX);
        while (length >= 0) {
            int start = in.start() + Frame.PREFIX_BYTES;
            reader.read(in.array(), start, start + length);
            Request request = request(reader);
            checkAgainstProtobuf(request, Arrays.copyOfRange(in.array(), start, start + length));
            checkWritten(request);
            requests.add(request);
            in.consume(Frame.PREFIX_BYTES + length);
            length = Frame.next(in, FRAME_BYTES_MAX);
        }
        assert in.size() < Frame.PREFIX_BYTES + FRAME_BYTES_MAX : in.size() + " bytes are none yet";
    }

    /// Returns what the reader has read; a kind that is not known is left out.
    private static Request request(RequestReader reader) throws MalformedFrameException {
        Request.Builder request = Request.newBuilder().setId(reader.id());
        switch (reader.kind()) {
            case Request.GET_FIELD_NUMBER ->
                    request.getGetBuilder().setKey(key(reader)).setHandle(reader.handle());
            case Request.SET_FIELD_NUMBER ->
                    request.getSetBuilder()
                            .setKey(key(reader))
                            .setValue(ByteString.copyFrom(reader.value()))
                            .setTimeToLiveMillis(reader.timeToLiveMillis())
                            .setHandle(reader.handle());
            case Request.REMOVE_FIELD_NUMBER ->
                    request.getRemoveBuilder().setKey(key(reader)).setHandle(reader.handle());
            default -> {
                FieldDescriptor field = Request.getDescriptor().findFieldByNumber(reader.kind());
                if (field != null) {
                    Message.Builder message = request.newBuilderForField(field);
                    request.setField(
                            field,
                            reader.message(message.getDefaultInstanceForType().getParserForType()));
                }
            }
        }
        return request.build();
    }

    private static ByteString key(RequestReader reader) {
        return ByteString.copyFrom(reader.key());
    }

    /// A message as protobuf would write it means the same to both.
    private static void checkAgainstProtobuf(Request request, byte[] message) {
        try {
            Request expected = DiscardUnknownFieldsParser.wrap(Request.parser()).parseFrom(message);
            if (Arrays.equals(expected.toByteArray(), message)) {
                assertEquals(expected, request);
            }
        } catch (InvalidProtocolBufferException _) {
            // What is left out here may be wrong to protobuf.
        }
    }

    /// What is written of a request is read as the same.
    private static void checkWritten(Request request) throws MalformedFrameException {
        OutputBuffer out = new OutputBuffer(0, Integer.MAX_VALUE);
        write(request, out);
        byte[] frame = out.toByteArray();
        RequestReader reader = new RequestReader();
        reader.read(frame, Frame.PREFIX_BYTES, frame.length);
        assertEquals(request, request(reader));
    }

    private static void write(Request request, OutputBuffer out) {
        long id = request.getId();
        switch (request.getKindCase()) {
            case GET -> {
                Get get = request.getGet();
                RequestWriter.get(id, get.getKey().toByteArray(), get.getHandle(), out);
            }
            case SET -> {
                Set set = request.getSet();
                RequestWriter.set(
                        id,
                        set.getKey().toByteArray(),
                        set.getValue().toByteArray(),
                        set.getTimeToLiveMillis(),
                        set.getHandle(),
                        out);
            }
            case REMOVE -> {
                Remove remove = request.getRemove();
                RequestWriter.remove(id, remove.getKey().toByteArray(), remove.getHandle(), out);
            }
            default -> RequestWriter.write(request, out);
        }
    }
}
