package dev.squall.bench.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.squall.base.Failure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Talks to nodes by REST over HTTP/1.1 and sorts what they answer. A connection that cannot be made
 * means that nothing was done; one that breaks, or an answer that does not come in time, means that
 * nobody knows. Any thread.
 */
public final class NodeClient implements AutoCloseable {

    /** How long a connection may take: 500 ms. */
    private static final Duration CONNECT = Duration.ofMillis(500);

    /** How long an answer may take: 3 s. */
    private static final Duration ANSWER = Duration.ofSeconds(3);

    /** The most versions asked for at once. */
    private static final int PAGE = 10_000;

    private static final int DETAIL_CHARS_MAX = 300;

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();

    /** One version as a key's history shows it; without a producer that is empty. */
    public record Version(
            long version, long timestamp, int size, boolean deleted, String producer) {}

    /**
     * Puts.
     *
     * @param expected the version that must be the newest, 0 = none, negative = any
     * @param producer {@code id/incarnation/sequence}
     */
    public Answer put(ServerNode node, String key, byte[] bytes, long expected, String producer)
            throws InterruptedException {
        var request =
                request(node, "/v1/objects" + key)
                        .PUT(BodyPublishers.ofByteArray(bytes))
                        .header("Squall-Producer", producer);
        if (expected == 0) {
            request.header("If-None-Match", "*");
        } else if (expected > 0) {
            request.header("If-Match", '"' + Long.toString(expected) + '"');
        }
        return write(request.build());
    }

    /** Deletes. */
    public Answer delete(ServerNode node, String key, String producer) throws InterruptedException {
        return write(
                request(node, "/v1/objects" + key)
                        .DELETE()
                        .header("Squall-Producer", producer)
                        .build());
    }

    /** Reads; the query is empty or begins with a question mark. */
    public Answer get(ServerNode node, String key, String query) throws InterruptedException {
        try {
            var response = send(request(node, "/v1/objects" + key + query).build());
            if (response.statusCode() != 200) {
                return refusal(response);
            }
            return new Answer.Found(
                    header(response, "Squall-Version"),
                    header(response, "Squall-Timestamp"),
                    new String(response.body(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            // A read changes nothing.
            return new Answer.Refused("no answer: " + e.getClass().getSimpleName());
        }
    }

    /** The whole history of a key from a version on, oldest first; empty if it never was. */
    public List<Version> history(ServerNode node, String key, long from)
            throws InterruptedException {
        var versions = new ArrayList<Version>();
        long next = from;
        while (true) {
            var page = page(node, key, next);
            for (var v : page.path("versions")) {
                versions.add(
                        new Version(
                                v.path("version").asLong(),
                                v.path("timestamp").asLong(),
                                v.path("size").asInt(),
                                v.path("deleted").asBoolean(),
                                v.path("producer").asText()));
            }
            if (!page.hasNonNull("next")) {
                return versions;
            }
            next = page.path("next").asLong();
        }
    }

    private JsonNode page(ServerNode node, String key, long from) throws InterruptedException {
        var path = "/v1/history%s?from=%d&limit=%d".formatted(key, from, PAGE);
        try {
            var response = send(request(node, path).build());
            if (response.statusCode() == 200) {
                return JSON.readTree(response.body());
            }
            if (refusal(response) instanceof Answer.Absent) {
                return JSON.createObjectNode();
            }
            throw node.failure("answered %s to %s".formatted(refusal(response), path));
        } catch (IOException e) {
            throw node.failure("gave no answer to %s: %s".formatted(path, e));
        }
    }

    /** A document that the node shows, or nothing when it does not answer 200. */
    public Optional<JsonNode> show(ServerNode node, String path) throws InterruptedException {
        try {
            var response = send(request(node, path).build());
            return response.statusCode() == 200
                    ? Optional.of(JSON.readTree(response.body()))
                    : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** The status with which the node answers, or 0 when it does not. */
    public int status(ServerNode node, String path) throws InterruptedException {
        try {
            return send(request(node, path).build()).statusCode();
        } catch (IOException _) {
            return 0;
        }
    }

    /** Makes a pool, or fails. */
    public void pool(ServerNode node, String name, String body) throws InterruptedException {
        var request =
                request(node, "/v1/pools/" + name)
                        .PUT(BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json")
                        .build();
        try {
            var response = send(request);
            if (response.statusCode() / 100 != 2) {
                throw node.failure("did not make pool " + name + ": " + refusal(response));
            }
        } catch (IOException e) {
            throw node.failure("did not make pool " + name + ": " + e);
        }
    }

    private static HttpRequest.Builder request(ServerNode node, String path) {
        return HttpRequest.newBuilder(URI.create(node.url() + path)).timeout(ANSWER);
    }

    private HttpResponse<byte[]> send(HttpRequest request)
            throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofByteArray());
    }

    private Answer write(HttpRequest request) throws InterruptedException {
        try {
            var response = send(request);
            if (response.statusCode() == 200) {
                return new Answer.Stored(
                        header(response, "Squall-Version"), header(response, "Squall-Timestamp"));
            }
            return refusal(response);
        } catch (ConnectException | HttpConnectTimeoutException e) {
            return new Answer.Refused("no connection");
        } catch (IOException e) {
            return new Answer.Unknown(e.getClass().getSimpleName());
        }
    }

    private static long header(HttpResponse<?> response, String name) {
        return response.headers().firstValueAsLong(name).orElse(0);
    }

    /** What a problem document means: its type says more than its status. */
    static Answer refusal(HttpResponse<byte[]> response) {
        var problem = problem(response.body());
        var type = problem == null ? "" : problem.path("type").asText();
        var word = type.substring(type.lastIndexOf('/') + 1);
        var reason = problem == null ? "" : problem.path("reason").asText();
        return switch (response.statusCode()) {
            case 404 -> absent(reason);
            case 412 -> new Answer.Mismatch();
            case 425, 429, 507 -> new Answer.Refused(word);
            case 503, 504 -> {
                if (word.equals("outcome-unknown") || response.statusCode() == 504) {
                    yield new Answer.Unknown(word);
                }
                // Only what names its kind is believed to have done nothing.
                yield word.isEmpty() || word.equals("about:blank")
                        ? new Answer.Unknown("503 without a kind")
                        : new Answer.Refused(word);
            }
            default -> new Answer.Strange(text(response));
        };
    }

    private static Answer absent(String reason) {
        return switch (reason) {
            case "no-key", "deleted", "not-yet" -> new Answer.Absent(reason);
            // A pool that is there by all means, on a node that does not know it yet.
            default -> new Answer.Refused(reason.isEmpty() ? "404" : reason);
        };
    }

    private static @Nullable JsonNode problem(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException _) {
            return null;
        } catch (IOException e) {
            throw new Failure(Failure.Kind.UNAVAILABLE, "an answer cannot be read: " + e);
        }
    }

    private static String text(HttpResponse<byte[]> response) {
        var text = new String(response.body(), StandardCharsets.UTF_8).strip();
        return "%s %s answered %d: %s"
                .formatted(
                        response.request().method(),
                        response.request().uri(),
                        response.statusCode(),
                        text.substring(0, Math.min(DETAIL_CHARS_MAX, text.length())));
    }

    /** Ends all requests. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
