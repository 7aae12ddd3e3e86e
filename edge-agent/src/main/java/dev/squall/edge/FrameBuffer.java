package dev.squall.edge;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The frames between capture and uplink, bounded in frames and in bytes.
 *
 * <p><b>Live policy.</b> Capture never waits here. When a limit is reached, the oldest frame makes
 * room: what a camera sees now is worth more than what it saw before the line went down. Each frame
 * that leaves this way is counted under the limit that drove it out.
 *
 * <p>Any number of threads; meant for one that offers and one that takes.
 */
final class FrameBuffer {
    /** Limit in frames unless told otherwise: 25 s at 10 frames a second. */
    static final int DEFAULT_FRAMES = 256;

    /** Limit in bytes unless told otherwise: fits beside everything else into a 32 MiB heap. */
    static final int DEFAULT_BYTES = 12 << 20;

    private final int maxFrames;
    private final long maxBytes;
    private final Counters counters;
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    FrameBuffer(int maxFrames, long maxBytes, Counters counters) {
        this.maxFrames = maxFrames;
        this.maxBytes = maxBytes;
        this.counters = counters;
    }

    /** Takes a frame in, dropping older ones as needed; after {@link #close}, drops it instead. */
    synchronized void offer(Frame frame) {
        if (closed) {
            counters.dropped(Drop.ABANDONED);
            return;
        }
        if (frame.size() > maxBytes) {
            counters.dropped(Drop.TOO_BIG);
            return;
        }
        while (frames.size() >= maxFrames) {
            removeOldest(Drop.BUFFER_FRAMES);
        }
        while (bytes + frame.size() > maxBytes) {
            removeOldest(Drop.BUFFER_BYTES);
        }
        frames.addLast(frame);
        bytes += frame.size();
        notifyAll();
    }

    /** Waits for the oldest frame and removes it; null once closed and empty. */
    synchronized @Nullable Frame take() throws InterruptedException {
        while (frames.isEmpty()) {
            if (closed) {
                return null;
            }
            wait();
        }
        Frame frame = frames.removeFirst();
        bytes -= frame.size();
        return frame;
    }

    /** Lets no more frames in; those inside can still be taken. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** Closes, and drops what is left inside. */
    synchronized void abandon() {
        close();
        while (!frames.isEmpty()) {
            removeOldest(Drop.ABANDONED);
        }
    }

    synchronized int frames() {
        return frames.size();
    }

    synchronized long bytes() {
        return bytes;
    }

    private void removeOldest(Drop reason) {
        bytes -= frames.removeFirst().size();
        counters.dropped(reason);
    }
}
