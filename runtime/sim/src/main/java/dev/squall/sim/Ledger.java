package dev.squall.sim;

import dev.squall.base.Failure;
import dev.squall.node.BatchAnswer;
import dev.squall.node.PutAnswer;
import dev.squall.sim.check.Asked;
import dev.squall.sim.check.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What clients wait for. "Every queue and retry has a limit": whatever a living node was asked is
 * answered or refused within {@link #ANSWER_NANOS_MAX} once no fault is under way, whatever
 * happened before; and it is refused with a {@link Failure} that says why.
 */
final class Ledger {

    /** The deadline for sending, a suspicion, and room for a slow disk: 15 s of simulated time. */
    static final long ANSWER_NANOS_MAX = 15_000_000_000L;

    private record Open(Object what, SimNode.Life at, CompletableFuture<?> answer) {}

    private final World world;
    private final List<Open> open = new ArrayList<>();
    private long asked;
    private long answered;
    private long refused;
    private long reads;
    private @Nullable Violation found;

    Ledger(World world) {
        this.world = world;
    }

    long nextNumber() {
        return ++asked;
    }

    /** A put is on its way; the checkers hear of its answer. */
    void put(Asked put, SimNode.Life at, CompletableFuture<PutAnswer> answer, Answered then) {
        said(at, "ask", put);
        world.checkers().asked(put);
        await(
                put,
                at,
                answer,
                value -> {
                    answered++;
                    said(at, "answer", put + ": " + value);
                    world.checkers().answered(put, value);
                    then.answered(value);
                });
    }

    /** A batch is on its way. */
    void batch(
            String what,
            SimNode.Life at,
            CompletableFuture<BatchAnswer> answer,
            Consumer<BatchAnswer> then) {
        said(at, "ask", what);
        await(
                what,
                at,
                answer,
                value -> {
                    answered++;
                    said(at, "answer", what + ": " + value);
                    then.accept(value);
                });
    }

    /** What a client does with an answer. */
    interface Answered {
        void answered(PutAnswer answer);
    }

    /** Something else is on its way. */
    <T> void other(String what, SimNode.Life at, CompletableFuture<T> answer, Runnable then) {
        await(
                what,
                at,
                answer,
                _ -> {
                    reads++;
                    then.run();
                });
    }

    private <T> void await(
            Object what, SimNode.Life at, CompletableFuture<T> answer, Consumer<T> then) {
        if (!answer.isDone()) {
            open.add(new Open(what, at, answer));
        }
        var _ =
                answer.whenComplete((value, error) -> {
                    try {
                        if (error == null) {
                            then.accept(value);
                        } else {
                            refused(what, at, error);
                        }
                    } catch (Violation violation) {
                        found = violation; // a future would keep it to itself
                    }
                });
    }

    private void refused(Object what, SimNode.Life at, Throwable error) {
        var cause = error instanceof CompletionException c ? c.getCause() : error;
        if (!(cause instanceof Failure failure)) {
            throw new Violation("Answers", what + " ended with " + cause, error);
        }
        refused++;
        if (what instanceof Asked asked && failure.kind() != Failure.Kind.OUTCOME_UNKNOWN) {
            world.checkers().refused(asked);
        }
        said(at, "refuse", what + ": " + failure.kind() + " " + failure.getMessage());
    }

    private void said(SimNode.Life at, String word, Object text) {
        if (world.trace().on()) {
            world.trace().say(at.node(), word, text.toString());
        }
    }

    /** Whether living nodes owe no answer. What was asked of the dead is forgotten. */
    boolean settled() {
        open.removeIf(o -> o.answer().isDone() || !o.at().alive());
        return open.isEmpty();
    }

    /** Throws what a checker found when it was told of an answer. */
    void check() {
        if (found != null) {
            throw found;
        }
    }

    /** The oldest thing that is still owed, for the error. */
    String oldest() {
        return open.getFirst().what() + " (" + open.size() + " in all)";
    }

    String describe() {
        return "%d puts, %d answered, %d reads, %d refused"
                .formatted(asked, answered, reads, refused);
    }
}
