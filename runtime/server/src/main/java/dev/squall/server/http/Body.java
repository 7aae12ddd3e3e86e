package dev.squall.server.http;

import dev.squall.base.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** One request's body on its way in. Belongs to the request's event loop. */
final class Body {

    private static final byte[] EMPTY = {};

    /** Of a body that may be tiny, something at least must come in time. */
    private static final int BYTES_MIN = 1;

    private final Bodies bodies;
    private final HttpServerRequest request;
    private final int limit;
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private byte[] bytes = EMPTY;
    private int size;
    private long reserved;
    private final Pace pace;

    Body(Bodies bodies, HttpServerRequest request, int limit) {
        this.bodies = bodies;
        this.request = request;
        this.limit = limit;
        long announced = Bodies.announced(request);
        int bytesMin = Math.clamp(announced / 2, BYTES_MIN, Pace.BYTES_MIN);
        this.pace = bodies.pace(bytesMin, this::fail);
    }

    CompletableFuture<byte[]> read() {
        long announced = Bodies.announced(request);
        if (announced > limit) {
            throw Bodies.tooLarge(announced, limit);
        }
        if (announced > 0) {
            grow((int) Math.min(announced, Bodies.FIRST_BYTES_MAX));
        }
        Bodies.take(request, this::add, this::end, this::fail);
        return whole;
    }

    private void add(Buffer chunk) {
        if (whole.isDone()) {
            return; // refused meanwhile: the rest is thrown away
        }
        int length = chunk.length();
        pace.came(length);
        if (length > limit - size) {
            fail(Bodies.tooLarge((long) size + length, limit));
            return;
        }
        try {
            if (size + length > bytes.length) {
                grow(Math.max(size + length, (int) Math.min(most(), 2L * bytes.length)));
            }
        } catch (Failure e) {
            fail(e);
            return;
        }
        chunk.getBytes(0, length, bytes, size);
        size += length;
    }

    /** As large as it may become. */
    private long most() {
        long announced = Bodies.announced(request);
        return announced < 0 ? limit : announced;
    }

    private void grow(int capacity) {
        bodies.reserve(capacity - reserved);
        reserved = capacity;
        bytes = Arrays.copyOf(bytes, capacity);
    }

    private void end() {
        pace.end();
        whole.complete(size == bytes.length ? bytes : Arrays.copyOf(bytes, size));
    }

    private void fail(RuntimeException failure) {
        pace.end();
        whole.completeExceptionally(failure);
    }

    /** The bytes are no longer needed. */
    void release() {
        pace.end();
        bodies.release(reserved);
        reserved = 0;
    }
}
