package dev.squall.client;

import dev.squall.base.Failure;
import dev.squall.client.frame.Answer;
import dev.squall.client.frame.Request;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: what is asked, of whom, what is known of it, and who waits. Made by the
 * caller's thread, which may also send it first; after that it belongs to the client's thread.
 *
 * @param <T> the answer
 */
final class Call<T> {

    private static final System.Logger LOG = System.getLogger(Call.class.getName());

    /** Who can answer. */
    enum Goal {
        /** A member that takes changes of the key's shard. */
        SENDER,
        /** A member that holds it. */
        HOLDER,
        /** The member that runs the key's logic. */
        RUNNER,
        /** Anybody. */
        ANYBODY
    }

    /** Says what is asked, at each try anew. */
    interface Asking {
        Request request(Call<?> call);
    }

    final Goal goal;
    final String pool;

    /** Where its shard is found by. */
    final String key;

    /** The index of its shard; -1 = the key's. */
    final int index;

    /** Bytes of its payloads. */
    final long bytes;

    /** Whether it changes something. */
    final boolean change;

    /** Whether it has a producer's number, so that it may be tried again. */
    final boolean numbered;

    final Asking asking;
    private final Function<Answer, T> reading;
    private final Caller<T> caller;

    long id;
    @Nullable Lane lane;
    long sequence;
    long deadline;

    /** Who was sent it and has not answered. */
    volatile @Nullable Way way;

    int tries;
    long notBefore;
    boolean maybeDone;
    List<Integer> elsewhere = List.of();
    @Nullable Failure last;

    Call(
            Goal goal,
            String pool,
            String key,
            int index,
            long bytes,
            boolean change,
            boolean numbered,
            Asking asking,
            Function<Answer, T> reading,
            Caller<T> caller) {
        this.goal = goal;
        this.pool = pool;
        this.key = key;
        this.index = index;
        this.bytes = bytes;
        this.change = change;
        this.numbered = numbered;
        this.asking = asking;
        this.reading = reading;
        this.caller = caller;
    }

    void answer(Answer answer) {
        T value;
        try {
            value = reading.apply(answer);
        } catch (Failure e) {
            fail(e);
            return;
        }
        try {
            caller.answered(value);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a caller failed on its answer", e);
        }
    }

    void fail(Failure failure) {
        try {
            caller.failed(failure);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "a caller failed on a failure", e);
        }
    }

    /**
     * What it comes to when there is no more time.
     *
     * @param trouble what else is known to have gone wrong
     */
    Failure late(long timeoutMillis, String trouble) {
        var known = last;
        boolean unknown = maybeDone || (change && way != null);
        var kind = known == null ? Failure.Kind.UNAVAILABLE : known.kind();
        return new Failure(
                unknown ? Failure.Kind.OUTCOME_UNKNOWN : kind,
                "no answer within %d ms: %s"
                        .formatted(timeoutMillis, known == null ? trouble : known.getMessage()));
    }
}
