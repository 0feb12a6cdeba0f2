package io.kvs.server.redis;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The scripts that clients have sent last, by the digests of their texts. Safe for use by any
/// number of threads.
final class Scripts {
    private static final int COUNT_MAX = 1_000;
    private static final long BYTES_MAX = 16 << 20;

    /// The one that was not used for the longest time first.
    private final SequencedMap<String, Script> byDigest = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    /// Returns the script with a text, which is remembered from now on.
    ///
    /// @throws CommandException it is no Lua
    Script load(byte[] text) throws CommandException {
        String digest = digest(text);
        Script known = find(digest);
        if (known != null) {
            return known;
        }
        Script script = Script.compile(digest, text);
        add(script);
        return script;
    }

    private synchronized void add(Script script) {
        if (byDigest.putIfAbsent(script.digest(), script) == null) {
            bytes += script.textBytes();
        }
        while (byDigest.size() > COUNT_MAX || bytes > BYTES_MAX) {
            bytes -= byDigest.pollFirstEntry().getValue().textBytes();
        }
    }

    /// Returns the script with a digest, or null if none of those that are remembered has it.
    synchronized @Nullable Script find(String digest) {
        return byDigest.get(digest.toLowerCase(Locale.ROOT));
    }

    /// Forgets all.
    synchronized void clear() {
        byDigest.clear();
        bytes = 0;
    }

    /// Returns the SHA-1 of a text, by which clients name a script.
    static String digest(byte[] text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every platform has SHA-1", e);
        }
    }
}
