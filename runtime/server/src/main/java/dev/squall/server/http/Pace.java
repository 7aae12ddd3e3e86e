package dev.squall.server.http;

import dev.squall.server.problem.Problem;
import dev.squall.server.problem.Refusal;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * How fast a body comes. A sender that brings less than {@link #BYTES_MIN} in {@link
 * #PERIOD_MILLIS}, while it is let send, holds memory that others need: it is refused. The times in
 * which this node takes nothing do not count.
 *
 * <p>Belongs to its request's event loop, but for {@link #look}, which any thread may call.
 */
public final class Pace {

    /** How often it is looked: 10 s. */
    public static final long PERIOD_MILLIS = 10_000;

    /** What must come in each period: 32 KiB, 3.2 KiB a second. */
    public static final int BYTES_MIN = 32 << 10;

    private final Bodies bodies;
    private final Consumer<RuntimeException> slow;
    private final Executor loop = EventLoop.current();
    private final int bytesMin;
    private volatile long looksAt;
    private long sum;
    private long inPeriod;
    private boolean waits;

    Pace(Bodies bodies, int bytesMin, long now, Consumer<RuntimeException> slow) {
        this.bodies = bodies;
        this.bytesMin = bytesMin;
        this.slow = slow;
        this.looksAt = now + PERIOD_MILLIS;
    }

    /** Bytes have come. */
    public void came(int bytes) {
        sum += bytes;
        inPeriod += bytes;
    }

    /** This node takes nothing more for the moment. */
    public void pause() {
        waits = true;
    }

    /** It takes more. */
    public void resume() {
        waits = false;
        inPeriod = bytesMin; // the period was not the sender's
    }

    /** All has come, or nothing more matters. */
    public void end() {
        bodies.forget(this);
    }

    /** A moment has passed. */
    void look(long now) {
        if (now - looksAt >= 0) {
            looksAt = now + PERIOD_MILLIS;
            loop.execute(this::judge);
        }
    }

    private void judge() {
        boolean tooSlow = !waits && inPeriod < bytesMin;
        inPeriod = 0;
        if (tooSlow) {
            end();
            slow.accept(
                    new Refusal(
                            Problem.of(
                                    408,
                                    "Request timeout",
                                    "%d bytes of the body came, and less than %d in the last %d s"
                                            .formatted(sum, bytesMin, PERIOD_MILLIS / 1000))));
        }
    }
}
