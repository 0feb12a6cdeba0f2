package io.kvs.transport;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// Bytes as records of TLS. The handshake is part of reading: until it is done a read gives
/// nothing.
///
/// Cryptography runs on the thread that reads or writes; what a handshake computes takes about a
/// millisecond.
public final class TlsTransport implements Transport {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel channel;
    private final SSLEngine engine;

    /// What was received and not decrypted yet, ready to be read from.
    private final ByteBuffer received;

    /// What was decrypted and not handed out yet, ready to be read from.
    private final ByteBuffer decrypted;

    /// Held while something is encrypted or sent: a reader may have to answer a handshake while
    /// another thread writes.
    private final Object sending = new Object();

    /// What was encrypted and not sent yet, ready to be read from; guarded by `sending`.
    private final ByteBuffer encrypted;

    private volatile boolean established;

    /// Makes one over an open channel.
    ///
    /// @param engine of the end of the connection that this is
    public TlsTransport(SocketChannel channel, SSLEngine engine) throws SSLException {
        this.channel = channel;
        this.engine = engine;
        int packetBytes = engine.getSession().getPacketBufferSize();
        received = ByteBuffer.allocateDirect(packetBytes).flip();
        encrypted = ByteBuffer.allocateDirect(packetBytes).flip();
        decrypted = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).flip();
        engine.beginHandshake();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        while (!decrypted.hasRemaining()) {
            int progress = goOn();
            if (progress <= 0) {
                return progress;
            }
        }
        int count = Math.min(decrypted.remaining(), target.remaining());
        target.put(target.position(), decrypted, decrypted.position(), count);
        target.position(target.position() + count);
        decrypted.position(decrypted.position() + count);
        return count;
    }

    /// Agrees with the other end how to speak, as far as that can be done at once. Whoever begins a
    /// connection calls this until it is done, before all else.
    ///
    /// @return whether it is done
    /// @throws SSLException the two cannot agree
    /// @throws EOFException the other end sends no more
    public boolean agree() throws IOException {
        while (!established) {
            int progress = goOn();
            if (progress < 0) {
                throw new EOFException("the connection was closed during the handshake");
            }
            if (progress == 0) {
                return false;
            }
        }
        return flush();
    }

    /// Does what comes next in the handshake, or decrypts a record.
    ///
    /// @return 1 if there was progress, 0 if something must come or be sent, -1 if no more will
    ///   come
    private int goOn() throws IOException {
        HandshakeStatus status = engine.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK) {
            runTasks();
            return 1;
        }
        if (status == HandshakeStatus.NEED_WRAP) {
            return answerHandshake() ? 1 : engine.isOutboundDone() ? -1 : 0;
        }
        return decrypt();
    }

    private void runTasks() {
        Runnable task;
        while ((task = engine.getDelegatedTask()) != null) {
            task.run();
        }
    }

    /// Returns whether the answer is sent.
    private boolean answerHandshake() throws IOException {
        synchronized (sending) {
            if (!flush()) {
                return false;
            }
            wrap(NOTHING);
            return flush() && !engine.isOutboundDone();
        }
    }

    /// Decrypts a record, received now if need be.
    ///
    /// @return 1 if the engine went on, 0 if more must come, -1 if no more will come
    private int decrypt() throws IOException {
        decrypted.clear();
        SSLEngineResult result = engine.unwrap(received, decrypted);
        decrypted.flip();
        established |= result.getHandshakeStatus() == HandshakeStatus.FINISHED || isDone();
        return switch (result.getStatus()) {
            case OK -> 1;
            case CLOSED -> -1;
            case BUFFER_UNDERFLOW -> receive();
            case BUFFER_OVERFLOW -> throw new SSLException("a record is longer than it may be");
        };
    }

    private boolean isDone() {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private int receive() throws IOException {
        received.compact();
        try {
            return Integer.signum(channel.read(received));
        } finally {
            received.flip();
        }
    }

    @Override
    public boolean hasReadAhead() {
        return decrypted.hasRemaining() || received.hasRemaining();
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        synchronized (sending) {
            int before = source.remaining();
            while (source.hasRemaining() && flush()) {
                wrap(source);
            }
            return before - source.remaining();
        }
    }

    private void wrap(ByteBuffer source) throws IOException {
        encrypted.clear();
        try {
            if (engine.wrap(source, encrypted).getStatus() == SSLEngineResult.Status.CLOSED
                    && source.hasRemaining()) {
                throw new SSLException("the connection is closed for output");
            }
        } finally {
            encrypted.flip();
        }
        established |= isDone();
    }

    @Override
    public boolean flush() throws IOException {
        synchronized (sending) {
            while (encrypted.hasRemaining()) {
                if (channel.write(encrypted) == 0) {
                    return false;
                }
            }
            return true;
        }
    }

    @Override
    public boolean isPending() {
        synchronized (sending) {
            return encrypted.hasRemaining();
        }
    }

    @Override
    public boolean isEstablished() {
        return established;
    }

    @Override
    public void endOutput() throws IOException {
        synchronized (sending) {
            if (flush()) {
                engine.closeOutbound();
                wrap(NOTHING);
                flush();
            }
        }
        channel.shutdownOutput();
    }
}
