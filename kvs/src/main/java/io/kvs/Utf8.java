package io.kvs;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Strict UTF-8: what cannot be converted without loss is an error, never a replacement character.
/// All text of a store is converted so.
public final class Utf8 {
    private Utf8() {}

    /// Returns the bytes of `text`.
    ///
    /// @throws SerializationException it has an unpaired surrogate
    public static byte[] encode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return encodeStrictly(text);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Returns the text of `bytes`.
    ///
    /// @throws SerializationException they are not UTF-8
    public static String decode(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return decodeStrictly(bytes);
            }
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] encodeStrictly(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new SerializationException("text has no UTF-8 form: unpaired surrogate", e);
        }
    }

    private static String decodeStrictly(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new SerializationException(
                    "the stored value is not UTF-8 text; read it as bytes", e);
        }
    }
}
