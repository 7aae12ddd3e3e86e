package dev.squall.fabric.tcp;

import dev.squall.fabric.Guests;
import dev.squall.fabric.Hello;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The first 640 bytes in each direction of a connection; nothing else is accepted before them.
 * Numbers are little-endian, texts UTF-8:
 *
 * <pre>
 *     0  i32  magic             32  i32  cluster name length        48   64 B  cluster name
 *     4  i32  protocol: 2       36  i32  host length               112  256 B  host
 *     8  i32  node              40  i32  REST address length       368  256 B  REST address
 *    12  i32  port              44  i32  0                         624   16 B  shared memory
 *    16  i64  incarnation
 *    24  4 B  RDMA: IPv4 address, 28 i32 port; all 0 = none
 * </pre>
 *
 * What lies behind the end of a text means nothing. The first two words keep their place in every
 * protocol, so that members of different ones can tell, and are looked at as soon as they are
 * there.
 */
final class Handshake {

    static final int BYTES = 640;

    private static final int MAGIC = 0x6c6c_7153;
    private static final int PROTOCOL = 8;
    private static final int HEAD_BYTES = 8;

    private static final int NODE = 8;
    private static final int PORT = 12;
    private static final int INCARNATION = 16;
    private static final int RDMA = 24;
    private static final int RDMA_PORT = 28;
    private static final int IPV4_BYTES = 4;
    private static final int CLUSTER_LENGTH = 32;
    private static final int HOST_LENGTH = 36;
    private static final int REST_LENGTH = 40;
    private static final int CLUSTER = 48;
    private static final int HOST = 112;
    private static final int REST = 368;
    private static final int SHARED = 624;
    private static final int SHARED_BYTES = 16;
    private static final String NOT_SHARED = "0".repeat(2 * SHARED_BYTES);

    private final ByteBuffer in = ByteBuffer.allocate(BYTES);

    static ByteBuffer encode(Hello hello) {
        var b = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(0, MAGIC).putInt(4, PROTOCOL);
        b.putInt(NODE, hello.node()).putInt(PORT, hello.port());
        b.putLong(INCARNATION, hello.incarnation());
        hello.device().ifPresent(device -> put(b, device));
        put(b, CLUSTER_LENGTH, CLUSTER, hello.cluster());
        put(b, HOST_LENGTH, HOST, hello.host());
        put(b, REST_LENGTH, REST, hello.rest());
        b.put(SHARED, HexFormat.of().parseHex(hello.shared())); // nothing = zeros
        return b;
    }

    private static void put(ByteBuffer b, InetSocketAddress device) {
        b.put(RDMA, device.getAddress().getAddress()).putInt(RDMA_PORT, device.getPort());
    }

    private static void put(ByteBuffer b, int lengthAt, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        b.putInt(lengthAt, bytes.length).put(at, bytes);
    }

    /** Reads on. Returns whether the peer has said its first words. */
    boolean read(ReadableByteChannel channel) throws IOException {
        int n = channel.read(in);
        while (n > 0 && in.hasRemaining()) {
            n = channel.read(in); // a channel may hold more than it gives at once
        }
        if (n < 0) {
            throw new EOFException("the peer closed the connection before its greeting");
        }
        return in.position() >= HEAD_BYTES;
    }

    /** Whether the first words are those of a guest and not of a member. */
    boolean isGuest() {
        return words().getInt(0) == Guests.MAGIC;
    }

    /** The peer's greeting once it is whole, null before. */
    @Nullable Hello hello() throws ProtocolException {
        checkHead(words());
        return in.hasRemaining() ? null : decode(in.array());
    }

    /** What has been read so far. */
    ByteBuffer begun() {
        return in.duplicate().flip();
    }

    private ByteBuffer words() {
        return in.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * @param greeting {@link #BYTES} of them, of anybody
     */
    static Hello decode(byte[] greeting) throws ProtocolException {
        var b = ByteBuffer.wrap(greeting).order(ByteOrder.LITTLE_ENDIAN);
        checkHead(b);
        var cluster = text(b, "cluster name", CLUSTER_LENGTH, CLUSTER, Hello.CLUSTER_BYTES_MAX);
        var host = text(b, "host", HOST_LENGTH, HOST, Hello.HOST_BYTES_MAX);
        var rest = text(b, "REST address", REST_LENGTH, REST, Hello.REST_BYTES_MAX);
        try {
            return new Hello(
                    cluster,
                    b.getInt(NODE),
                    b.getLong(INCARNATION),
                    host,
                    b.getInt(PORT),
                    rest,
                    shared(greeting),
                    rdma(b));
        } catch (IllegalArgumentException e) {
            throw refused(e);
        }
    }

    private static String shared(byte[] greeting) {
        var name = HexFormat.of().formatHex(greeting, SHARED, SHARED + SHARED_BYTES);
        return name.equals(NOT_SHARED) ? "" : name;
    }

    private static String rdma(ByteBuffer b) {
        int port = b.getInt(RDMA_PORT);
        if (port == 0) {
            return "";
        }
        var at = new StringJoiner(".");
        for (int i = 0; i < IPV4_BYTES; i++) {
            at.add(String.valueOf(b.get(RDMA + i) & 0xff));
        }
        return at + ":" + port;
    }

    private static void checkHead(ByteBuffer b) throws ProtocolException {
        if (b.getInt(0) != MAGIC) {
            throw new ProtocolException("the peer does not speak Squall's fabric protocol");
        }
        int protocol = b.getInt(4);
        if (protocol != PROTOCOL) {
            throw new ProtocolException(
                    "the peer speaks fabric protocol %d, this node %d; run the same version on both"
                            .formatted(protocol, PROTOCOL));
        }
    }

    private static String text(ByteBuffer b, String what, int lengthAt, int at, int bytesMax)
            throws ProtocolException {
        int length = b.getInt(lengthAt);
        if (length < 0 || length > bytesMax) {
            throw new ProtocolException(
                    "the peer greets with a %s of %d bytes; the limit is %d"
                            .formatted(what, length, bytesMax));
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(b.slice(at, length)).toString();
        } catch (CharacterCodingException e) {
            throw refused(e);
        }
    }

    private static ProtocolException refused(Exception cause) {
        var refused = new ProtocolException("the peer's greeting: " + cause.getMessage());
        refused.initCause(cause);
        return refused;
    }
}
