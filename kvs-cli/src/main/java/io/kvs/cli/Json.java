package io.kvs.cli;

import io.kvs.Version;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// Lines like `{"key":"…","value":"…"}`, with an `"expiry":"2030-01-01T00:00:00Z"` if the value
/// expires. What is not UTF-8 goes as Base64 in `key64` and `value64`, so that every entry has a
/// line.
final class Json {
    private static final String KEY = "key";
    private static final String VALUE = "value";
    private static final String EXPIRY = "expiry";
    private static final String BASE64 = "64";

    /// A longer value goes as Base64, since the escapes of text could make it six times as long.
    private static final int TEXT_BYTES_MAX = Lines.LINE_BYTES_MAX / 8;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .rootValueSeparator((String) null)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(Lines.LINE_BYTES_MAX)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
                    .build();

    private Json() {}

    /// Returns the factory of parsers and generators.
    static JsonFactory factory() {
        return FACTORY;
    }

    static Entry read(Lines line) {
        try (JsonParser parser =
                FACTORY.createParser(
                        ObjectReadContext.empty(), line.buffer(), line.start(), line.length())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw bad("not a JSON object");
            }
            byte[] key = null;
            byte[] value = null;
            Instant expiry = null;
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                if (name.equals(EXPIRY)) {
                    expiry = expiry(parser);
                    continue;
                }
                byte[] bytes = bytes(parser, name);
                if (name.startsWith(KEY)) {
                    key = once(key, bytes, KEY);
                } else {
                    value = once(value, bytes, VALUE);
                }
            }
            if (parser.nextToken() != null) {
                throw bad("something follows the JSON object");
            }
            if (key == null || value == null) {
                throw bad("the JSON object has no " + (key == null ? KEY : VALUE));
            }
            return new Entry(key, value, expiry);
        } catch (JacksonException e) {
            throw bad("not valid JSON: " + e.getOriginalMessage());
        }
    }

    private static Instant expiry(JsonParser parser) {
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
            throw bad("the expiry is not a JSON string");
        }
        try {
            return Instant.parse(parser.getString());
        } catch (DateTimeParseException e) {
            throw bad("the expiry is not a time like 2030-01-01T00:00:00Z");
        }
    }

    private static byte[] once(byte @Nullable [] earlier, byte[] bytes, String name) {
        if (earlier != null) {
            throw bad("the JSON object has two of " + name);
        }
        return bytes;
    }

    private static byte[] bytes(JsonParser parser, String name) {
        boolean encoded = name.equals(KEY + BASE64) || name.equals(VALUE + BASE64);
        if (!encoded && !name.equals(KEY) && !name.equals(VALUE)) {
            throw bad("unknown field '" + name + "' in the JSON object");
        }
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
            throw bad("the " + name + " is not a JSON string");
        }
        String text = parser.getString();
        try {
            return encoded ? Base64.getDecoder().decode(text) : utf8(text);
        } catch (IllegalArgumentException e) {
            throw bad("the " + name + " is not Base64");
        } catch (CharacterCodingException e) {
            throw bad("the " + name + " holds half of a surrogate pair");
        }
    }

    private static byte[] utf8(String text) throws CharacterCodingException {
        ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }

    private static CommandException bad(String problem) {
        return new CommandException(ExitCode.FAILED, problem);
    }

    /// Writes such lines.
    static final class Writer implements EntryWriter {
        private final JsonGenerator generator;

        Writer(OutputStream out) {
            this.generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out);
        }

        @Override
        public void write(byte[] key, byte[] value, @Nullable Instant expiry) {
            ensureFits(key, value);
            generator.writeStartObject();
            write(KEY, key);
            write(VALUE, value);
            write(expiry);
            endLine();
        }

        @Override
        public void write(byte[] key) {
            generator.writeStartObject();
            write(KEY, key);
            endLine();
        }

        /// Writes what was once made of a key: `{"sequence":…,"kind":"value","value":"…"}`, with an
        /// expiry if there is one, or the kind `removal` and no value.
        ///
        /// @throws CommandException the value is too large
        void write(byte[] key, Version version) {
            byte[] value = version.value();
            generator.writeStartObject();
            generator.writeNumberProperty("sequence", version.sequence());
            generator.writeStringProperty("kind", value == null ? "removal" : "value");
            if (value != null) {
                ensureFits(key, value);
                write(VALUE, value);
            }
            write(version.expiry());
            endLine();
        }

        @Override
        public void flush() {
            generator.flush();
        }

        private static void ensureFits(byte[] key, byte[] value) {
            if (value.length > Lines.LINE_BYTES_MAX / 4 * 3 - TEXT_BYTES_MAX) {
                throw Tsv.refused(key, "the value is too large for a line");
            }
        }

        private void endLine() {
            generator.writeEndObject();
            generator.writeRaw('\n');
        }

        private void write(@Nullable Instant expiry) {
            if (expiry != null) {
                generator.writeStringProperty(EXPIRY, expiry.toString());
            }
        }

        private void write(String name, byte[] bytes) {
            if (bytes.length <= TEXT_BYTES_MAX && TextForm.isUtf8(bytes)) {
                generator.writeName(name);
                generator.writeUTF8String(bytes, 0, bytes.length);
            } else {
                generator.writeName(name + BASE64);
                generator.writeString(Base64.getEncoder().encodeToString(bytes));
            }
        }
    }
}
