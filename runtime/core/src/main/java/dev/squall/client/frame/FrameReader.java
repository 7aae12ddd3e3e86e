package dev.squall.client.frame;

import java.lang.foreign.MemorySegment;
import java.net.ProtocolException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads one frame from its beginning to its end. Whoever sent it may be anybody: no length is
 * believed that the frame does not have room for, and what is wrong is a {@link ProtocolException}.
 */
final class FrameReader {

    private final ByteBuffer frame;

    /**
     * @param frame one whole frame; its position is moved
     */
    FrameReader(ByteBuffer frame) throws ProtocolException {
        if (frame.remaining() < Frame.HEADER_BYTES) {
            throw new ProtocolException("a frame of %d bytes".formatted(frame.remaining()));
        }
        this.frame = frame.slice().order(ByteOrder.LITTLE_ENDIAN);
        this.frame.position(Frame.HEADER_BYTES);
    }

    int kind() {
        return Frame.kind(frame);
    }

    boolean flag(int bit) {
        return (Frame.flags(frame) & bit) != 0;
    }

    int u8() throws ProtocolException {
        try {
            return frame.get() & 0xff;
        } catch (BufferUnderflowException _) {
            throw cut();
        }
    }

    int u16() throws ProtocolException {
        try {
            return frame.getShort() & 0xffff;
        } catch (BufferUnderflowException _) {
            throw cut();
        }
    }

    int i32() throws ProtocolException {
        try {
            return frame.getInt();
        } catch (BufferUnderflowException _) {
            throw cut();
        }
    }

    long i64() throws ProtocolException {
        try {
            return frame.getLong();
        } catch (BufferUnderflowException _) {
            throw cut();
        }
    }

    /** How many of something follow, each of which takes at least so many bytes. */
    int count(int max, int bytesEach) throws ProtocolException {
        int count = i32();
        if (count < 0 || count > max || (long) count * bytesEach > frame.remaining()) {
            throw new ProtocolException(
                    "%d entries in %d bytes; allowed are %d"
                            .formatted(count, frame.remaining(), max));
        }
        return count;
    }

    /** A text with its length before it. */
    String text(int bytesMax) throws ProtocolException {
        int length = u16();
        if (length > bytesMax || length > frame.remaining()) {
            throw new ProtocolException(
                    "a text of %d bytes with %d left; the limit is %d"
                            .formatted(length, frame.remaining(), bytesMax));
        }
        byte[] bytes = new byte[length];
        frame.get(bytes);
        return decode(bytes);
    }

    private static String decode(byte[] bytes) throws ProtocolException {
        for (byte b : bytes) {
            if (b < 0) {
                return strictly(bytes);
            }
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** What is not UTF-8 must not become another key. */
    private static String strictly(byte[] bytes) throws ProtocolException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException _) {
            throw new ProtocolException("a text that is not UTF-8");
        }
    }

    /** So many bytes, in place. */
    MemorySegment bytes(int length) throws ProtocolException {
        if (length < 0 || length > frame.remaining()) {
            throw new ProtocolException(
                    "%d bytes of a frame that has %d left".formatted(length, frame.remaining()));
        }
        var part = frame.slice(frame.position(), length);
        frame.position(frame.position() + length);
        return MemorySegment.ofBuffer(part);
    }

    /** All that is left, in place. */
    MemorySegment rest() throws ProtocolException {
        return bytes(frame.remaining());
    }

    /** Nothing may be left. */
    void end() throws ProtocolException {
        if (frame.hasRemaining()) {
            throw new ProtocolException(
                    "%d bytes too many in a frame of kind %d".formatted(frame.remaining(), kind()));
        }
    }

    private ProtocolException cut() {
        return new ProtocolException(
                "a frame of kind %d is cut off after %d bytes".formatted(kind(), frame.limit()));
    }
}
