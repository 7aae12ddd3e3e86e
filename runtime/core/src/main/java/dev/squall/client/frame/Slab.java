package dev.squall.client.frame;

import java.nio.ByteBuffer;

/**
 * Memory into which a peer's frames are received. Whoever looks at a frame's bytes longer than the
 * call that shows it holds the slab for as long; then its bytes stay as they are. Belongs to the
 * thread that receives.
 */
public final class Slab {

    private final Incoming owner;
    final ByteBuffer buffer;
    private int holds;

    Slab(Incoming owner, ByteBuffer buffer) {
        this.owner = owner;
        this.buffer = buffer;
    }

    /** Keeps its bytes until {@link #release}. */
    public void hold() {
        holds++;
    }

    /** Lets go of its bytes. */
    public void release() {
        holds--;
        if (holds == 0) {
            owner.freed(this);
        }
    }

    boolean isHeld() {
        return holds > 0;
    }

    int capacity() {
        return buffer.capacity();
    }
}
