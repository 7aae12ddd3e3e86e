package dev.squall.bench.rest;

import dev.squall.base.Failure;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * A closed loop of requests over kept-alive HTTP/1.1 connections: each connection carries the next
 * request as soon as the answer before is whole. A latency is the time from the call to the whole
 * answer; a request refused as too many (429, 503) is made again after {@link #PAUSE_MILLIS} and
 * its time runs on.
 *
 * <p>The client is the JDK's own, and works on the same cores as what it measures.
 */
final class HttpLoad {

    /** Before a refused request is made again: 1 ms. */
    static final long PAUSE_MILLIS = 1;

    /** How long a connection or an answer may take: 30 s. */
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final int DETAIL_CHARS_MAX = 400;

    private final HttpClient client;
    private final Supplier<HttpRequest> requests;
    private final Recorder recorder = new Recorder(3);
    private final AtomicLong refused = new AtomicLong();
    private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();
    private final List<Thread> connections = new ArrayList<>();
    private volatile boolean stopping;

    HttpLoad(HttpClient client, Supplier<HttpRequest> requests) {
        this.client = client;
        this.requests = requests;
    }

    static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build();
    }

    /** Sends one request that must succeed. */
    static byte[] send(HttpClient client, HttpRequest request) throws InterruptedException {
        return body(request, exchange(client, request));
    }

    private static HttpResponse<byte[]> exchange(HttpClient client, HttpRequest request)
            throws InterruptedException {
        try {
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE,
                    "%s gives no answer (%s); is a node running there?"
                            .formatted(request.uri().resolve("/"), e));
        }
    }

    private static byte[] body(HttpRequest request, HttpResponse<byte[]> response) {
        if (response.statusCode() / 100 == 2) {
            return response.body();
        }
        var detail = new String(response.body(), StandardCharsets.UTF_8);
        throw new Failure(
                Failure.Kind.UNAVAILABLE,
                "%s %s answered %d: %s"
                        .formatted(
                                request.method(),
                                request.uri(),
                                response.statusCode(),
                                detail.substring(0, Math.min(DETAIL_CHARS_MAX, detail.length()))));
    }

    /** Runs for a while and returns the latencies, in nanoseconds, of its measured part. */
    Histogram run(int depth, double warmupSeconds, double seconds) throws InterruptedException {
        for (int i = 0; i < depth; i++) {
            connections.add(Thread.startVirtualThread(this::connection));
        }
        Thread.sleep((long) (warmupSeconds * 1000));
        recorder.reset();
        refused.set(0);
        Thread.sleep((long) (seconds * 1000));
        var latencies = recorder.getIntervalHistogram();
        stopping = true;
        for (var connection : connections) {
            connection.join();
        }
        var failed = failure.get();
        if (failed != null) {
            throw failed;
        }
        if (latencies.getTotalCount() == 0) {
            throw new Failure(
                    Failure.Kind.UNAVAILABLE, "nothing was answered in " + seconds + " s");
        }
        return latencies;
    }

    /** Requests refused in the measured part. */
    long refused() {
        return refused.get();
    }

    private void connection() {
        try {
            while (!stopping && failure.get() == null) {
                var request = requests.get();
                long started = System.nanoTime();
                if (answered(request)) {
                    recorder.recordValue(System.nanoTime() - started);
                }
            }
        } catch (Failure e) {
            failure.compareAndSet(null, e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether it was answered before the end of the run. */
    private boolean answered(HttpRequest request) throws InterruptedException {
        while (!stopping) {
            var response = exchange(client, request);
            if (response.statusCode() != 429 && response.statusCode() != 503) {
                body(request, response);
                return true;
            }
            refused.incrementAndGet();
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return false;
    }
}
