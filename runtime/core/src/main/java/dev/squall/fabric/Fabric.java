package dev.squall.fabric;

import dev.squall.memory.Region;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/**
 * Writes into registered memory of peers, as RDMA's one-sided verbs do, whatever carries them.
 *
 * <p><b>Promises.</b> Writes to one peer are applied in the order in which they were posted, each
 * exactly once or, when the peer is lost, not at all from some write on. A reader at the peer that
 * sees the effect of a write sees all writes posted before it. A write outside a registered range
 * is refused by the receiver, which then drops the writer.
 *
 * <p><b>Ways.</b> To each peer there is one way or none. A peer that connects while its way is
 * still open here knows better that the old way is dead: it is lost, and the new one takes its
 * place, unless the peer's process is an older one than that of the open way.
 *
 * <p><b>Memory.</b> A write of at most {@link #INLINE_BYTES_MAX} bytes is captured by the call.
 * Longer ones may refer to the source until they have left: the caller must not change those bytes
 * before the peer has shown, by its own writes, that it has them.
 *
 * <p><b>Threads.</b> Everything but {@link #wake} belongs to one thread, the group agent's.
 */
public interface Fabric extends AutoCloseable {

    /** Writes up to this size are captured when posted. */
    int INLINE_BYTES_MAX = 4096;

    /**
     * Memory to be registered: zeroed, page-aligned, and of a kind that peers can be let into. It
     * lives as {@link Region} says.
     */
    default MemorySegment allocate(long bytes) {
        return Region.allocate(bytes);
    }

    /**
     * Lets peers write into this memory, under a number that all members agree on.
     *
     * @param memory from {@link #allocate}; for each registration memory of its own
     */
    void register(int region, MemorySegment memory);

    /**
     * Ends {@link #register}. Later writes of peers into it are refused, and what the memory holds
     * may be lost.
     */
    void unregister(int region);

    /**
     * Posts a write.
     *
     * @param peer the member written to
     * @param region the number under which it registered the memory
     * @param source where the bytes are
     * @param sourceOffset their offset there
     * @param targetOffset where they go, from the beginning of the peer's region
     * @param length how many
     * @return false when the way to the peer is full or closed: nothing was posted, try next turn
     */
    boolean write(
            int peer,
            int region,
            MemorySegment source,
            long sourceOffset,
            long targetOffset,
            long length);

    /** Applies what came. Returns how much there was; 0 = idle. */
    int poll();

    /** Sends what was posted; called at the end of a turn. Returns how much there was; 0 = idle. */
    int flush();

    /**
     * Blocks until something comes, {@link #wake} is called, or the time has passed.
     *
     * @param nanosMax how long at most
     * @param work asked once wake-ups are heard; true = there is work already, do not block
     */
    void await(long nanosMax, BooleanSupplier work);

    /** Ends an {@link #await}, from any thread. */
    void wake();

    /**
     * Tells of a peer that there may be a way to. Of each pair the member with the higher id
     * connects, so this one is reached from here when its id is lower. An id that is known already
     * gets the new address; a way that is open stays open.
     *
     * @param peer an unresolved address is not tried; introduce it again once it is resolved
     */
    void introduce(Peer peer);

    /**
     * Ends {@link #introduce}: no more attempts to reach the peer, and the way to it is closed as
     * by {@link #drop}. Whether it is let in when it connects by itself is the listener's to say.
     */
    void forget(int peer);

    /**
     * Closes the way to one peer, without a word to the listener. Nothing of what the peer still
     * had under way is applied. It is reached again, or reaches this one, with the usual rhythm.
     */
    void drop(int peer);

    @Override
    void close();
}
