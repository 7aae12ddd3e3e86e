package dev.squall.server.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Calls a node as anybody would: plain HTTP/1.1, nothing added. */
public final class Rest implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI root;

    public Rest(URI root) {
        this.root = root;
    }

    /** The address of the node. */
    public URI root() {
        return root;
    }

    /** Headers are name, value, name, value. */
    public Answer send(String method, String path, byte[] body, String... headers) {
        return send(
                method,
                path,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body),
                headers);
    }

    /** The same, with a body that does not say how large it is. */
    public Answer stream(String method, String path, byte[] body, String... headers) {
        return send(
                method,
                path,
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)),
                headers);
    }

    private Answer send(String method, String path, BodyPublisher body, String... headers) {
        var request =
                HttpRequest.newBuilder(root.resolve(path)).timeout(LIMIT).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new Answer(http.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public Answer get(String path, String... headers) {
        return send("GET", path, new byte[0], headers);
    }

    public Answer put(String path, String body, String... headers) {
        return send("PUT", path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    public Answer post(String path, String body, String... headers) {
        return send("POST", path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    public Answer delete(String path, String... headers) {
        return send("DELETE", path, new byte[0], headers);
    }

    /** Whether there is an answer at all, with this status. */
    public boolean answers(String path, int status) {
        try {
            var request = HttpRequest.newBuilder(root.resolve(path)).timeout(LIMIT).build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == status;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Makes a pool, or finds it as it should be. */
    public void pool(String name, String spec) {
        var answer = put("/v1/pools/" + name, spec);
        if (answer.status() != 200) {
            answer.is(201);
        }
    }

    /** Follows a stream of events. */
    public EventStream watch(String query, String... headers) {
        return EventStream.open(http, root.resolve("/v1/watch?" + query), headers);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
