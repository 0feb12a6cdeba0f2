package io.kvs.server.access;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// The identity of the server, and which clients it believes theirs. Safe for use by several
/// threads.
public final class Tls {
    private static final char[] NO_PASSWORD = {};
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
        try {
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(identity(certificates, key), NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trusted(clientAuthorities), null);
            return new Tls(context, clientAuthorities != null);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "cannot use " + certificates + " with " + key + ": " + e.getMessage(), e);
        }
    }

    private static KeyStore identity(Path certificates, Path key)
            throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        X509Certificate[] chain = Pem.certificates(certificates).toArray(new X509Certificate[0]);
        store.setKeyEntry("server", Pem.privateKey(key), NO_PASSWORD, chain);
        return store;
    }

    private static TrustManager @Nullable [] trusted(@Nullable Path authorities)
            throws GeneralSecurityException, IOException {
        if (authorities == null) {
            return null;
        }
        KeyStore store = emptyStore();
        List<X509Certificate> certificates = Pem.certificates(authorities);
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry("authority-" + i, certificates.get(i));
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust.getTrustManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
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
