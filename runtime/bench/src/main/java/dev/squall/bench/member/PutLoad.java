package dev.squall.bench.member;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import dev.squall.node.PutCaller;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts of a member, in a closed loop.
 *
 * <p><b>What it does not show</b> (coordinated omission): while the cluster pauses, only the puts
 * under way see the pause, not those that an outside world would have sent meanwhile. So read the
 * percentiles as those of {@code depth} patient callers.
 *
 * <p>A put refused because a queue is full is made again after {@link #PAUSE_NANOS}; its time runs
 * on.
 */
final class PutLoad extends ClosedLoop {

    /** Before a refused put is made again: 200 us. */
    static final long PAUSE_NANOS = 200_000;

    private final Node node;
    private final PutSource source;
    private final boolean direct;

    private PutLoad(Node node, PutSource source, int depth, boolean direct) {
        super(depth);
        this.direct = direct;
        this.node = node;
        this.source = source;
    }

    /** Callers that are answered by a future, on a thread that the node starts for it. */
    static PutLoad start(Node node, PutSource source, int depth) {
        return start(node, source, depth, false);
    }

    /**
     * Starts a load.
     *
     * @param direct whether callers are answered on the node's own agent, and put again from there
     */
    static PutLoad start(Node node, PutSource source, int depth, boolean direct) {
        var load = new PutLoad(node, source, depth, direct);
        load.start(() -> load.new Putter());
        return load;
    }

    /** One caller with one put under way. */
    private final class Putter extends Caller
            implements BiConsumer<@Nullable PutAnswer, @Nullable Throwable>, PutCaller {

        private @Nullable Put put;
        private boolean again;
        private long started;

        @Override
        protected void call() {
            if (!direct) {
                var _ = node.put(next()).whenComplete(this);
                return;
            }
            try {
                node.put(next(), this);
            } catch (Failure e) {
                failed(e);
            }
        }

        @Override
        public void answered(PutAnswer answer) {
            accept(answer, null);
        }

        @Override
        public void failed(Failure failure) {
            accept(null, failure);
        }

        private Put next() {
            var refused = put;
            if (again && refused != null) {
                again = false;
                LockSupport.parkNanos(PAUSE_NANOS);
                return refused;
            }
            var fresh = source.next();
            put = fresh;
            started = System.nanoTime();
            return fresh;
        }

        @Override
        public void accept(@Nullable PutAnswer answer, @Nullable Throwable error) {
            if (answer != null && put != null) {
                answered(started);
                if (tell(put, answer)) {
                    run();
                }
            } else if (error instanceof Failure f && f.kind() == Failure.Kind.OVERLOADED) {
                again = true;
                run();
            } else {
                end(error);
            }
        }

        /** Nobody would see what the source throws here but the failure. */
        private boolean tell(Put answered, PutAnswer answer) {
            try {
                source.answered(answered, answer);
                return true;
            } catch (RuntimeException e) {
                end(e);
                return false;
            }
        }
    }
}
