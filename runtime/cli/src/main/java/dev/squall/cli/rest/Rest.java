package dev.squall.cli.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.squall.cli.terminal.Failure;
import dev.squall.cli.terminal.Printer;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Talks to one node. Plain HTTP/1.1, one request at a time for each caller; safe for many threads.
 * A node that is overloaded (429, 503) has taken nothing, so the call is sent again, at most
 * {@value #BUSY_RETRIES} times and after the pause that the node asks for. A broken connection is
 * not retried here: the node may have done the work.
 */
public final class Rest implements AutoCloseable {
    static final int BUSY_RETRIES = 3;
    static final int MAX_JSON_BYTES = 64 << 20;
    private static final int MAX_ERROR_BYTES = 64 << 10;
    private static final Duration MAX_PAUSE = Duration.ofSeconds(5);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    private final URI base;
    private final Consumer<String> notice;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_LIMIT)
                    .build();

    private Rest(URI base, Consumer<String> notice) {
        this.base = base;
        this.notice = notice;
    }

    /**
     * A client for the node at this address.
     *
     * @param url for example {@code http://localhost:8080}
     * @param notice told about retries
     */
    public static Rest at(String url, Consumer<String> notice) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw notAnAddress(url, e);
        }
        if (uri.getHost() == null
                || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw notAnAddress(url, null);
        }
        return new Rest(uri, notice);
    }

    private static Failure notAnAddress(String url, @Nullable Throwable cause) {
        var failure =
                new Failure(
                        "'" + url + "' is not an address of a node",
                        "Give --url as in http://localhost:8080.");
        if (cause != null) {
            failure.addSuppressed(cause);
        }
        return failure;
    }

    /** The node's address as given. */
    public String url() {
        return base.toString();
    }

    /** Sends the call and reads the answer as JSON, at most {@value #MAX_JSON_BYTES} bytes. */
    public JsonNode json(Call call) {
        byte[] body = bytes(call);
        return Printer.parse(
                body.length == 0 ? new byte[] {'{', '}'} : body, "the answer to " + call);
    }

    /** Sends the call and reads the whole answer, at most {@value #MAX_JSON_BYTES} bytes. */
    public byte[] bytes(Call call) {
        try (InputStream body = open(call).body()) {
            byte[] bytes = body.readNBytes(MAX_JSON_BYTES + 1);
            if (bytes.length > MAX_JSON_BYTES) {
                throw new Failure(
                        "the answer to " + call + " is over " + MAX_JSON_BYTES + " bytes",
                        "Ask for less, for example with a longer prefix or a --limit.");
            }
            return bytes;
        } catch (IOException e) {
            throw broken(call, e);
        }
    }

    /** Sends the call; the caller reads and closes the body. Any status but 2xx is a refusal. */
    public HttpResponse<InputStream> open(Call call) {
        try {
            for (int tries = 0; ; tries++) {
                var answer =
                        http.send(
                                call.to(base).timeout(call.limit()).build(),
                                BodyHandlers.ofInputStream());
                int status = answer.statusCode();
                if (status / 100 == 2) {
                    return answer;
                }
                try (InputStream body = answer.body()) {
                    byte[] reason = body.readNBytes(MAX_ERROR_BYTES);
                    if (tries == BUSY_RETRIES || !(status == 429 || status == 503)) {
                        throw Refusal.of(call, status, reason);
                    }
                }
                Duration pause = pause(answer, tries);
                notice.accept(
                        "%s is busy (HTTP %d); asking again in %d ms (%d of %d)"
                                .formatted(
                                        base, status, pause.toMillis(), tries + 1, BUSY_RETRIES));
                Thread.sleep(pause);
            }
        } catch (IOException e) {
            throw broken(call, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(call + " was interrupted", "", e);
        }
    }

    private static Duration pause(HttpResponse<?> answer, int tries) {
        String asked = answer.headers().firstValue("Retry-After").orElse("");
        Duration pause =
                asked.matches("\\d{1,6}")
                        ? Duration.ofSeconds(Long.parseLong(asked))
                        : Duration.ofMillis(250L << tries);
        return pause.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : pause;
    }

    private Failure broken(Call call, IOException e) {
        String advice = "Start a cluster here with `squall up`, or name one with --url.";
        return switch (e) {
            case ConnectException _ -> new Failure("nothing answers at " + base, advice, e);
            case HttpConnectTimeoutException _ ->
                    new Failure(
                            "no connection to "
                                    + base
                                    + " within "
                                    + CONNECT_LIMIT.toSeconds()
                                    + " s",
                            advice,
                            e);
            case HttpTimeoutException _ ->
                    new Failure(
                            call + ": no answer within " + call.limit().toSeconds() + " s",
                            "See `squall status`; the call may have been done all the same.",
                            e);
            default ->
                    new Failure(
                            call + ": the connection to " + base + " broke: " + e.getMessage(),
                            "See `squall status`; the call may have been done all the same.",
                            e);
        };
    }

    /** Cuts every exchange that is still under way. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
