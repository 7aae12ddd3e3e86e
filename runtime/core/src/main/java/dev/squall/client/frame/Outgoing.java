package dev.squall.client.frame;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.GatheringByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Frames that wait to be sent to one peer. Short ones are gathered in chunks, so that all of a turn
 * leaves with one system call; a long payload is not copied but sent from where it lies, and must
 * not change until its frame is answered. How much may wait is its owner's to say, by {@link
 * #bytes}. Not thread-safe.
 */
public final class Outgoing {

    /** A chunk: 64 KiB. */
    private static final int CHUNK_BYTES = 64 << 10;

    /** From here on a payload is sent from where it lies: 16 KiB. */
    private static final int BY_REFERENCE_BYTES_MIN = 16 << 10;

    /** Chunks that are kept for later. */
    private static final int SPARES_MAX = 4;

    /** Parts that leave with one system call. */
    private static final int PARTS_MAX = 16;

    private final ArrayDeque<ByteBuffer> full = new ArrayDeque<>();
    private final ArrayDeque<ByteBuffer> spares = new ArrayDeque<>();
    private final ByteBuffer[] parts = new ByteBuffer[PARTS_MAX];
    private @Nullable ByteBuffer tail;
    private long bytes;

    /** Bytes that wait. */
    public long bytes() {
        return bytes + (tail == null ? 0 : tail.position());
    }

    public boolean isEmpty() {
        return bytes() == 0;
    }

    /** Begins a frame: its header is written, and there is room for its fields. */
    ByteBuffer begin(int kind, int flags, long id, int fieldBytes, long payloadBytes) {
        long length = Frame.HEADER_BYTES + fieldBytes + payloadBytes;
        var b = room(Frame.HEADER_BYTES + fieldBytes);
        b.putInt(Math.toIntExact(length)).put((byte) kind).put((byte) flags).putShort((short) 0);
        return b.putLong(id);
    }

    /** The bytes of a text, with its length before it. */
    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static int sizeOf(byte[] text) {
        return Short.BYTES + text.length;
    }

    static void put(ByteBuffer b, byte[] text) {
        b.putShort((short) text.length).put(text);
    }

    /** Adds bytes as they are. */
    void payload(MemorySegment payload) {
        long size = payload.byteSize();
        if (size < BY_REFERENCE_BYTES_MIN) {
            room((int) size).put(payload.asByteBuffer());
        } else {
            seal();
            full.add(payload.asByteBuffer().asReadOnlyBuffer());
            bytes += size;
        }
    }

    private ByteBuffer room(int wanted) {
        var chunk = tail;
        if (chunk != null && chunk.remaining() >= wanted) {
            return chunk;
        }
        seal();
        chunk = wanted > CHUNK_BYTES ? null : spares.poll();
        if (chunk == null) {
            chunk =
                    ByteBuffer.allocateDirect(Math.max(CHUNK_BYTES, wanted))
                            .order(ByteOrder.LITTLE_ENDIAN);
        }
        tail = chunk;
        return chunk;
    }

    private void seal() {
        var chunk = tail;
        if (chunk != null && chunk.position() > 0) {
            bytes += chunk.position();
            full.add(chunk.flip());
            tail = null;
        }
    }

    /** Sends what the channel takes. Returns how many bytes. */
    public long send(GatheringByteChannel channel) throws IOException {
        seal();
        long total = 0;
        while (!full.isEmpty()) {
            int count = 0;
            long wanted = 0;
            for (var part : full) {
                if (count == PARTS_MAX) {
                    break;
                }
                parts[count++] = part;
                wanted += part.remaining();
            }
            long n = count == 1 ? channel.write(parts[0]) : channel.write(parts, 0, count);
            total += n;
            bytes -= n;
            dropSent();
            if (n < wanted) {
                break;
            }
        }
        return total;
    }

    private void dropSent() {
        var first = full.peek();
        while (first != null && !first.hasRemaining()) {
            full.remove();
            if (first.capacity() == CHUNK_BYTES
                    && !first.isReadOnly()
                    && spares.size() < SPARES_MAX) {
                spares.add(first.clear());
            }
            first = full.peek();
        }
    }
}
