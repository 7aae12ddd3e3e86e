package dev.squall.edge;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/**
 * Speaks the node's REST: one call, one attempt, one {@link Answer}. Whether and where to try again
 * is for {@link Uplink} to say.
 *
 * <p>HTTP/1.1 with connections that stay open. Any thread.
 */
final class NodeClient implements AutoCloseable {
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    static final Duration REPORT_TIMEOUT = Duration.ofSeconds(1);

    /** A longer answer counts as none. */
    static final int MAX_ANSWER_BYTES = 64 << 10;

    /** What of a refusal's text goes into a log line, in characters. */
    private static final int MAX_DETAIL = 300;

    private static final Pattern DETAIL =
            Pattern.compile("\"detail\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.){1,1000})\"");

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT)
                    .build();
    private final String objectPath;
    private final ProducerId producer;
    private final Duration timeout;

    /**
     * @param key the object's key, with its leading slash
     * @param ack the level to wait for
     * @param timeout how long to wait for the answer to one put
     */
    NodeClient(String key, Ack ack, ProducerId producer, Duration timeout) {
        this.objectPath = "/v1/objects" + escapePath(key) + ack.query();
        this.producer = producer;
        this.timeout = timeout;
    }

    /** Puts a frame as the producer's seq-th; safe to repeat, on any node. */
    Answer put(URI node, Frame frame, long seq) throws InterruptedException {
        var request =
                HttpRequest.newBuilder(resolve(node, objectPath))
                        .timeout(timeout)
                        .header("Content-Type", "image/jpeg")
                        .header("Squall-Producer", producer.triple(seq))
                        .header("Squall-Captured", Long.toString(frame.capturedMicros()))
                        .PUT(BodyPublishers.ofByteArray(frame.jpeg()))
                        .build();
        try {
            return read(send(request));
        } catch (HttpTimeoutException e) {
            return new Answer.Unavailable("no answer in time", 0);
        } catch (IOException e) {
            return new Answer.Unavailable(describe(e), 0);
        }
    }

    /** Shows the agent's counters to a node, which may not care for them. */
    void report(URI node, String agent, String json) throws InterruptedException {
        var request =
                HttpRequest.newBuilder(resolve(node, "/v1/edge" + escapePath("/" + agent)))
                        .timeout(REPORT_TIMEOUT)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(json))
                        .build();
        try {
            send(request);
        } catch (IOException e) {
            // The next report says it all again; frames have their own retries.
        }
    }

    private HttpResponse<String> send(HttpRequest request)
            throws IOException, InterruptedException {
        return http.send(
                request,
                BodyHandlers.limiting(
                        BodyHandlers.ofString(StandardCharsets.UTF_8), MAX_ANSWER_BYTES));
    }

    private static Answer read(HttpResponse<String> response) {
        int status = response.statusCode();
        return switch (status) {
            case 200, 201 ->
                    new Answer.Stored(
                            response.headers().firstValueAsLong("Squall-Version").orElse(0));
            case 425, 429 -> new Answer.Busy(retryAfterMillis(response));
            case 408, 502, 503, 504 ->
                    new Answer.Unavailable("answer " + status, retryAfterMillis(response));
            case 501 -> new Answer.Refused(status, detail(response.body()));
            default ->
                    status >= 500
                            ? new Answer.Failed(status, detail(response.body()))
                            : new Answer.Refused(status, detail(response.body()));
        };
    }

    /** Both forms of the header: seconds, or a date. */
    private static long retryAfterMillis(HttpResponse<?> response) {
        String value = response.headers().firstValue("Retry-After").orElse("0").strip();
        try {
            return Math.clamp(Long.parseLong(value), 0, Integer.MAX_VALUE) * 1_000L;
        } catch (NumberFormatException e) {
            return untilDate(value);
        }
    }

    private static long untilDate(String value) {
        try {
            var date = DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from);
            return Math.max(0, Duration.between(Instant.now(), date).toMillis());
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    /** The {@code detail} of a problem document, or else the body as it is, cut short. */
    private static String detail(String body) {
        var match = DETAIL.matcher(body);
        String text = match.find() ? match.group(1) : body.strip();
        return text.length() <= MAX_DETAIL ? text : text.substring(0, MAX_DETAIL) + "...";
    }

    private static String describe(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static URI resolve(URI node, String pathAndQuery) {
        String base = node.toString();
        return URI.create(
                (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + pathAndQuery);
    }

    /** Escapes a path that begins with a slash; its slashes stay, a semicolon is no parameter. */
    private static String escapePath(String path) {
        try {
            return new URI(null, null, path, null).toASCIIString().replace(";", "%3B");
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'%s' cannot be a URL's path".formatted(path), e);
        }
    }

    /** Ends what is under way; every later call answers {@link Answer.Unavailable}. */
    void abort() {
        http.shutdownNow();
    }

    @Override
    public void close() {
        abort();
        http.close();
    }
}
