package io.kvs.server.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/// What a client must know to use the server.
///
/// Only a hash is kept, and a comparison takes as long whether the first byte is wrong or the last.
/// Safe for use by several threads.
public final class Password {
    private final byte @Nullable [] hash;

    private Password(byte @Nullable [] hash) {
        this.hash = hash;
    }

    /// Returns the password with a text; null stands for none, which everybody knows.
    public static Password of(@Nullable String text) {
        return new Password(text == null ? null : hash(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// Returns whether clients must say a password.
    public boolean isRequired() {
        return hash != null;
    }

    /// Returns whether this is the password; none is right if none is required.
    public boolean isRight(byte[] given) {
        return hash != null && MessageDigest.isEqual(hash, hash(given));
    }

    private static byte[] hash(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
