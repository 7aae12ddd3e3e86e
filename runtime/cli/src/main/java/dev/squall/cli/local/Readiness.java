package dev.squall.cli.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Asks a node's {@code /q/health/ready}. Safe for many threads. */
public final class Readiness implements AutoCloseable {
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(ANSWER_LIMIT)
                    .build();

    /** Whether the node at this address says that it is ready, within {@link #ANSWER_LIMIT}. */
    public boolean ready(String url) throws InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(url + "/q/health/ready"))
                        .timeout(ANSWER_LIMIT)
                        .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // not listening yet, or too busy to answer: both are "not ready"
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
