package dev.squall.fabric.tcp;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Frames from one peer, applied to registered memory in the order in which they come. Short ones
 * are copied out of a receive buffer; what is still missing of a long one is read by the kernel
 * straight into its place.
 */
final class Incoming {

    static final int BUFFER_BYTES = 256 << 10;

    /** What is read of one peer before the others have their turn: 4 MiB. */
    private static final long TURN_BYTES_MAX = 4 << 20;

    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final MemorySegment memory = MemorySegment.ofBuffer(buffer);
    private int from;
    private int to;
    private @Nullable ByteBuffer body;

    /** Reads and applies what is there. Returns the bytes read. */
    long receive(ReadableByteChannel channel, Map<Integer, MemorySegment> regions)
            throws IOException {
        long total = 0;
        while (total < TURN_BYTES_MAX) {
            int n = body == null ? fill(channel) : channel.read(body);
            if (n < 0) {
                throw new EOFException("the peer closed the connection");
            }
            if (n == 0) {
                break;
            }
            total += n;
            if (body != null) {
                if (!body.hasRemaining()) {
                    body = null;
                }
            } else {
                apply(regions);
            }
        }
        return total;
    }

    private int fill(ReadableByteChannel channel) throws IOException {
        if (from > 0) {
            MemorySegment.copy(memory, from, memory, 0, to - from);
            to -= from;
            from = 0;
        }
        buffer.limit(BUFFER_BYTES).position(to);
        int n = channel.read(buffer);
        to = buffer.position();
        return n;
    }

    private void apply(Map<Integer, MemorySegment> regions) throws ProtocolException {
        while (to - from >= Outgoing.HEADER_BYTES) {
            int length = buffer.getInt(from + 4);
            long offset = buffer.getLong(from + 8);
            var region = target(regions, buffer.getInt(from), offset, length);
            int here = Math.min(length, to - from - Outgoing.HEADER_BYTES);
            boolean whole = here == length;
            if (!whole
                    && length <= BUFFER_BYTES - Outgoing.HEADER_BYTES
                    && here < BUFFER_BYTES / 4) {
                return; // soon whole in the buffer: one copy is cheaper than one more system call
            }
            MemorySegment.copy(memory, from + Outgoing.HEADER_BYTES, region, offset, here);
            from += Outgoing.HEADER_BYTES + here;
            if (!whole) {
                body = region.asSlice(offset + here, length - here).asByteBuffer();
                return;
            }
        }
    }

    private static MemorySegment target(
            Map<Integer, MemorySegment> regions, int number, long offset, int length)
            throws ProtocolException {
        var region = regions.get(number);
        if (region == null) {
            throw new ProtocolException("a write into region " + number + ", not registered here");
        }
        long size = region.byteSize();
        if (length < 0 || offset < 0 || offset > size - length) {
            throw new ProtocolException(
                    "a write of %d bytes at %d into region %d of %d bytes"
                            .formatted(length, offset, number, size));
        }
        return region;
    }
}
