package dev.squall.fabric.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the first that calls it and a member, and turns over one bit of what the caller
 * says. Stepped by the test.
 */
final class Meddler implements AutoCloseable {

    private final InetSocketAddress member;
    private final long at;
    private final ServerSocketChannel server;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    private @Nullable SocketChannel caller;
    private @Nullable SocketChannel called;
    private long passed;
    private boolean ended;

    /**
     * @param at which byte of those that the caller sends
     */
    Meddler(InetSocketAddress member, long at) throws IOException {
        this.member = member;
        this.at = at;
        server = ServerSocketChannel.open();
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.configureBlocking(false);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.socket().getLocalPort());
    }

    /** Whether the byte has been changed and passed on. */
    boolean isDone() {
        return passed > at;
    }

    /** Whether one of the two has ended the connection. */
    boolean isEnded() {
        return ended;
    }

    /** Passes on what is there. */
    void turn() {
        try {
            if (caller == null) {
                caller = server.accept();
                if (caller == null) {
                    return;
                }
                caller.configureBlocking(false);
                called = SocketChannel.open(member);
                called.configureBlocking(false);
            }
            if (called != null && !ended) {
                ended = pass(caller, called, true) || pass(called, caller, false);
            }
        } catch (IOException _) {
            ended = true; // it was reset
        }
        if (ended) {
            closeBoth();
        }
    }

    private boolean pass(SocketChannel from, SocketChannel to, boolean meddle) throws IOException {
        int n = from.read(buffer.clear());
        if (n < 0) {
            return true;
        }
        if (meddle && passed <= at && at < passed + n) {
            int i = (int) (at - passed);
            buffer.put(i, (byte) (buffer.get(i) ^ 1));
        }
        passed += meddle ? n : 0;
        buffer.flip();
        while (buffer.hasRemaining()) {
            to.write(buffer);
        }
        return false;
    }

    private void closeBoth() {
        try {
            if (caller != null) {
                caller.close();
            }
            if (called != null) {
                called.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        closeBoth();
        server.close();
    }
}
