package dev.squall.fabric.tcp;

import dev.squall.fabric.Hello;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
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

    Link(SocketChannel channel, SelectionKey selection, int called, Hello self) {
        this.channel = channel;
        this.selection = selection;
        this.called = called;
        this.greeting = Handshake.encode(self);
        this.introduced = called != NOBODY;
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
        boolean known = handshake.read(channel);
        introduced |= known && !isGuest();
        return known;
    }

    /** Whether it is no member that has called, and wants to be none. */
    boolean isGuest() {
        return called == NOBODY && handshake.isGuest();
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
        return incoming == null ? 0 : incoming.receive(channel, regions);
    }

    /** Sends what waits, and asks the selector to say when the socket takes more. */
    long send() throws IOException {
        if (!introduced) {
            return 0;
        }
        long n = 0;
        if (greeting.hasRemaining()) {
            n += channel.write(greeting);
        }
        boolean more = greeting.hasRemaining();
        if (!more && outgoing != null && !outgoing.isEmpty()) {
            n += outgoing.send(channel);
            more = !outgoing.isEmpty();
        }
        int interest = more ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (selection.interestOps() != interest) {
            selection.interestOps(interest);
        }
        return n;
    }

    /** Ends the connection at once, and lets go of what was on its way. */
    void close() {
        closed = true;
        outgoing = null;
        incoming = null;
        selection.cancel();
        try {
            channel.close();
        } catch (IOException _) {
            // Closing a broken socket may fail; it is gone either way.
        }
    }
}
