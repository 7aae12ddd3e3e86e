package dev.squall.fabric.tcp;

import dev.squall.fabric.Hello;
import dev.squall.fabric.tls.Credentials;
import dev.squall.fabric.tls.SecureChannel;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection: first the greetings, then frames in both directions, then nothing: once closed,
 * it neither takes nor delivers anything. The peer's id is what its greeting says, so until then it
 * is unknown.
 */
final class Link {

    /** In place of a peer's id: the connection came from outside. */
    static final int NOBODY = 0;

    final SocketChannel channel;
    final SelectionKey selection;

    /** TLS on the socket; null = none. */
    private final @Nullable SecureChannel secure;

    private final ReadableByteChannel in;
    private final GatheringByteChannel out;

    /** The peer that this connection was made to reach, or {@link #NOBODY}. */
    final int called;

    private final Handshake handshake = new Handshake();
    private final ByteBuffer greeting;
    private @Nullable Outgoing outgoing;
    private @Nullable Incoming incoming;
    private @Nullable Hello hello;
    private long deadline;
    private boolean closed;

    /** Who calls says who it is at once, who is called when it knows that a member calls. */
    private boolean introduced;

    Link(
            SocketChannel channel,
            SelectionKey selection,
            int called,
            Hello self,
            @Nullable SecureChannel secure) {
        this.channel = channel;
        this.selection = selection;
        this.called = called;
        this.secure = secure;
        this.in = secure == null ? channel : secure;
        this.out = secure == null ? channel : secure;
        this.greeting = Handshake.encode(self);
        this.introduced = called != NOBODY;
    }

    /** Where the other end is, for people. */
    String remote() {
        return String.valueOf(channel.socket().getRemoteSocketAddress());
    }

    /** Whether more can be read before anything comes by the socket. */
    boolean hasMore() {
        return secure != null && secure.hasMore();
    }

    /** Whether the peer has shown that it is that node; without TLS nothing is shown. */
    boolean mayBe(int node) throws IOException {
        return secure == null || secure.speaksFor(Credentials.nameOf(node));
    }

    /** The peer's greeting, once it is whole. */
    @Nullable Hello hello() {
        return hello;
    }

    /** Until when the connection must have got on, in nanoseconds of the caller's clock. */
    void deadline(long nanos) {
        deadline = nanos;
    }

    boolean isLate(long now) {
        return now - deadline >= 0;
    }

    /** Reads a part of the peer's greeting. Returns whether it is known what the peer is. */
    boolean listen() throws IOException {
        boolean known = handshake.read(in);
        introduced |= known && !isGuest();
        return known;
    }

    /** Whether it is no member that has called, and wants to be none. */
    boolean isGuest() {
        return secure == null && called == NOBODY && handshake.isGuest(); // they speak no TLS
    }

    /** Takes the peer's greeting. Returns it once it is whole. */
    @Nullable Hello greet() throws IOException {
        hello = handshake.hello();
        return hello;
    }

    /** Leaves the connection to somebody else, who gets what has been read of it. */
    ByteBuffer leave() {
        closed = true;
        selection.cancel();
        return handshake.begun();
    }

    /** The greetings are accepted: frames may flow. */
    void open() {
        outgoing = new Outgoing();
        incoming = new Incoming();
    }

    boolean isOpen() {
        return outgoing != null;
    }

    boolean isClosed() {
        return closed;
    }

    boolean post(int region, MemorySegment source, long from, long target, long length) {
        return outgoing != null && outgoing.post(region, source, from, target, length);
    }

    long receive(Map<Integer, MemorySegment> regions) throws IOException {
        return incoming == null ? 0 : incoming.receive(in, regions);
    }

    /** Sends what waits, and asks the selector to say when there is more to do. */
    long send() throws IOException {
        long n = 0;
        if (secure == null || secure.shake()) {
            n = introduced ? sendWaiting() : 0;
        }
        if (secure != null) {
            secure.flush();
        }
        int interest = interest();
        if (selection.interestOps() != interest) {
            selection.interestOps(interest);
        }
        return n;
    }

    private long sendWaiting() throws IOException {
        long n = 0;
        if (greeting.hasRemaining()) {
            n += out.write(greeting);
        }
        if (!greeting.hasRemaining() && outgoing != null && !outgoing.isEmpty()) {
            n += outgoing.send(out);
        }
        return n;
    }

    private int interest() {
        if (secure != null && secure.isBusy()) {
            return 0; // until another thread has made the handshake's next step
        }
        boolean more = secure != null && !secure.isFlushed();
        if (introduced && (secure == null || secure.isEstablished())) {
            more |= greeting.hasRemaining() || (outgoing != null && !outgoing.isEmpty());
        }
        return more ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
    }

    /** Ends the connection at once, and lets go of what was on its way. */
    void close() {
        closed = true;
        outgoing = null;
        incoming = null;
        selection.cancel();
        try {
            out.close();
        } catch (IOException _) {
            // Closing a broken socket may fail; it is gone either way.
        }
    }
}
