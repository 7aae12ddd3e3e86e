package dev.squall.fabric.tcp;

import dev.squall.fabric.Hello;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The first 96 bytes in each direction of a connection: {@code magic i32, protocol i32, node i32,
 * cluster name length i32, incarnation i64, view i64, cluster name 63 B + 1}. Nothing else is
 * accepted before it.
 */
final class Handshake {

    static final int BYTES = 96;

    private static final int MAGIC = 0x6c6c_7153;
    private static final int PROTOCOL = 1;

    private final ByteBuffer in = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);

    static ByteBuffer encode(Hello hello) {
        byte[] name = hello.cluster().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(MAGIC)
                .putInt(PROTOCOL)
                .putInt(hello.node())
                .putInt(name.length)
                .putLong(hello.incarnation())
                .putLong(hello.view())
                .put(name)
                .rewind();
    }

    /** Reads on. Returns the peer's greeting once it is whole, null before. */
    @Nullable Hello read(SocketChannel channel) throws IOException {
        if (channel.read(in) < 0) {
            throw new EOFException("the peer closed the connection before its greeting");
        }
        return in.hasRemaining() ? null : decode(in.flip());
    }

    static Hello decode(ByteBuffer b) throws ProtocolException {
        if (b.getInt() != MAGIC) {
            throw new ProtocolException("the peer does not speak Squall's fabric protocol");
        }
        int protocol = b.getInt();
        if (protocol != PROTOCOL) {
            throw new ProtocolException(
                    "the peer speaks fabric protocol " + protocol + ", this node " + PROTOCOL);
        }
        int node = b.getInt();
        int length = b.getInt();
        if (length < 0 || length > Hello.CLUSTER_BYTES_MAX) {
            throw new ProtocolException("a cluster name of " + length + " bytes");
        }
        long incarnation = b.getLong();
        long view = b.getLong();
        byte[] name = new byte[length];
        b.get(name);
        return new Hello(new String(name, StandardCharsets.UTF_8), node, incarnation, view);
    }
}
