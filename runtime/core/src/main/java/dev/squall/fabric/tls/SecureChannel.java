package dev.squall.fabric.tls;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 on a socket that does not block: a channel like the socket's own, so that what reads and
 * writes frames need not know. Bytes come out in the order in which they went in, or not at all.
 *
 * <pre>
 *   write: frames --wrap--> netOut --> socket        read: socket --> netIn --unwrap--> frames
 *                                                    (by way of plain where there is little room)
 * </pre>
 *
 * <p>The three buffers are made with the channel and never grow. What was written counts as taken
 * once it is encrypted; then it may still wait in netOut for {@link #flush}. A socket that is empty
 * does not mean that nothing more can be read here, so {@link #hasMore} must be asked before the
 * reader sleeps.
 *
 * <p>Before anything is read or written there is the handshake. Its costly steps, signatures and
 * the check of the peer's chain, are tasks for {@link Handshakes}' thread; meanwhile the channel is
 * {@link #isBusy} and does nothing. Keys are changed by the engine itself after so many bytes as
 * the JDK allows ({@code jdk.tls.keyLimits}: 2^37 with AES-GCM).
 *
 * <p>One thread, but for those tasks.
 */
public final class SecureChannel implements ByteChannel, GatheringByteChannel {

    /** Encrypted bytes in each direction: 128 KiB, seven of the largest records. */
    static final int NET_BYTES = 128 << 10;

    private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

    private final SocketChannel socket;
    private final SSLEngine engine;
    private final Handshakes handshakes;
    private final Runnable resume;
    private final int recordBytesMax;

    /** Between position and limit lies what has come and is not decrypted. */
    private final ByteBuffer netIn = ByteBuffer.allocate(NET_BYTES).limit(0);

    /** Before the position lies what is encrypted and has not left. */
    private final ByteBuffer netOut = ByteBuffer.allocate(NET_BYTES);

    /** Between position and limit lies what is decrypted and was not read. */
    private final ByteBuffer plain;

    private final ByteBuffer[] single = new ByteBuffer[1];
    private boolean established;
    private boolean more;
    private volatile boolean busy;
    private volatile boolean closed;

    /**
     * @param socket connected, or about to be
     * @param calling whether this side has connected
     * @param resume called on another thread when the channel is no longer busy
     */
    public SecureChannel(
            SocketChannel socket,
            Credentials credentials,
            boolean calling,
            Handshakes handshakes,
            Runnable resume)
            throws IOException {
        this.socket = socket;
        this.engine = credentials.engine(calling);
        this.handshakes = handshakes;
        this.resume = resume;
        this.recordBytesMax = engine.getSession().getPacketBufferSize();
        this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
        engine.beginHandshake();
    }

    /** Whether a step of the handshake is being made by another thread. */
    public boolean isBusy() {
        return busy;
    }

    /** Whether the handshake is done. */
    public boolean isEstablished() {
        return established;
    }

    /** Whether there may be something to read without anything coming by the socket. */
    public boolean hasMore() {
        return more;
    }

    /** Whether everything that was written has left. */
    public boolean isFlushed() {
        return netOut.position() == 0;
    }

    /** Whether the peer's certificate, which was checked, speaks for that name. */
    public boolean speaksFor(String name) throws SSLException {
        return established
                && engine.getSession().getPeerCertificates()[0] instanceof X509Certificate shown
                && Credentials.names(shown).contains(name);
    }

    /** Gets on with the handshake. Returns whether it is done. */
    public boolean shake() throws IOException {
        if (established) {
            return true;
        }
        if (busy) {
            return false;
        }
        try {
            established = step();
        } catch (SSLException e) {
            tellWhy();
            throw e;
        }
        flush();
        return established;
    }

    private boolean step() throws IOException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> {
                    if (!hasRoom() || wrap(NOTHING, 0, 1).bytesProduced() == 0) {
                        return false;
                    }
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (unwrap(plain.clear()) == null) {
                        plain.limit(0);
                        return false;
                    }
                    plain.flip();
                }
                case NEED_TASK -> {
                    busy = true;
                    handshakes.run(this::tasks);
                    return false;
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    if (engine.isInboundDone() || engine.isOutboundDone()) {
                        throw new SSLException("the handshake was broken off");
                    }
                    return true;
                }
            }
        }
    }

    /** On another thread. */
    private void tasks() {
        for (var t = task(); t != null; t = task()) {
            t.run(); // what is wrong with the peer is thrown by the next step
        }
        busy = false;
        resume.run();
    }

    private @Nullable Runnable task() {
        return closed ? null : engine.getDelegatedTask();
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
        if (!shake()) {
            return 0;
        }
        int start = to.position();
        more = true;
        take(to);
        while (to.hasRemaining()) {
            boolean direct = to.remaining() >= plain.capacity();
            var result = unwrap(direct ? to : plain.clear());
            if (!direct) {
                plain.flip().limit(result == null ? 0 : plain.limit());
                take(to);
            }
            if (result == null) {
                more = false;
                break;
            }
            if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                return to.position() > start ? to.position() - start : -1;
            }
            settle(result.getHandshakeStatus());
        }
        return to.position() - start;
    }

    private void take(ByteBuffer to) {
        int n = Math.min(plain.remaining(), to.remaining());
        to.put(to.position(), plain, plain.position(), n).position(to.position() + n);
        plain.position(plain.position() + n);
    }

    /** Decrypts one record. Returns null when none is whole yet. */
    private @Nullable SSLEngineResult unwrap(ByteBuffer to) throws IOException {
        while (true) {
            SSLEngineResult result;
            try {
                result = engine.unwrap(netIn, to);
            } catch (SSLException e) {
                tellWhy();
                throw e;
            }
            switch (result.getStatus()) {
                case BUFFER_UNDERFLOW -> {
                    if (!fill()) {
                        return null;
                    }
                }
                case BUFFER_OVERFLOW ->
                        throw new SSLException("a record of more bytes than TLS allows");
                case OK, CLOSED -> {
                    return result;
                }
            }
        }
    }

    private boolean fill() throws IOException {
        netIn.compact();
        int n = socket.read(netIn);
        netIn.flip();
        if (n < 0) {
            throw new EOFException("the peer closed the connection");
        }
        return n > 0;
    }

    /** After the handshake: what the engine wants to say, for example that it changes its keys. */
    private void settle(HandshakeStatus first) throws IOException {
        var status = first;
        while (true) {
            switch (status) {
                case NEED_TASK -> {
                    var task = engine.getDelegatedTask();
                    if (task != null) {
                        task.run();
                    }
                    status = engine.getHandshakeStatus();
                }
                case NEED_WRAP -> {
                    if (!hasRoom()) {
                        return; // the next write says it
                    }
                    status = wrap(NOTHING, 0, 1).getHandshakeStatus();
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN, FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
        }
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        single[0] = from;
        return (int) write(single, 0, 1);
    }

    @Override
    public long write(ByteBuffer[] from) throws IOException {
        return write(from, 0, from.length);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int count) throws IOException {
        if (!shake()) {
            return 0;
        }
        long total = 0;
        int end = offset + count;
        int next = offset;
        while (true) {
            while (next < end && !from[next].hasRemaining()) {
                next++;
            }
            if (next == end || !hasRoom()) {
                break;
            }
            var result = wrap(from, next, end - next);
            total += result.bytesConsumed();
            if (result.bytesProduced() == 0) {
                break;
            }
        }
        flush();
        return total;
    }

    private SSLEngineResult wrap(ByteBuffer[] from, int offset, int count) throws IOException {
        var result = engine.wrap(from, offset, count, netOut);
        if (result.getStatus() != SSLEngineResult.Status.OK) {
            throw new SSLException("nothing can be sent any more: " + result.getStatus());
        }
        return result;
    }

    /** Whether one more record can be encrypted. */
    private boolean hasRoom() throws IOException {
        if (netOut.remaining() < recordBytesMax) {
            flush();
        }
        return netOut.remaining() >= recordBytesMax;
    }

    /** Hands the socket what it takes of what is encrypted. */
    public void flush() throws IOException {
        if (netOut.position() > 0) {
            socket.write(netOut.flip());
            netOut.compact();
        }
    }

    /** Sends the alert that the engine has made, if it goes at once. */
    private void tellWhy() {
        try {
            while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && hasRoom()) {
                if (engine.wrap(NOTHING, netOut).bytesProduced() == 0) {
                    break;
                }
            }
            flush();
        } catch (IOException _) {
            // The peer learns from the end of the connection alone.
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    /** Says good-bye, if it goes at once, and closes the socket. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            more = false;
            if (established) {
                engine.closeOutbound();
                tellWhy();
            }
        }
        socket.close();
    }
}
