package io.kvs;

/// A key is empty or too long. Nothing was read or written; the message gives the reason.
public final class InvalidKeyException extends KvsException {
    private static final long serialVersionUID = 1L;

    /// The longest key, in bytes.
    public static final int KEY_LENGTH_MAX = 65_536;

    /// Makes one; `reason` completes the sentence "invalid key: …".
    public InvalidKeyException(String reason) {
        super("invalid key: " + reason, null);
    }

    /// Checks that `key` is 1 to 65 536 bytes long.
    ///
    /// @throws InvalidKeyException if it is not
    public static void check(byte[] key) {
        if (key.length == 0) {
            throw new InvalidKeyException("it is empty");
        }
        if (key.length > KEY_LENGTH_MAX) {
            throw new InvalidKeyException(
                    "it has " + key.length + " bytes, the limit is " + KEY_LENGTH_MAX);
        }
    }
}
