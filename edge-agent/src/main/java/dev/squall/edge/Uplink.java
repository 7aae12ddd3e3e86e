package dev.squall.edge;

import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Puts the frames of one camera into the cluster: each once, in order, through whichever node
 * answers.
 *
 * <p><b>Order.</b> A frame goes out only after the one before it was answered. There is never more
 * than one frame under way, so nothing can overtake.
 *
 * <p><b>Once.</b> A frame gets its sequence number when it leaves the buffer, and keeps it through
 * every retry, on every node: the cluster recognises the triple and gives the first answer again.
 * Frames that the buffer drops never had a number. A number is not given to a second frame, not
 * even after a refusal: an earlier attempt whose answer was lost may have stored the first.
 *
 * <p><b>Waiting.</b> A node without a usable answer rests (see {@link NodeRing}) while the next one
 * is asked. When the cluster says 429, the uplink waits as long as it was told, whatever the node.
 * It tries for as long as it lives; what piles up behind is the buffer's to bound.
 *
 * <p>Runs on one thread; {@link #abandon} and {@link #node} are for any.
 */
final class Uplink implements Runnable {
    /** So many answers 500 to one frame, and it is dropped: something about it is at fault. */
    static final int SERVER_ERROR_LIMIT = 6;

    private final FrameBuffer buffer;
    private final NodeRing ring;
    private final NodeClient client;
    private final Counters counters;
    private final TimeSource time;
    private final Consumer<String> log;
    private final CountDownLatch abandoned = new CountDownLatch(1);

    private long seq;
    private int refusedInRow;
    private int busyInRow;
    private volatile URI node;

    Uplink(
            FrameBuffer buffer,
            NodeRing ring,
            NodeClient client,
            Counters counters,
            TimeSource time,
            Consumer<String> log) {
        this.buffer = buffer;
        this.ring = ring;
        this.client = client;
        this.counters = counters;
        this.time = time;
        this.log = log;
        this.node = ring.current();
    }

    @Override
    public void run() {
        try {
            for (Frame frame = buffer.take(); frame != null; frame = buffer.take()) {
                if (!deliver(frame, ++seq)) {
                    counters.dropped(Drop.ABANDONED);
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // only the one who abandons does this
        } finally {
            buffer.abandon();
        }
    }

    /** Ends {@link #run} soon, with what is unanswered counted as abandoned. Any thread. */
    void abandon() {
        abandoned.countDown();
    }

    /** The node in use. Any thread. */
    URI node() {
        return node;
    }

    /** Sees one frame through; false when abandoned before it was settled. */
    private boolean deliver(Frame frame, long number) throws InterruptedException {
        long begin = time.nanos();
        int serverErrors = 0;
        for (int attempt = 0; ; attempt++) {
            if (!reachNode()) {
                return false;
            }
            if (attempt > 0) {
                counters.retries.incrementAndGet();
            }
            switch (client.put(node, frame, number)) {
                case Answer.Stored(long version) -> {
                    answered();
                    refusedInRow = 0;
                    long micros = (time.nanos() - begin) / 1_000;
                    counters.stored(frame.size(), version, micros);
                    return true;
                }
                case Answer.Refused(int status, String detail) -> {
                    answered();
                    return refused(status, detail);
                }
                case Answer.Busy(long retryAfterMillis) -> {
                    long rest = ring.restNanos(++busyInRow, retryAfterMillis);
                    if (pause(rest)) {
                        return false;
                    }
                }
                case Answer.Unavailable(String reason, long retryAfterMillis) ->
                        unavailable(reason, retryAfterMillis);
                case Answer.Failed(int status, String detail) -> {
                    if (++serverErrors == SERVER_ERROR_LIMIT) {
                        counters.dropped(Drop.FAILED);
                        log.accept(
                                "frame %d dropped after %d answers %d: %s"
                                        .formatted(number, serverErrors, status, detail));
                        return true;
                    }
                    unavailable("answer " + status, 0);
                }
            }
        }
    }

    /** Goes to a node that may be asked, waiting for one if needed; false when abandoned. */
    private boolean reachNode() throws InterruptedException {
        URI before = node;
        long when = ring.pick(time.nanos());
        node = ring.current();
        if (!node.equals(before)) {
            counters.failovers.incrementAndGet();
        }
        return !time.waitUntil(when, abandoned);
    }

    private void answered() {
        busyInRow = 0;
        if (ring.worked() > 0) {
            log.accept(node + " answers again");
        }
    }

    /** Counts a refused frame, and slows down as long as nothing but refusals come. */
    private boolean refused(int status, String detail) throws InterruptedException {
        counters.dropped(Drop.REFUSED);
        if (refusedInRow++ == 0) {
            log.accept("refused with %d: %s".formatted(status, detail));
        }
        return !pause(ring.restNanos(refusedInRow, 0));
    }

    private void unavailable(String reason, long retryAfterMillis) {
        if (ring.failed(time.nanos(), retryAfterMillis) == 1) {
            log.accept("no usable answer from %s: %s".formatted(node, reason));
        }
    }

    /** Waits; true when abandoned meanwhile. */
    private boolean pause(long nanos) throws InterruptedException {
        return time.waitUntil(time.nanos() + nanos, abandoned);
    }
}
