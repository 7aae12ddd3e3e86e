package dev.squall.rdma;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a send queue holds. Requests are numbered from 0 on and complete in their order. Only some
 * of them say so (one in {@link #signalEvery}): such a completion tells that all before have
 * completed, too. Until then a request takes its place in the queue, its bytes in the staging
 * memory, and the memory that it reads from.
 *
 * <p>Staging memory is a ring; what is captured lies in one piece, so the end of the ring may be
 * left out. Single-threaded.
 */
final class SendLedger {

    private final int requests;
    private final int signalEvery;
    private final long stagingBytes;
    private final long[] stagedAt;
    private final @Nullable Pinned[] kept;
    private long posted;
    private long completed;
    private long signalled;
    private long staged;
    private long unstaged;

    /**
     * A queue with nothing in it.
     *
     * @param requests how many it holds
     * @param signalEvery of so many requests at least one says when it has completed
     * @param stagingBytes the size of the staging memory
     */
    SendLedger(int requests, int signalEvery, long stagingBytes) {
        this.requests = requests;
        this.signalEvery = signalEvery;
        this.stagingBytes = stagingBytes;
        this.stagedAt = new long[requests];
        this.kept = new Pinned[requests];
    }

    /** Whether so many more requests find a place. */
    boolean hasRoom(int more) {
        return posted - completed + more <= requests;
    }

    /** The number of the next request. */
    long next() {
        return posted;
    }

    /** Whether the next request has to say when it has completed. */
    boolean mustSignal() {
        return posted - signalled >= signalEvery - 1;
    }

    /** Whether there are requests of whose completion nobody will be told. */
    boolean isSilent() {
        return posted > signalled;
    }

    /** Takes staging memory for what is posted next. Returns its offset, -1 = there is no room. */
    long stage(int bytes) {
        long at = staged % stagingBytes;
        long begin = at + bytes > stagingBytes ? staged + stagingBytes - at : staged;
        if (begin + bytes - unstaged > stagingBytes) {
            return -1;
        }
        staged = begin + bytes;
        return begin % stagingBytes;
    }

    /**
     * A request was posted.
     *
     * @param signals whether it says when it has completed
     * @param reads the memory that it reads from; null = what was captured
     */
    void post(boolean signals, @Nullable Pinned reads) {
        int place = (int) (posted % requests);
        stagedAt[place] = staged;
        kept[place] = reads;
        if (reads != null) {
            reads.use();
        }
        posted++;
        if (signals) {
            signalled = posted;
        }
    }

    /** A request has said that it has completed. */
    void complete(long number) {
        while (completed <= number) {
            int place = (int) (completed++ % requests);
            unstaged = stagedAt[place];
            var memory = kept[place];
            kept[place] = null;
            if (memory != null) {
                memory.unuse();
            }
        }
    }

    /** The queue is gone: nothing reads from memory any more. */
    void abandon() {
        complete(posted - 1);
        Arrays.fill(kept, null);
    }
}
