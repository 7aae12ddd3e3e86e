package dev.squall.bench.soak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.squall.bench.node.ServerNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Watches a pool at one node and holds each shard's changes against their order. One that takes its
 * time is pushed back, and may be told that retention was faster. Runs on a thread of its own;
 * others may ask.
 */
final class Watcher implements Runnable, AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final URI url;
    private final long pauseMillis;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<Integer, Long> last = new HashMap<>();
    private volatile long changes;
    private volatile long trimmed;
    private volatile @Nullable String wrong;
    private String event = "";

    /**
     * @param pauseMillis after each thousand changes
     */
    Watcher(ServerNode node, String pool, long pauseMillis) {
        this.url = URI.create(node.url() + "/v1/watch?prefix=/" + pool + "/");
        this.pauseMillis = pauseMillis;
    }

    /** How many changes came. */
    long changes() {
        return changes;
    }

    /** How often it was told that retention was faster. */
    long trimmed() {
        return trimmed;
    }

    /** What came out of order, or how the stream ended by itself, or null. */
    @Nullable String wrong() {
        return wrong;
    }

    @Override
    public void run() {
        var request = HttpRequest.newBuilder(url).header("Accept", "text/event-stream").build();
        try (Stream<String> lines = http.send(request, BodyHandlers.ofLines()).body()) {
            lines.takeWhile(_ -> wrong == null && !Thread.currentThread().isInterrupted())
                    .forEach(this::line);
        } catch (IOException | RuntimeException e) {
            if (!http.isTerminated()) {
                wrong = "the watch of " + url + " ended: " + e;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void line(String line) {
        if (line.startsWith("event:")) {
            event = line.substring(6).strip();
        } else if (line.startsWith("data:")) {
            try {
                took(JSON.readTree(line.substring(5)));
            } catch (JsonProcessingException e) {
                wrong = "no JSON: " + line;
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written by this thread alone
    private void took(JsonNode data) {
        int shard = data.path("shard").asInt();
        if (event.equals("trimmed")) {
            trimmed++;
            last.put(shard, data.path("through").asLong());
            return;
        }
        long version = data.path("version").asLong();
        var before = last.put(shard, version);
        if (before != null && before >= version) {
            wrong = "shard %d: version %d after %d".formatted(shard, version, before);
        }
        changes++;
        if (pauseMillis > 0 && changes % 1000 == 0) {
            pause();
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(pauseMillis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
