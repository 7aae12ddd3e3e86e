package dev.squall.server.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.node.Route;
import dev.squall.server.config.SquallConfig;
import dev.squall.server.rest.Keys;
import dev.squall.server.route.MemberClient;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * All watches of this node, at most {@code squall.limits.watches}. One thread waits for deliveries
 * and wakes them; it sleeps while there are none.
 */
@Singleton
public final class Watches {

    private static final long WAIT_MILLIS = 1_000;

    private final Node node;
    private final Keys keys;
    private final MemberClient client;
    private final ObjectMapper json;
    private final Vertx vertx;
    private final int max;
    private final Semaphore free;
    private final Map<Watch, Scope> live = new ConcurrentHashMap<>();
    private final Semaphore opened = new Semaphore(0);
    private final Thread waker;

    Watches(
            Node node,
            Keys keys,
            MemberClient client,
            ObjectMapper json,
            Vertx vertx,
            SquallConfig config) {
        this.node = node;
        this.keys = keys;
        this.client = client;
        this.json = json;
        this.vertx = vertx;
        this.max = config.limits().watches();
        this.free = new Semaphore(max);
        this.waker = Thread.ofVirtual().name("watches").start(this::wakeAll);
    }

    @PreDestroy
    void close() {
        waker.interrupt();
        live.keySet().forEach(Watch::end);
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
                long seen = node.changes().count();
                live.keySet().forEach(Watch::wake);
                node.changes().await(seen, WAIT_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the server closes
        }
    }

    /**
     * Begins a watch on the calling event loop; it ends with its connection.
     *
     * @param scope the shards to follow
     * @param position where to begin in the shards that it knows
     * @param from the first version to see in the others; negative = what comes from now on
     */
    void open(RoutingContext request, Scope scope, Position position, long from) {
        if (!free.tryAcquire()) {
            throw new Failure(
                    Failure.Kind.OVERLOADED,
                    "there are %d watches, the limit squall.limits.watches".formatted(max));
        }
        Watch watch;
        try {
            watch = watch(request.response(), scope, position, from);
        } catch (RuntimeException e) {
            free.release();
            throw e;
        }
        live.put(watch, scope);
        long heartbeat = vertx.setPeriodic(Watch.HEARTBEAT_MILLIS, _ -> beat(watch));
        request.addEndHandler(_ -> {
            vertx.cancelTimer(heartbeat);
            if (live.remove(watch) != null) {
                free.release();
            }
            watch.end();
        });
        watch.begin();
        opened.release();
    }

    private Watch watch(HttpServerResponse response, Scope scope, Position position, long from) {
        var local = new ArrayList<LogCursor>();
        for (var route : scope.routes()) {
            if (route.local()) {
                local.add(cursor(route, scope.prefix(), position, from));
            } else if (from >= 0 && !position.knows(route.shard())) {
                position.advance(route.shard(), Math.max(0, from - 1));
            }
        }
        var watch =
                new Watch(
                        vertx.getOrCreateContext(),
                        response,
                        json,
                        scope.prefix(),
                        position,
                        local);
        for (var route : scope.routes()) {
            if (!route.local()) {
                watch.add(new RemoteCursor(watch, vertx, client, route, node.config().id()));
            }
        }
        return watch;
    }

    private LogCursor cursor(Route route, String prefix, Position position, long from) {
        var store = keys.store(route);
        if (position.knows(route.shard())) {
            return LogCursor.after(store, prefix, position.version(route.shard()));
        }
        return from < 0
                ? LogCursor.fromNow(store, prefix)
                : LogCursor.after(store, prefix, Math.max(0, from - 1));
    }

    /** Ends a watch whose shards are no longer those of its prefix: its client comes back. */
    private void beat(Watch watch) {
        var scope = live.get(watch);
        if (scope != null && scope.changed(node)) {
            watch.end();
        } else {
            watch.heartbeat();
        }
    }
}
