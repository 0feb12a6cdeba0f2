package io.kvs.server.rpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.kvs.CorruptionException;
import io.kvs.KvsEngine;
import io.kvs.StoreFailedException;
import io.kvs.WriteBatch;
import io.kvs.memory.MemoryEngine;
import io.kvs.protocol.rpc.Preamble;
import io.kvs.protocol.v1.Batch;
import io.kvs.protocol.v1.Begin;
import io.kvs.protocol.v1.Change;
import io.kvs.protocol.v1.Close;
import io.kvs.protocol.v1.Commit;
import io.kvs.protocol.v1.Compact;
import io.kvs.protocol.v1.CompareAndSet;
import io.kvs.protocol.v1.Durability;
import io.kvs.protocol.v1.ErrorCode;
import io.kvs.protocol.v1.Expire;
import io.kvs.protocol.v1.Feature;
import io.kvs.protocol.v1.Get;
import io.kvs.protocol.v1.GetAll;
import io.kvs.protocol.v1.Page;
import io.kvs.protocol.v1.Ping;
import io.kvs.protocol.v1.Remove;
import io.kvs.protocol.v1.Request;
import io.kvs.protocol.v1.Response;
import io.kvs.protocol.v1.Scan;
import io.kvs.protocol.v1.ScanNext;
import io.kvs.protocol.v1.Set;
import io.kvs.protocol.v1.Size;
import io.kvs.protocol.v1.Snapshot;
import io.kvs.protocol.v1.Sync;
import io.kvs.protocol.v1.Welcome;
import io.kvs.server.net.Protocol.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RpcProtocolTest {
    private static final long SEED = Long.getLong("kvs.seed", 1);

    private final MemoryEngine engine = new MemoryEngine();

    @Test
    void hello_isWelcomed() throws IOException {
        Talk talk = new Talk(engine, null);
        talk.receive(Preamble.bytes());
        assertFalse(talk.isEstablished());
        Welcome welcome = talk.ask(Talk.hello(1, 3, "")).getWelcome();
        assertTrue(talk.isEstablished());
        assertEquals(1, welcome.getVersion());
        assertEquals("tested", welcome.getEngine());
        assertEquals("1.2", welcome.getServerVersion());
        assertEquals(Durability.DURABILITY_SYNC, welcome.getDurability());
        assertEquals(65_536, welcome.getKeyBytesMax());
        assertEquals(Talk.VALUE_BYTES_MAX, welcome.getValueBytesMax());
        assertEquals(
                List.of(Feature.FEATURE_ORDERED, Feature.FEATURE_EXPIRING),
                welcome.getFeaturesList());
        assertEquals(Step.MORE, talk.step());
    }

    @Test
    void hello_withoutTheRightPassword_isRefused() throws IOException {
        for (String given : List.of("", "wrong", "secret ", "secre")) {
            Talk talk = new Talk(engine, "secret");
            talk.receive(Preamble.bytes());
            refused(talk, ErrorCode.ERROR_UNAUTHENTICATED, talk.ask(Talk.hello(1, 1, given)));
            assertFalse(talk.isEstablished());
        }
        Talk talk = new Talk(engine, "secret");
        talk.receive(Preamble.bytes());
        assertTrue(talk.ask(Talk.hello(1, 1, "secret")).hasWelcome());
    }

    @Test
    void firstRequest_otherThanHello_isRefused() throws IOException {
        Talk talk = new Talk(engine, "secret");
        talk.receive(Preamble.bytes());
        refused(talk, ErrorCode.ERROR_UNAUTHENTICATED, talk.ask(set("key", "value")));
        assertEquals(0, engine.size());
    }

    @Test
    void version_thatIsNotSpoken_isRefused() throws IOException {
        byte[] preamble = Preamble.bytes();
        preamble[4] = 9;
        Talk talk = new Talk(engine, null);
        talk.receive(preamble);
        refused(talk, ErrorCode.ERROR_UNSUPPORTED, talk.responses().getFirst());
        Talk other = new Talk(engine, null);
        other.receive(Preamble.bytes());
        refused(other, ErrorCode.ERROR_UNSUPPORTED, other.ask(Talk.hello(2, 7, "")));
    }

    @Test
    void preamble_ofOtherBytes_isRefused() throws IOException {
        byte[] preamble = Preamble.bytes();
        preamble[2]++;
        Talk talk = new Talk(engine, null);
        talk.receive(preamble);
        refused(talk, ErrorCode.ERROR_BAD_REQUEST, talk.responses().getFirst());
    }

    private static void refused(Talk talk, ErrorCode code, Response response) {
        assertEquals(code, response.getError().getCode(), response.toString());
        assertEquals(Step.CLOSE, talk.step());
    }

    @Test
    void keys_areSetReadAndRemoved() throws IOException {
        Talk talk = Talk.begun(engine);
        assertTrue(talk.ask(set("key", "value").setId(77)).hasDone());
        Response found = talk.ask(get("key").setId(78));
        assertEquals("value", found.getValue().toStringUtf8());
        assertEquals(78, found.getId());
        assertTrue(talk.ask(get("other")).hasAbsent());
        assertTrue(talk.ask(remove("key")).hasDone());
        assertEquals(ErrorCode.ERROR_KEY_NOT_FOUND, errorOf(talk, remove("key")));
        assertEquals(Step.MORE, talk.step());
        assertEquals(3, talk.writes());
        assertEquals(0, talk.jobs());
    }

    @Test
    void requests_ofAllKinds_areAnswered() throws IOException {
        Talk talk = Talk.begun(engine);
        talk.ask(set("a", "1"));
        assertTrue(talk.ask(Request.newBuilder().setPing(Ping.getDefaultInstance())).hasDone());
        CompareAndSet change =
                CompareAndSet.newBuilder().setKey(text("a")).setExpected(text("1")).build();
        Request.Builder exchange = Request.newBuilder().setCompareAndSet(change);
        assertTrue(talk.ask(exchange).getApplied());
        assertFalse(talk.ask(exchange).getApplied());
        assertTrue(talk.ask(exchange).hasApplied());
        Batch.Builder batch =
                Batch.newBuilder()
                        .addChanges(Change.newBuilder().setKey(text("b")).setValue(text("")))
                        .addChanges(Change.newBuilder().setKey(text("absent")));
        assertTrue(talk.ask(Request.newBuilder().setBatch(batch)).hasDone());
        GetAll.Builder both = GetAll.newBuilder().addKeys(text("a")).addKeys(text("b"));
        Response values = talk.ask(Request.newBuilder().setGetAll(both));
        assertFalse(values.getValues().getValues(0).hasValue());
        assertTrue(values.getValues().getValues(1).hasValue());
        Expire.Builder expire = Expire.newBuilder().setKey(text("b")).setTimeToLiveMillis(10_000);
        assertTrue(talk.ask(Request.newBuilder().setExpire(expire)).getApplied());
        assertTrue(engine.expiry("b").isPresent());
        assertEquals(
                1, talk.ask(Request.newBuilder().setSize(Size.getDefaultInstance())).getCount());
        assertTrue(talk.ask(Request.newBuilder().setSync(Sync.getDefaultInstance())).hasDone());
        assertTrue(
                talk.ask(Request.newBuilder().setCompact(Compact.getDefaultInstance())).hasDone());
        assertEquals(3, talk.jobs());
        assertEquals(ErrorCode.ERROR_UNSUPPORTED, errorOf(talk, Request.newBuilder().setId(5)));
        assertEquals(ErrorCode.ERROR_UNSUPPORTED, errorOf(talk, Talk.hello(1, 1, "")));
        assertEquals(Step.MORE, talk.step());
    }

    @Test
    void scan_givesPagesUntilItsEnd() throws IOException {
        for (int i = 0; i < 25; i++) {
            engine.set("key " + (char) ('a' + i), "value");
        }
        Talk talk = Talk.begun(engine);
        Scan.Builder scan = Scan.newBuilder().setPageEntriesMax(10).setFrom(text("key b"));
        Page page = talk.ask(Request.newBuilder().setScan(scan)).getPage();
        assertEquals(10, page.getEntriesCount());
        assertEquals("key b", page.getEntries(0).getKey().toStringUtf8());
        assertEquals("value", page.getEntries(0).getValue().toStringUtf8());
        long handle = page.getHandle();
        assertEquals(10, next(talk, handle).getEntriesCount());
        Page last = next(talk, handle);
        assertEquals(4, last.getEntriesCount());
        assertEquals(0, last.getHandle());
        assertEquals(ErrorCode.ERROR_NO_SUCH_HANDLE, errorOf(talk, nextOf(handle)));
        Page none =
                talk.ask(Request.newBuilder().setScan(Scan.newBuilder().setPageEntriesMax(0)))
                        .getPage();
        assertEquals(0, none.getEntriesCount());
        assertTrue(none.getHandle() != 0);
        Page all = talk.ask(Request.newBuilder().setScan(Scan.newBuilder().setLimit(7))).getPage();
        assertEquals(7, all.getEntriesCount());
        assertEquals(0, all.getHandle());
    }

    private static Page next(Talk talk, long handle) throws IOException {
        return talk.ask(nextOf(handle)).getPage();
    }

    private static Request.Builder nextOf(long handle) {
        return Request.newBuilder()
                .setScanNext(ScanNext.newBuilder().setHandle(handle).setPageEntriesMax(10));
    }

    @Test
    void transaction_isCommittedOrForgotten() throws IOException {
        Talk talk = Talk.begun(engine);
        Request.Builder begin = Request.newBuilder().setBegin(Begin.getDefaultInstance());
        long first = talk.ask(begin).getHandle().getHandle();
        long second = talk.ask(begin).getHandle().getHandle();
        for (long handle : new long[] {first, second}) {
            Get.Builder get = Get.newBuilder().setKey(text("key")).setHandle(handle);
            assertTrue(talk.ask(Request.newBuilder().setGet(get)).hasAbsent());
            Set.Builder set =
                    Set.newBuilder()
                            .setKey(text("key"))
                            .setValue(text("of " + handle))
                            .setHandle(handle);
            assertTrue(talk.ask(Request.newBuilder().setSet(set)).hasDone());
        }
        assertEquals(Optional.empty(), engine.get("key"));
        assertTrue(talk.ask(commit(first)).hasDone());
        assertEquals(ErrorCode.ERROR_CONFLICT, errorOf(talk, commit(second)));
        assertEquals(ErrorCode.ERROR_NO_SUCH_HANDLE, errorOf(talk, commit(second)));
        assertEquals(Optional.of("of " + first), engine.get("key"));
    }

    private static Request.Builder commit(long handle) {
        return Request.newBuilder().setCommit(Commit.newBuilder().setHandle(handle));
    }

    @Test
    void handles_tooMany_areRefusedAndTheConnectionGoesOn() throws IOException {
        Talk talk = Talk.begun(engine);
        Request.Builder open = Request.newBuilder().setSnapshot(Snapshot.getDefaultInstance());
        long last = 0;
        for (int i = 0; i < 1_000; i++) {
            last = talk.ask(open).getHandle().getHandle();
        }
        assertEquals(ErrorCode.ERROR_TOO_MANY_REQUESTS, errorOf(talk, open));
        Close.Builder close = Close.newBuilder().setHandle(last);
        assertTrue(talk.ask(Request.newBuilder().setClose(close)).hasDone());
        assertTrue(talk.ask(open).hasHandle());
        assertEquals(ErrorCode.ERROR_NO_SUCH_HANDLE, errorOf(talk, nextOf(last)));
        talk.hangUp();
    }

    @Test
    void request_thatSaysWhatItMustNot_isAnErrorAndTheConnectionGoesOn() throws IOException {
        Talk talk = Talk.begun(engine);
        assertEquals(ErrorCode.ERROR_INVALID_KEY, errorOf(talk, set("", "value")));
        assertEquals(ErrorCode.ERROR_INVALID_KEY, errorOf(talk, get("k".repeat(65_537))));
        String tooLong = "v".repeat(Talk.VALUE_BYTES_MAX + 1);
        assertEquals(ErrorCode.ERROR_ENTRY_TOO_LARGE, errorOf(talk, set("key", tooLong)));
        Set.Builder before = Set.newBuilder().setKey(text("key")).setTimeToLiveMillis(-1);
        assertEquals(
                ErrorCode.ERROR_BAD_REQUEST, errorOf(talk, Request.newBuilder().setSet(before)));
        assertEquals(0, engine.size());
        engine.set("key", tooLong);
        assertEquals(ErrorCode.ERROR_ENTRY_TOO_LARGE, errorOf(talk, get("key")));
        assertEquals(Step.MORE, talk.step());
    }

    @Test
    void request_ofAKindOfALaterVersion_isUnsupportedAndTheConnectionGoesOn() throws IOException {
        Talk talk = Talk.begun(engine);
        Field later = Field.newBuilder().addLengthDelimited(ByteString.EMPTY).build();
        UnknownFieldSet fields = UnknownFieldSet.newBuilder().addField(127, later).build();
        Request.Builder unknown = Request.newBuilder().setUnknownFields(fields);
        assertEquals(ErrorCode.ERROR_UNSUPPORTED, errorOf(talk, unknown));
        assertTrue(talk.ask(get("key").setUnknownFields(fields)).hasAbsent());
    }

    @Test
    void failure_ofTheEngine_isToldWithItsPlace() throws IOException {
        Talk talk = Talk.begun(new Failing(new CorruptionException("f.log", 64, "no checksum")));
        Response response = talk.ask(get("key"));
        assertEquals(ErrorCode.ERROR_CORRUPTION, response.getError().getCode());
        assertEquals("f.log", response.getError().getFile());
        assertEquals(64, response.getError().getOffset());
        Talk failed =
                Talk.begun(new Failing(new StoreFailedException("no", new IOException("disk"))));
        assertEquals(ErrorCode.ERROR_STORE_FAILED, errorOf(failed, get("key")));
        Talk defect = Talk.begun(new Failing(new IllegalStateException("of ours")));
        Response internal = defect.ask(get("key"));
        assertEquals(ErrorCode.ERROR_INTERNAL, internal.getError().getCode());
        assertEquals("internal error", internal.getError().getMessage());
        Request.Builder size = Request.newBuilder().setSize(Size.getDefaultInstance());
        assertEquals(ErrorCode.ERROR_INTERNAL, errorOf(defect, size));
        assertEquals(Step.MORE, defect.step());
    }

    private static ErrorCode errorOf(Talk talk, Request.Builder request) throws IOException {
        Response response = talk.ask(request);
        assertTrue(response.hasError(), response.toString());
        return response.getError().getCode();
    }

    // Bytes.

    @Test
    void requests_oneByteAtATime_areAnsweredAsInOnePiece() throws IOException {
        Talk talk = new Talk(engine, null);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(Preamble.bytes());
        bytes.writeBytes(Talk.frame(Talk.hello(1, 1, "").setId(1)));
        bytes.writeBytes(Talk.frame(set("key", "value").setId(2)));
        bytes.writeBytes(
                Talk.frame(Request.newBuilder().setId(3).setSize(Size.getDefaultInstance())));
        bytes.writeBytes(Talk.frame(get("key").setId(4)));
        for (byte next : bytes.toByteArray()) {
            talk.receive(next);
        }
        List<Response> responses = talk.responses();
        assertEquals(List.of(1L, 2L, 3L, 4L), responses.stream().map(Response::getId).toList());
        assertEquals("value", responses.getLast().getValue().toStringUtf8());
    }

    @Test
    void everyPrefix_ofValidFrames_isWaitedFor() throws IOException {
        byte[] frame = Talk.frame(set("key", "value").setId(1));
        for (int length = 0; length < frame.length; length++) {
            Talk talk = Talk.begun(engine);
            talk.receive(frame, 0, length);
            assertEquals(Step.MORE, talk.step());
            assertEquals(List.of(), talk.responses());
            assertEquals(length, talk.waitingBytes());
            talk.hangUp();
        }
        assertEquals(0, engine.size());
    }

    @Test
    void frame_withABadLength_isRefusedBeforeItComes() throws IOException {
        int longest = new RpcLimits(Talk.VALUE_BYTES_MAX, 1).frameBytesMax();
        for (int length : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, longest + 1}) {
            Talk talk = Talk.begun(engine);
            talk.receive(
                    (byte) length,
                    (byte) (length >> 8),
                    (byte) (length >> 16),
                    (byte) (length >> 24));
            Response response = talk.responses().getFirst();
            assertEquals(0, response.getId());
            refused(talk, ErrorCode.ERROR_BAD_REQUEST, response);
        }
    }

    @Test
    void frame_beforeHello_mustBeTiny() throws IOException {
        Talk talk = new Talk(engine, "secret");
        talk.receive(Preamble.bytes());
        byte[] large = Talk.frame(Talk.hello(1, 1, "x".repeat(2_000)));
        talk.receive(large, 0, 4);
        refused(talk, ErrorCode.ERROR_BAD_REQUEST, talk.responses().getFirst());
    }

    @Test
    void garbage_inFrames_isRefusedAndNothingElse() throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 20_000; i++) {
            Talk talk = Talk.begun(engine);
            byte[] garbage = new byte[random.nextInt(1, 60)];
            random.nextBytes(garbage);
            if (random.nextBoolean()) {
                garbage[0] = (byte) (random.nextInt(1, 24) << 3 | 2);
                garbage[garbage.length > 1 ? 1 : 0] = (byte) Math.max(0, garbage.length - 2);
            }
            byte[] frame = new byte[4 + garbage.length];
            frame[0] = (byte) garbage.length;
            System.arraycopy(garbage, 0, frame, 4, garbage.length);
            talk.receive(frame);
            for (Response response : talk.responses()) {
                assertTrue(
                        response.getError().getCode() != ErrorCode.ERROR_INTERNAL,
                        () -> "seed " + SEED + ": " + response);
            }
            talk.hangUp();
        }
    }

    @Test
    void requests_manyWithoutReading_flushAndGoOn() throws IOException {
        engine.set("key", "v".repeat(50_000));
        Talk talk = Talk.begun(engine);
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = 0; i < 100; i++) {
            many.writeBytes(Talk.frame(get("key").setId(i)));
        }
        talk.receive(many.toByteArray());
        assertEquals(Step.FLUSH, talk.step());
        int answered = talk.responses().size();
        assertTrue(answered < 5, "answered at once: " + answered);
        while (talk.step() == Step.FLUSH) {
            talk.receive();
            answered += talk.responses().size();
        }
        assertEquals(100, answered);
    }

    @Test
    void requests_manyAtOnce_giveOthersTheirTurnBetween() throws IOException {
        Talk talk = Talk.begun(engine);
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        for (int i = 1; i <= 3_000; i++) {
            many.writeBytes(Talk.frame(get("absent").setId(i)));
        }
        int before = talk.turns();
        talk.receive(many.toByteArray());
        assertTrue(talk.turns() > before + 1, "all of them in one turn");
        assertEquals(Step.MORE, talk.step());
        assertEquals(3_000, talk.responses().size());
    }

    private static Request.Builder get(String key) {
        return Request.newBuilder().setGet(Get.newBuilder().setKey(text(key)));
    }

    private static Request.Builder set(String key, String value) {
        Set.Builder set = Set.newBuilder().setKey(text(key)).setValue(text(value));
        return Request.newBuilder().setSet(set);
    }

    private static Request.Builder remove(String key) {
        return Request.newBuilder().setRemove(Remove.newBuilder().setKey(text(key)));
    }

    private static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }

    /// An engine that always fails.
    private record Failing(RuntimeException failure) implements KvsEngine {
        @Override
        public Optional<byte[]> get(byte[] key) {
            throw failure;
        }

        @Override
        public void set(byte[] key, byte[] value) {
            throw failure;
        }

        @Override
        public void remove(byte[] key) {
            throw failure;
        }

        @Override
        public boolean compareAndSet(
                byte[] key, byte @Nullable [] expected, byte @Nullable [] value) {
            throw failure;
        }

        @Override
        public void write(WriteBatch batch) {
            throw failure;
        }

        @Override
        public void sync() {
            throw failure;
        }

        @Override
        public void compact() {
            throw failure;
        }

        @Override
        public long size() {
            throw failure;
        }

        @Override
        public void close() {}
    }

    @Test
    void scan_ofAnEngineWithoutOrder_isUnsupported() throws IOException {
        Talk talk = Talk.begun(new Failing(new IllegalStateException("never asked")));
        Request.Builder scan = Request.newBuilder().setScan(Scan.getDefaultInstance());
        assertEquals(ErrorCode.ERROR_UNSUPPORTED, errorOf(talk, scan));
        Set.Builder expiring = Set.newBuilder().setKey(text("key")).setTimeToLiveMillis(5);
        assertEquals(
                ErrorCode.ERROR_UNSUPPORTED, errorOf(talk, Request.newBuilder().setSet(expiring)));
        assertEquals(0, talk.writes());
    }
}
