package io.kvs.client;

import io.kvs.transport.PemContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// How a client makes sure that it talks to its server, and to nobody else, by TLS: the certificate
/// of the server must be signed by an authority and name the host of {@link
/// ClientOptions#address()}. Safe for use by several threads.
public final class ClientTls {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final SSLContext context;

    private ClientTls(SSLContext context) {
        this.context = context;
    }

    /// Reads what it needs from files, all PEM.
    ///
    /// @param authorities who may have signed the certificate of the server, which may be that
    ///   certificate itself; null for those whom the JDK believes
    /// @param certificates those of the client, its own first; null if the server wants none
    /// @param key the client's private key, PKCS #8; null if there are no certificates
    /// @throws IOException a file cannot be read, or is broken, or certificate and key do not
    ///   belong together
    /// @throws IllegalArgumentException a certificate without a key, or the other way round
    public static ClientTls load(
            @Nullable Path authorities, @Nullable Path certificates, @Nullable Path key)
            throws IOException {
        if ((certificates == null) != (key == null)) {
            throw new IllegalArgumentException("a certificate and its key go together");
        }
        return new ClientTls(PemContext.load(certificates, key, authorities));
    }

    /// Returns the client's end of a new connection.
    SSLEngine newEngine(InetSocketAddress server) {
        SSLEngine engine = context.createSSLEngine(server.getHostString(), server.getPort());
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(VERSIONS);
        engine.setSSLParameters(checkingHost(engine.getSSLParameters()));
        return engine;
    }

    /// Returns a socket over one that is connected; the handshake is done.
    SSLSocket over(Socket socket, InetSocketAddress server) throws IOException {
        SSLSocket secure =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        socket, server.getHostString(), server.getPort(), true);
        secure.setEnabledProtocols(VERSIONS);
        secure.setSSLParameters(checkingHost(secure.getSSLParameters()));
        secure.startHandshake();
        return secure;
    }

    private static SSLParameters checkingHost(SSLParameters parameters) {
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        return parameters;
    }
}
