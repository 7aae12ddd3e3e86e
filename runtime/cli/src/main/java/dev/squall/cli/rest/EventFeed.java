package dev.squall.cli.rest;

import dev.squall.cli.terminal.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Follows {@code GET /v1/watch} for as long as the caller wants. When the connection or the node is
 * lost, it goes on at the next node, from the last event seen ({@code Last-Event-ID}), and gives up
 * when no node has answered for {@link #LOST_LIMIT}. One thread calls {@link #follow}; another may
 * call {@link #close}, which ends it.
 */
public final class EventFeed implements AutoCloseable {
    static final Duration LOST_LIMIT = Duration.ofSeconds(60);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(3);

    private final List<Rest> nodes;
    private final String prefix;
    private final Consumer<String> notice;
    private final @Nullable String from;
    private String lastId = "";
    private volatile boolean closed;

    /**
     * @param urls the nodes to ask, in this order; at least one
     * @param prefix the keys to watch
     * @param from the first version to see, or null for what comes from now on
     * @param notice told when the connection is lost and found again
     */
    public EventFeed(
            List<String> urls, String prefix, @Nullable String from, Consumer<String> notice) {
        this.nodes = urls.stream().map(url -> Rest.at(url, notice)).toList();
        this.prefix = prefix;
        this.from = from;
        this.notice = notice;
    }

    /**
     * Hands on each event until the sink answers false, or this is closed.
     *
     * @throws Failure if the first connection fails, the watch is refused, or all nodes stay lost
     */
    public void follow(Predicate<ServerSentEvent> sink) {
        boolean everConnected = false;
        long lostAt = 0;
        Duration pause = FIRST_PAUSE;
        for (int turn = 0; !closed; turn++) {
            Rest node = nodes.get(turn % nodes.size());
            try (InputStream body = node.open(watch()).body()) {
                if (lostAt != 0) {
                    notice.accept("watching again at " + node.url());
                }
                everConnected = true;
                lostAt = 0;
                pause = FIRST_PAUSE;
                var events = new EventReader(body);
                try {
                    if (!pump(events, sink)) {
                        return;
                    }
                } finally {
                    lastId = events.lastId().isEmpty() ? lastId : events.lastId();
                }
            } catch (Failure e) {
                boolean pointless = e instanceof Refusal refusal && refusal.status() < 500;
                boolean allTried = !everConnected && turn + 1 >= nodes.size();
                if (!closed && (pointless || allTried)) {
                    throw e;
                }
            } catch (IOException e) {
                // The node or the way to it is gone; the next turn asks another.
            }
            if (closed) {
                return;
            }
            if (lostAt == 0) {
                lostAt = System.nanoTime();
                notice.accept("lost the watch at " + node.url() + ", looking for another node");
            } else if (System.nanoTime() - lostAt > LOST_LIMIT.toNanos()) {
                throw new Failure(
                        "no node has answered for " + LOST_LIMIT.toSeconds() + " s",
                        "See `squall status`.");
            }
            pause = sleep(pause);
        }
    }

    private Call watch() {
        return Call.get("/v1/watch")
                .query("prefix", prefix)
                .query("from", from) // for shards of which the id does not know a place yet
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", lastId.isEmpty() ? null : lastId);
    }

    private boolean pump(EventReader events, Predicate<ServerSentEvent> sink) throws IOException {
        for (var event = events.next(); event != null; event = events.next()) {
            if (!sink.test(event)) {
                return false;
            }
        }
        return true;
    }

    private static Duration sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("the watch was interrupted", "", e);
        }
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : doubled;
    }

    @Override
    public void close() {
        closed = true;
        nodes.forEach(Rest::close);
    }
}
