package io.kvs.server.access;

import io.kvs.transport.PemContext;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// The identity of the server, and which clients it believes theirs. Safe for use by several
/// threads.
public final class Tls {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final SSLContext context;
    private final boolean needsClientCertificate;

    private Tls(SSLContext context, boolean needsClientCertificate) {
        this.context = context;
        this.needsClientCertificate = needsClientCertificate;
    }

    /// Reads it from files, all PEM.
    ///
    /// @param certificates those of the server, its own first
    /// @param key its private key, PKCS #8
    /// @param clientAuthorities who has signed the certificates of clients; null if clients need
    ///   none
    /// @throws IOException a file cannot be read, or is broken, or the two do not belong together
    public static Tls load(Path certificates, Path key, @Nullable Path clientAuthorities)
            throws IOException {
        return new Tls(
                PemContext.load(certificates, key, clientAuthorities), clientAuthorities != null);
    }

    /// Returns the server's end of a new connection.
    public SSLEngine newEngine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(VERSIONS);
        engine.setNeedClientAuth(needsClientCertificate);
        return engine;
    }
}
