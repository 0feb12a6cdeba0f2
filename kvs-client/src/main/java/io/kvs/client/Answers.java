package io.kvs.client;

import io.kvs.protocol.rpc.MalformedFrameException;
import io.kvs.protocol.rpc.ResponseReader;
import io.kvs.protocol.v1.OptionalValue;
import io.kvs.protocol.v1.Response;
import io.kvs.protocol.v1.Values;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What responses say.
final class Answers {
    private Answers() {}

    /// Returns the response if it is of a kind.
    ///
    /// @throws RuntimeException it says that the request was not carried out
    /// @throws MalformedFrameException it is of another kind
    static ResponseReader require(ResponseReader response, int kind, String server)
            throws MalformedFrameException {
        if (response.kind() != kind) {
            throw failure(response, server);
        }
        return response;
    }

    private static RuntimeException failure(ResponseReader response, String server)
            throws MalformedFrameException {
        if (response.kind() != Response.ERROR_FIELD_NUMBER) {
            throw new MalformedFrameException(
                    "an answer of another kind than was asked for: " + response.kind());
        }
        return RemoteErrors.exception(response.error(), server);
    }

    static @Nullable Void done(ResponseReader response, String server)
            throws MalformedFrameException {
        require(response, Response.DONE_FIELD_NUMBER, server);
        return null;
    }

    static Optional<byte[]> value(ResponseReader response, String server)
            throws MalformedFrameException {
        return response.kind() == Response.ABSENT_FIELD_NUMBER
                ? Optional.empty()
                : Optional.of(require(response, Response.VALUE_FIELD_NUMBER, server).value());
    }

    static Boolean applied(ResponseReader response, String server) throws MalformedFrameException {
        return require(response, Response.APPLIED_FIELD_NUMBER, server).number() != 0;
    }

    static Long count(ResponseReader response, String server) throws MalformedFrameException {
        return require(response, Response.COUNT_FIELD_NUMBER, server).number();
    }

    static Optional<Instant> expiry(ResponseReader response, String server)
            throws MalformedFrameException {
        return response.kind() == Response.ABSENT_FIELD_NUMBER
                ? Optional.empty()
                : Optional.of(
                        Instant.ofEpochMilli(
                                require(response, Response.EXPIRY_MILLIS_FIELD_NUMBER, server)
                                        .number()));
    }

    static List<Optional<byte[]>> values(ResponseReader response, String server)
            throws MalformedFrameException {
        Values values =
                require(response, Response.VALUES_FIELD_NUMBER, server).message(Values.parser());
        List<Optional<byte[]>> found = new ArrayList<>(values.getValuesCount());
        for (OptionalValue value : values.getValuesList()) {
            found.add(
                    value.hasValue()
                            ? Optional.of(value.getValue().toByteArray())
                            : Optional.empty());
        }
        return found;
    }
}
