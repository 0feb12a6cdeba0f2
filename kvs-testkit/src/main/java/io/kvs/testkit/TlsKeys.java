package io.kvs.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A key and the certificate that it has signed for itself, made by the JDK's `keytool`.
///
/// @param store both, under the alias `key`, with the password {@link #PASSWORD}
/// @param certificate the certificate in a file, PEM
/// @param key the key in a file, PEM
public record TlsKeys(KeyStore store, Path certificate, Path key) {
    /// Of the store and of the key in it.
    public static final String PASSWORD = "password";

    private static final long KEYTOOL_SECONDS = 60;

    /// Makes them.
    ///
    /// @param directory of their files
    /// @param name whose they are, and how the files begin
    /// @param algorithm of the key, such as `EC`
    /// @param hosts what the certificate is for, such as `ip:127.0.0.1`
    public static TlsKeys create(Path directory, String name, String algorithm, String hosts)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path file = directory.resolve(name + ".p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        Path log = directory.resolve(name + ".log");
        List<String> command =
                List.of(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "key",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=" + hosts,
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD);
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("keytool has failed: " + Files.readString(log));
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return new TlsKeys(
                store,
                writePem(
                        directory.resolve(name + ".crt"),
                        "CERTIFICATE",
                        store.getCertificate("key").getEncoded()),
                writePem(
                        directory.resolve(name + ".key"),
                        "PRIVATE KEY",
                        store.getKey("key", PASSWORD.toCharArray()).getEncoded()));
    }

    /// Writes a file of one block.
    public static Path writePem(Path file, String type, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                file, "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n");
    }
}
