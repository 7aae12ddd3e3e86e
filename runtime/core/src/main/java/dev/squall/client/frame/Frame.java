package dev.squall.client.frame;

import dev.squall.fabric.Guests;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The outer shape of what goes between a client and a node. First the client's greeting of {@link
 * #GREETING_BYTES}, then frames in both directions, each with a header of {@link #HEADER_BYTES}:
 *
 * <pre>
 *   0 i32 length, the header included   4 u8 kind   5 u8 flags   6 u16 0   8 i64 the request's id
 * </pre>
 *
 * <p>The greeting: {@code magic i32, protocol i32, length of the cluster's name i32, i32 0, name 64
 * B}. The first two words keep their place in every protocol. Static only.
 */
public final class Frame {

    /** The bytes of a header. */
    public static final int HEADER_BYTES = 16;

    /** The bytes of a client's greeting. */
    public static final int GREETING_BYTES = 80;

    /** What a frame has beside its payload, at most, unless it is a batch or a list: 4 KiB. */
    public static final int FIELDS_BYTES_MAX = 4 << 10;

    /** Lists, batches' heads and the like: 1 MiB. */
    public static final int LIST_BYTES_MAX = 1 << 20;

    /** The version of all that follows; a node refuses every other. */
    public static final int PROTOCOL = 1;

    static final int KIND = 4;
    static final int FLAGS = 5;
    static final int ID = 8;

    private static final int NAME_LENGTH = 8;
    private static final int NAME = 16;
    private static final int NAME_BYTES_MAX = GREETING_BYTES - NAME - 1;

    private Frame() {}

    /** The longest frame between peers whose largest object is this. */
    public static int bytesMax(int objectBytes) {
        return (int) Math.min(Integer.MAX_VALUE - 8, (long) objectBytes + LIST_BYTES_MAX);
    }

    static int kind(ByteBuffer frame) {
        return frame.get(KIND) & 0xff;
    }

    static int flags(ByteBuffer frame) {
        return frame.get(FLAGS) & 0xff;
    }

    /** The request that a frame is, or answers. */
    public static long id(ByteBuffer frame) {
        return frame.getLong(ID);
    }

    /** What a client says first. */
    public static ByteBuffer greeting(String cluster) {
        byte[] name = cluster.getBytes(StandardCharsets.UTF_8);
        if (name.length < 1 || name.length > NAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "cluster name '%s' of %d bytes; it has 1 to %d"
                            .formatted(cluster, name.length, NAME_BYTES_MAX));
        }
        return ByteBuffer.allocate(GREETING_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0, Guests.MAGIC)
                .putInt(4, PROTOCOL)
                .putInt(NAME_LENGTH, name.length)
                .put(NAME, name);
    }

    /**
     * The cluster that a greeting wants.
     *
     * @param greeting {@link #GREETING_BYTES} of anybody
     */
    public static String cluster(ByteBuffer greeting) throws ProtocolException {
        var b = greeting.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (b.getInt(0) != Guests.MAGIC) {
            throw new ProtocolException("the peer is no client of Squall");
        }
        if (b.getInt(4) != PROTOCOL) {
            throw new ProtocolException(
                    "the client speaks protocol %d, this node %d; use the client of its version"
                            .formatted(b.getInt(4), PROTOCOL));
        }
        int length = b.getInt(NAME_LENGTH);
        if (length < 1 || length > NAME_BYTES_MAX) {
            throw new ProtocolException(
                    "a cluster name of %d bytes; it has 1 to %d".formatted(length, NAME_BYTES_MAX));
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(b.slice(NAME, length)).toString();
        } catch (CharacterCodingException _) {
            throw new ProtocolException("a cluster name that is not UTF-8");
        }
    }
}
