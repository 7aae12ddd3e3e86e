package dev.squall.server.http;

import dev.squall.base.Failure;
import dev.squall.server.config.NodeSettings;
import dev.squall.server.config.SquallConfig;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Reads request bodies whole, on the event loop, into one array of the announced size: one copy
 * from the socket's buffers.
 *
 * <p><b>Limits.</b> Each body has its own; all bodies that are being read or answered together stay
 * below {@code squall.limits.bodies-bytes}, beyond which a request is refused as overload. A body
 * takes memory as it comes, not as it was announced, and one that comes too slowly is given up
 * ({@link Pace}): so many slow senders cannot keep others out for long.
 */
@Singleton
public final class Bodies {

    /** What a body takes at once of what it has announced: 1 MiB. */
    static final int FIRST_BYTES_MAX = 1 << 20;

    private static final long LOOK_MILLIS = 1_000;

    /** Without a configured limit, bodies may take this part of the heap. */
    private static final int HEAP_SHARE = 4;

    private final Set<Pace> paces = ConcurrentHashMap.newKeySet();
    private final int objectBytes;
    private final long bytesMax;
    private final AtomicLong bytes = new AtomicLong();

    Bodies(SquallConfig config, Vertx vertx) {
        this.objectBytes = NodeSettings.objectBytes(config);
        this.bytesMax =
                config.limits()
                        .bodiesBytes()
                        .map(MemorySize::asLongValue)
                        .orElse(
                                Math.max(
                                        objectBytes,
                                        Runtime.getRuntime().maxMemory() / HEAP_SHARE));
        vertx.setPeriodic(LOOK_MILLIS, _ -> look());
    }

    /**
     * Begins to take what a client sends; on its event loop.
     *
     * @param part told of each part
     * @param end told of the end
     * @param broken told how it broke off, instead of the end
     */
    public static void take(
            HttpServerRequest request,
            Handler<Buffer> part,
            Runnable end,
            Consumer<RuntimeException> broken) {
        if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
            request.response().writeContinue();
        }
        request.exceptionHandler(e ->
                broken.accept(
                        new Failure(
                                Failure.Kind.INVALID, "the body broke off: " + e.getMessage())));
        request.endHandler(_ -> end.run());
        request.handler(part);
        request.resume();
    }

    private void look() {
        long now = millis();
        paces.forEach(pace -> pace.look(now));
    }

    private static long millis() {
        return System.nanoTime() / 1_000_000;
    }

    /**
     * Watches over a body that is about to come, on the calling event loop.
     *
     * @param slow told once, there, if it comes too slowly
     */
    public Pace pace(Consumer<RuntimeException> slow) {
        return pace(Pace.BYTES_MIN, slow);
    }

    /** A small body is slow only when nothing of it comes at all. */
    Pace pace(int bytesMin, Consumer<RuntimeException> slow) {
        var pace = new Pace(this, bytesMin, millis(), slow);
        paces.add(pace);
        return pace;
    }

    void forget(Pace pace) {
        paces.remove(pace);
    }

    /** The largest body of any request, in bytes. */
    public int objectBytes() {
        return objectBytes;
    }

    /** Bytes of all bodies that are being read or answered now. */
    public long bytes() {
        return bytes.get();
    }

    /**
     * Reads the body, hands it to its use, and counts its bytes until what that returns is done.
     *
     * @param limit the largest body, in bytes
     * @param use called on the request's event loop; must not block
     */
    public <R> CompletionStage<R> use(
            HttpServerRequest request, int limit, Function<byte[], CompletionStage<R>> use) {
        var body = new Body(this, request, limit);
        try {
            return body.read().thenCompose(use).whenComplete((_, _) -> body.release());
        } catch (Failure e) {
            body.release();
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Counts bytes that a body is about to take, or throws {@link Failure.Kind#OVERLOADED}. */
    public void reserve(long amount) {
        if (bytes.addAndGet(amount) > bytesMax) {
            bytes.addAndGet(-amount);
            throw new Failure(
                    Failure.Kind.OVERLOADED,
                    "bodies of other requests take up the limit squall.limits.bodies-bytes of %d"
                            .formatted(bytesMax));
        }
    }

    /** They are free again. */
    public void release(long amount) {
        bytes.addAndGet(-amount);
    }

    /** The announced size of a body, or -1; the HTTP server has checked that it is a number. */
    public static long announced(HttpServerRequest request) {
        var header = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return header == null ? -1 : Long.parseLong(header);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    static Failure tooLarge(long size, int limit) {
        return new Failure(
                Failure.Kind.TOO_LARGE,
                "the body has %d bytes or more; the limit here is %d".formatted(size, limit));
    }
}
