package dev.squall.server.route;

import dev.squall.node.ClusterStatus.MemberStatus;
import dev.squall.node.Node;
import dev.squall.view.Member;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * Which members the group holds for lost, at most {@link #PERIOD_MILLIS} old. One that hangs still
 * takes connections: without this, every request for it would wait until it is given up. Any thread
 * may ask.
 */
@Singleton
@Startup
public final class Lost {

    private static final long PERIOD_MILLIS = 500;

    private final Node node;
    private final Vertx vertx;
    private final long timer;
    private final List<IntConsumer> listeners = new CopyOnWriteArrayList<>();
    private volatile Set<Integer> lost = Set.of();

    Lost(Node node, Vertx vertx) {
        this.node = node;
        this.vertx = vertx;
        this.timer = vertx.setPeriodic(PERIOD_MILLIS, _ -> look());
    }

    @PreDestroy
    void close() {
        vertx.cancelTimer(timer);
    }

    /** Tells of every member that is lost from now on, on an event loop. */
    void listen(IntConsumer listener) {
        listeners.add(listener);
    }

    private void look() {
        var before = lost;
        lost =
                node.status().members().stream()
                        .filter(m -> !m.alive())
                        .map(MemberStatus::id)
                        .collect(Collectors.toUnmodifiableSet());
        for (int id : lost) {
            if (!before.contains(id)) {
                listeners.forEach(listener -> listener.accept(id));
            }
        }
    }

    /** Whether a member is lost. */
    boolean is(Member member) {
        return lost.contains(member.id());
    }
}
