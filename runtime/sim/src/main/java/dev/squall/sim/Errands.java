package dev.squall.sim;

import dev.squall.base.Failure;
import dev.squall.node.AckLevel;
import dev.squall.node.PutAnswer;
import dev.squall.view.Member;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a node asks of another beside the fabric, by a request and an answer: each may be slow, and
 * with the other's death, or now and then, the answer never comes.
 */
final class Errands {

    /** As long as production waits: 6 s. */
    private static final long ANSWER_NANOS_MAX = 6_000_000_000L;

    private static final long MICRO = 1000;

    private final World world;
    private final SimNode.Life from;
    private final List<SimNode> nodes;

    Errands(World world, SimNode.Life from, List<SimNode> nodes) {
        this.world = world;
        this.from = from;
        this.nodes = nodes;
    }

    CompletableFuture<PutAnswer> order(Member to, int shard, byte[] record, AckLevel ack) {
        var answer = new CompletableFuture<PutAnswer>();
        from.later(ANSWER_NANOS_MAX, () -> fail(answer, Failure.Kind.OUTCOME_UNKNOWN, to));
        from.later(
                way(),
                () -> {
                    var life = nodes.get(to.id() - 1).life();
                    if (life == null) {
                        fail(answer, Failure.Kind.UNAVAILABLE, to);
                    } else {
                        life.later(way(), () -> ask(life, answer, shard, record, ack));
                    }
                });
        return answer;
    }

    private void ask(
            SimNode.Life life,
            CompletableFuture<PutAnswer> answer,
            int shard,
            byte[] record,
            AckLevel ack) {
        boolean lost = world.chance().with(0.01);
        var _ =
                life.core()
                        .order(shard, record, ack)
                        .whenComplete((value, e) -> {
                            if (!lost) {
                                from.later(way(), () -> complete(answer, value, e));
                            }
                        });
    }

    private static void complete(
            CompletableFuture<PutAnswer> answer, @Nullable PutAnswer value, @Nullable Throwable e) {
        if (value != null) {
            answer.complete(value);
        } else if (e != null) {
            answer.completeExceptionally(e);
        }
    }

    private static void fail(CompletableFuture<PutAnswer> answer, Failure.Kind kind, Member to) {
        answer.completeExceptionally(
                new Failure(kind, "node %d does not answer".formatted(to.id())));
    }

    private long way() {
        return world.chance().scaled(MICRO, 2000 * MICRO);
    }
}
