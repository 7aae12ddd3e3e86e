package dev.squall.fabric.tcp;

import dev.squall.fabric.FabricEnds;
import dev.squall.fabric.Hello;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A member as a test plays it: a bare socket that greets, writes and listens as it is told. */
final class Caller implements AutoCloseable {

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(4096);

    private Caller(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
    }

    /** Connects and says nothing. */
    static Caller silent(InetSocketAddress address) throws IOException {
        return new Caller(SocketChannel.open(address));
    }

    /** Connects and greets. */
    static Caller greeting(InetSocketAddress address, Hello hello) throws IOException {
        var caller = silent(address);
        caller.greet(hello);
        return caller;
    }

    /**
     * The next that calls a listening socket, which does not block; all ends have turns so long.
     */
    static Caller accepted(FabricEnds ends, ServerSocketChannel server) {
        var callers = new ArrayList<Caller>();
        ends.pump("a call", () -> callers.addAll(acceptNow(server)));
        return callers.getFirst();
    }

    private static List<Caller> acceptNow(ServerSocketChannel server) {
        try {
            var channel = server.accept();
            return channel == null ? List.of() : List.of(new Caller(channel));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    void greet(Hello hello) throws IOException {
        channel.write(Handshake.encode(hello));
    }

    /** Writes a word at the beginning of the peer's region. */
    void write(long value) throws IOException {
        var frame = ByteBuffer.allocate(Outgoing.HEADER_BYTES + 8).order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(FabricEnds.REGION).putInt(8).putLong(0).putLong(value);
        channel.write(frame.flip());
    }

    /** Whether the peer has ended the connection; what it said before is passed over. */
    boolean isEnded() {
        try {
            in.clear();
            return channel.read(in) < 0;
        } catch (SocketException _) {
            return true; // it was reset: the peer had not read everything
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A word of the memory that callers write. */
    static long word(MemorySegment memory) {
        return memory.get(ValueLayout.JAVA_LONG, 0);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
