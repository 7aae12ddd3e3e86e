package dev.squall.server.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.server.config.SquallConfig;
import dev.squall.server.route.MemberClient;
import dev.squall.store.Position;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * All watches of this node, at most {@code squall.limits.watches}. One thread waits for deliveries
 * and wakes them; it sleeps while there are none.
 */
@Singleton
public final class Watches {

    private static final long WAIT_MILLIS = 1_000;

    private final ShardFeed.Sources sources;
    private final int max;
    private final Semaphore free;
    private final Set<Watch> live = ConcurrentHashMap.newKeySet();
    private final Semaphore opened = new Semaphore(0);
    private final Thread waker;

    Watches(Node node, MemberClient client, ObjectMapper json, Vertx vertx, SquallConfig config) {
        this.sources = new ShardFeed.Sources(node, vertx, client, json);
        this.max = config.limits().watches();
        this.free = new Semaphore(max);
        this.waker = Thread.ofVirtual().name("watches").start(this::wakeAll);
    }

    @PreDestroy
    void close() {
        waker.interrupt();
        live.forEach(Watch::end);
    }

    /** How many there are. */
    public int count() {
        return live.size();
    }

    private void wakeAll() {
        try {
            while (true) {
                if (live.isEmpty()) {
                    opened.acquire();
                    opened.drainPermits();
                }
                var changes = sources.node().changes();
                long seen = changes.count();
                live.forEach(Watch::wake);
                changes.await(seen, WAIT_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the server closes
        }
    }

    /**
     * Begins a watch on the calling event loop; it ends with its connection.
     *
     * @param scope the shards to follow
     * @param position where to begin; empty when the client has not been here before
     * @param from then the first version to see; negative = what comes from now on
     */
    void open(RoutingContext request, Scope scope, Position position, long from) {
        if (!free.tryAcquire()) {
            throw new Failure(
                    Failure.Kind.OVERLOADED,
                    "there are %d watches, the limit squall.limits.watches".formatted(max));
        }
        Set<Integer> shards;
        try {
            shards = scope.shards(sources.node());
        } catch (RuntimeException e) {
            free.release();
            throw e;
        }
        var watch =
                new Watch(
                        sources.vertx().getOrCreateContext(),
                        request.response(),
                        sources,
                        scope,
                        position);
        live.add(watch);
        long timer = sources.vertx().setPeriodic(Watch.LOOK_MILLIS, _ -> watch.look());
        request.addEndHandler(_ -> {
            sources.vertx().cancelTimer(timer);
            if (live.remove(watch)) {
                free.release();
            }
            watch.end();
        });
        watch.begin(shards, from);
        opened.release();
    }
}
