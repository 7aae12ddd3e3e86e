package dev.squall.server.http;

import dev.squall.base.Failure;
import dev.squall.server.problem.Problem;
import dev.squall.server.problem.Refusal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** One request's body on its way in. Belongs to the request's event loop. */
final class Body {

    private static final byte[] EMPTY = {};
    private static final long NO_TIMER = -1;

    private final Bodies bodies;
    private final HttpServerRequest request;
    private final int limit;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private byte[] bytes = EMPTY;
    private int size;
    private long reserved;
    private long timer = NO_TIMER;

    Body(Bodies bodies, HttpServerRequest request, int limit) {
        this.bodies = bodies;
        this.request = request;
        this.limit = limit;
    }

    CompletableFuture<byte[]> read() {
        long announced = Bodies.announced(request);
        if (announced > limit) {
            throw Bodies.tooLarge(announced, limit);
        }
        if (announced > 0) {
            grow((int) announced);
        }
        if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            request.response().writeContinue();
        }
        request.exceptionHandler(e -> fail(gone(e)));
        request.endHandler(_ -> end());
        request.handler(this::add);
        request.resume();
        watchForStall();
        return whole;
    }

    private void add(Buffer chunk) {
        if (whole.isDone()) {
            return; // refused meanwhile: the rest is thrown away
        }
        int length = chunk.length();
        if (length > limit - size) {
            fail(Bodies.tooLarge((long) size + length, limit));
            return;
        }
        try {
            if (size + length > bytes.length) {
                grow(Math.max(size + length, (int) Math.min(limit, 2L * bytes.length)));
            }
        } catch (Failure e) {
            fail(e);
            return;
        }
        chunk.getBytes(0, length, bytes, size);
        size += length;
        watchForStall();
    }

    private void grow(int capacity) {
        bodies.reserve(capacity - reserved);
        reserved = capacity;
        bytes = Arrays.copyOf(bytes, capacity);
    }

    private void end() {
        stopWatching();
        whole.complete(size == bytes.length ? bytes : Arrays.copyOf(bytes, size));
    }

    private void watchForStall() {
        stopWatching();
        if (bytes.length > Bodies.SMALL_BYTES && size < bytes.length) {
            timer = bodies.setTimer(() -> fail(stalled()));
        }
    }

    private void stopWatching() {
        if (timer != NO_TIMER) {
            bodies.cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    private void fail(RuntimeException failure) {
        stopWatching();
        whole.completeExceptionally(failure);
    }

    private static Failure gone(Throwable cause) {
        return new Failure(
                Failure.Kind.INVALID, "the body broke off: " + String.valueOf(cause.getMessage()));
    }

    private RuntimeException stalled() {
        return new Refusal(
                Problem.of(
                        408,
                        "Request timeout",
                        "%d bytes of the body came, then nothing for %d ms"
                                .formatted(size, Bodies.STALL_MILLIS)));
    }

    /** The bytes are no longer needed. */
    void release() {
        bodies.release(reserved);
        reserved = 0;
    }
}
