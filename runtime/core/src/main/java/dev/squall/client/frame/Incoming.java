package dev.squall.client.frame;

import dev.squall.memory.Region;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayDeque;

/**
 * Frames from one peer, seen where they were received. A frame's bytes lie in a {@link Slab}; as
 * long as nobody holds that, it is used again and again. A frame longer than a slab gets one of its
 * own, of memory that is resident only as far as it was written: who announces much and sends
 * nothing costs nothing. One thread.
 */
public final class Incoming {

    /** A slab: 128 KiB. */
    public static final int SLAB_BYTES = 128 << 10;

    /** What is read of one peer before the others have their turn: 1 MiB. */
    private static final long TURN_BYTES_MAX = 1 << 20;

    /** Slabs that are kept for later. */
    private static final int SPARES_MAX = 2;

    /** Takes frames. */
    public interface Sink {

        /** Whether it takes one more; if not, receiving stops, and goes on at the next call. */
        boolean ready();

        /** A whole frame, header included, which lies in a slab. */
        void frame(ByteBuffer frame, Slab slab) throws IOException;
    }

    private final ArrayDeque<Slab> spares = new ArrayDeque<>();
    private int frameBytesMax;
    private Slab slab;
    private int from;
    private int to;
    private long held;

    /**
     * @param frameBytesMax longer frames are refused
     */
    public Incoming(int frameBytesMax) {
        this.frameBytesMax = frameBytesMax;
        this.slab = fresh();
    }

    /** From now on frames may be so long. */
    public void limit(int bytes) {
        frameBytesMax = bytes;
    }

    /** Memory that somebody holds, the slab in use not counted. */
    public long heldBytes() {
        return held;
    }

    /** What was received before, by somebody else: the first bytes. */
    public void begin(ByteBuffer bytes) {
        to += bytes.remaining();
        slab.buffer.put(0, bytes, bytes.position(), bytes.remaining());
    }

    /** Shows all whole frames that are there or come now. Returns the bytes read. */
    public long receive(ReadableByteChannel channel, Sink sink) throws IOException {
        long total = 0;
        boolean more = show(sink);
        while (more && total < TURN_BYTES_MAX) {
            makeRoom();
            int n = channel.read(slab.buffer.limit(slab.capacity()).position(to));
            if (n < 0) {
                throw new EOFException("the peer closed the connection");
            }
            if (n == 0) {
                break;
            }
            total += n;
            to += n;
            more = show(sink);
        }
        return total;
    }

    /** Whether all that is whole was shown. */
    private boolean show(Sink sink) throws IOException {
        while (to - from >= Frame.HEADER_BYTES) {
            int length = length();
            if (to - from < length) {
                return true;
            }
            if (!sink.ready()) {
                return false;
            }
            var in = slab;
            var frame = in.buffer.slice(from, length).order(ByteOrder.LITTLE_ENDIAN);
            from += length;
            sink.frame(frame, in);
        }
        return true;
    }

    /** The length of the frame that has begun. */
    private int length() throws ProtocolException {
        int length = slab.buffer.getInt(from);
        if (length < Frame.HEADER_BYTES || length > frameBytesMax) {
            throw new ProtocolException(
                    "a frame of %d bytes; allowed are %d to %d"
                            .formatted(length, Frame.HEADER_BYTES, frameBytesMax));
        }
        return length;
    }

    private void makeRoom() throws ProtocolException {
        int here = to - from;
        int wanted = here < Frame.HEADER_BYTES ? Frame.HEADER_BYTES : length();
        boolean usual = slab.capacity() == SLAB_BYTES;
        if (here == 0 && usual && !slab.isHeld()) {
            from = 0;
            to = 0;
        } else if (slab.capacity() - from < wanted || (here == 0 && !usual)) {
            moveOn(here, wanted);
        }
    }

    /** What has begun goes on at the beginning of a slab that has room for all of it. */
    private void moveOn(int here, int wanted) {
        var old = slab;
        if (!old.isHeld() && wanted <= old.capacity() && old.capacity() == SLAB_BYTES) {
            old.buffer.limit(to).position(from);
            old.buffer.compact();
        } else {
            slab = wanted > SLAB_BYTES ? large(wanted) : fresh();
            slab.buffer.put(0, old.buffer, from, here);
            if (old.isHeld()) {
                held += old.capacity();
            } else {
                keep(old);
            }
        }
        from = 0;
        to = here;
    }

    private Slab fresh() {
        var spare = spares.poll();
        return spare != null
                ? spare
                : new Slab(
                        this, ByteBuffer.allocateDirect(SLAB_BYTES).order(ByteOrder.LITTLE_ENDIAN));
    }

    private Slab large(int bytes) {
        var memory = Region.allocate(bytes).asByteBuffer();
        return new Slab(this, memory.order(ByteOrder.LITTLE_ENDIAN));
    }

    /** Nobody holds a slab any more. */
    void freed(Slab free) {
        if (free != slab) {
            held -= free.capacity();
            keep(free);
        }
    }

    private void keep(Slab free) {
        if (free.capacity() == SLAB_BYTES && spares.size() < SPARES_MAX) {
            free.buffer.clear();
            spares.add(free);
        }
    }
}
