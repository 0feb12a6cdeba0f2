package io.kvs.transport;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Who one is and whom one believes, read from files, all PEM.
public final class PemContext {
    private static final char[] NO_PASSWORD = {};

    private PemContext() {}

    /// Reads it.
    ///
    /// @param certificates one's own, its own first; null if one has none, and then no key
    /// @param key one's private key, PKCS #8
    /// @param authorities who has signed the certificates of others; null for those whom the JDK
    ///   believes
    /// @throws IOException a file cannot be read, or is broken, or two do not belong together
    public static SSLContext load(
            @Nullable Path certificates, @Nullable Path key, @Nullable Path authorities)
            throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity(certificates, key), trusted(authorities), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "cannot use " + certificates + " with " + key + ": " + e.getMessage(), e);
        }
    }

    private static KeyManager @Nullable [] identity(@Nullable Path certificates, @Nullable Path key)
            throws GeneralSecurityException, IOException {
        if (certificates == null || key == null) {
            return null;
        }
        KeyStore store = emptyStore();
        X509Certificate[] chain = Pem.certificates(certificates).toArray(new X509Certificate[0]);
        store.setKeyEntry("own", Pem.privateKey(key), NO_PASSWORD, chain);
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        return keys.getKeyManagers();
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
}
