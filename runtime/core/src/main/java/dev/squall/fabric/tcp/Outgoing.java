package dev.squall.fabric.tcp;

import dev.squall.fabric.Fabric;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.GatheringByteChannel;

/**
 * Frames on their way to one peer. Short payloads are copied behind their header into a staging
 * buffer; long ones stay where they are and are gathered by the kernel from there:
 *
 * <pre>
 *   staging: | hdr pay | hdr pay | hdr |          | hdr pay |
 *   by reference:                      [ payload ]
 * </pre>
 *
 * The staging buffer is reused once everything in it has left. A frame is {@code region i32, length
 * i32, offset i64} and the payload.
 */
final class Outgoing {

    static final int HEADER_BYTES = 16;

    /** Bytes of headers and short payloads that may wait for the socket. */
    static final int STAGING_BYTES = 512 << 10;

    /** Long payloads that may wait for the socket. */
    static final int REFERENCES_MAX = 128;

    private final ByteBuffer staging =
            ByteBuffer.allocateDirect(STAGING_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final MemorySegment stagingMemory = MemorySegment.ofBuffer(staging);
    private final ByteBuffer[] references = new ByteBuffer[REFERENCES_MAX];
    private final int[] cuts = new int[REFERENCES_MAX];
    private final ByteBuffer[] gather = new ByteBuffer[2 * REFERENCES_MAX + 1];
    private int staged;
    private int sent;
    private int cutsFrom;
    private int cutsTo;

    boolean post(int region, MemorySegment source, long from, long target, long length) {
        boolean inline = length <= Fabric.INLINE_BYTES_MAX;
        long need = HEADER_BYTES + (inline ? length : 0);
        if (staged + need > STAGING_BYTES || (!inline && cutsTo == REFERENCES_MAX)) {
            return false;
        }
        staging.putInt(staged, region);
        staging.putInt(staged + 4, (int) length);
        staging.putLong(staged + 8, target);
        staged += HEADER_BYTES;
        if (inline) {
            MemorySegment.copy(source, from, stagingMemory, staged, length);
            staged += (int) length;
        } else {
            cuts[cutsTo] = staged;
            references[cutsTo++] = source.asSlice(from, length).asByteBuffer();
        }
        return true;
    }

    boolean isEmpty() {
        return sent == staged && cutsFrom == cutsTo;
    }

    /** Hands the socket what it takes now. Returns the bytes it took. */
    long send(GatheringByteChannel channel) throws IOException {
        long total = 0;
        while (!isEmpty()) {
            long n = cutsFrom == cutsTo ? sendStaged(channel, staged) : sendGathered(channel);
            total += n;
            if (n == 0) {
                break;
            }
        }
        if (isEmpty()) {
            staged = 0;
            sent = 0;
            cutsFrom = 0;
            cutsTo = 0;
        }
        return total;
    }

    private long sendStaged(GatheringByteChannel channel, int to) throws IOException {
        staging.limit(to).position(sent);
        int n = channel.write(staging);
        staging.clear();
        sent += n;
        return n;
    }

    private long sendGathered(GatheringByteChannel channel) throws IOException {
        int count = 0;
        int from = sent;
        for (int i = cutsFrom; i < cutsTo; i++) {
            if (cuts[i] > from) {
                gather[count++] = staging.slice(from, cuts[i] - from);
                from = cuts[i];
            }
            gather[count++] = references[i];
        }
        if (staged > from) {
            gather[count++] = staging.slice(from, staged - from);
        }
        long n = channel.write(gather, 0, count);
        forgetSent();
        return n;
    }

    /** Moves on over what left, which the gathered buffers' own positions tell. */
    private void forgetSent() {
        int next = 0;
        while (cutsFrom < cutsTo) {
            if (cuts[cutsFrom] > sent) {
                var headers = gather[next++];
                sent += headers.position();
                if (headers.hasRemaining()) {
                    return;
                }
            }
            if (gather[next++].hasRemaining()) {
                return;
            }
            cutsFrom++;
        }
        if (staged > sent) {
            sent += gather[next].position();
        }
    }
}
