package dev.squall.server.bulk;

import dev.squall.base.Failure;
import dev.squall.node.Node;
import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import dev.squall.server.config.NodeSettings;
import dev.squall.server.config.SquallConfig;
import dev.squall.server.http.Bodies;
import dev.squall.store.PoolSpec;
import dev.squall.store.StoreKind;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;

/**
 * The bodies that become objects, and may be too large for one record. At most {@code
 * squall.limits.uploads} at a time come in chunks; each holds at most {@link Upload#HELD_MAX}
 * chunks in memory, which count against {@code squall.limits.bodies-bytes}. Any thread.
 */
@Singleton
public final class Uploads {

    /**
     * Bytes of an object in a chunk: 4 MiB less the room for headers, so that four chunks fill a
     * segment of the log.
     */
    static final int CHUNK_BYTES = (4 << 20) - (4 << 10);

    private final Node node;
    private final Bodies bodies;
    private final long bulkBytes;
    private final int chunkBytes;
    private final int max;
    private final Semaphore free;
    private final SecureRandom ids = new SecureRandom();

    Uploads(Node node, Bodies bodies, SquallConfig config) {
        this.node = node;
        this.bodies = bodies;
        this.bulkBytes = NodeSettings.bulkBytes(config);
        this.chunkBytes = Math.min(CHUNK_BYTES, bodies.objectBytes() / 2);
        this.max = config.limits().uploads();
        this.free = new Semaphore(max);
    }

    /** Uploads in chunks that are under way. */
    public int count() {
        return max - free.availablePermits();
    }

    /**
     * Whether a body is to be read by {@link #receive}: it is larger than one record may be, or
     * does not say how large it is.
     */
    public boolean takes(HttpServerRequest request, PoolSpec pool) {
        long announced = Bodies.announced(request);
        return announced > bodies.objectBytes()
                || (announced < 0 && pool.store() != StoreKind.TRIGGER);
    }

    /**
     * Reads a body and puts it: in one record if it turns out to be small, else in chunks.
     *
     * @param put what is asked for, but for the bytes
     * @return the answer to the put that made it an object, on any thread
     */
    public CompletionStage<PutAnswer> receive(HttpServerRequest request, PoolSpec pool, Put put) {
        long announced = Bodies.announced(request);
        try {
            checkSize(announced, pool);
            if (announced > bodies.objectBytes()) {
                enter();
            }
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
        return new Upload(this, request, pool, put, announced > bodies.objectBytes()).run();
    }

    /** Refuses a size that no object of the pool may have. */
    void checkSize(long size, PoolSpec pool) {
        if (size > bulkBytes) {
            throw new Failure(
                    Failure.Kind.TOO_LARGE,
                    "the body has %d bytes or more; the limit squall.limits.bulk-bytes is %d"
                            .formatted(size, bulkBytes));
        }
        if (size > bodies.objectBytes() && pool.store() == StoreKind.TRIGGER) {
            throw new Failure(
                    Failure.Kind.TOO_LARGE,
                    "pool /%s keeps nothing, so it takes at most squall.limits.object-bytes, %d"
                            .formatted(pool.name(), bodies.objectBytes()));
        }
        long kept = pool.retention().bytes();
        if (size > bodies.objectBytes() && kept > 0 && size > kept) {
            throw new Failure(
                    Failure.Kind.TOO_LARGE,
                    "the body has %d bytes or more, but pool /%s keeps %d bytes of a shard"
                            .formatted(size, pool.name(), kept));
        }
        long budget = pool.budget().bytes();
        boolean inMemory = pool.store() == StoreKind.VOLATILE && budget > 0;
        if (size > bodies.objectBytes() && inMemory && size > budget) {
            throw new Failure(
                    Failure.Kind.TOO_LARGE,
                    "the body has %d bytes or more, but the budget of pool /%s is %d bytes a shard"
                            .formatted(size, pool.name(), budget));
        }
    }

    /** One more comes in chunks. */
    void enter() {
        if (!free.tryAcquire()) {
            throw new Failure(
                    Failure.Kind.OVERLOADED,
                    "%d objects come in chunks already, the limit squall.limits.uploads"
                            .formatted(max));
        }
    }

    void leave() {
        free.release();
    }

    Node node() {
        return node;
    }

    Bodies bodies() {
        return bodies;
    }

    int chunkBytes() {
        return chunkBytes;
    }

    /** The name of an upload: nobody else has the same. */
    long newId() {
        return ids.nextLong();
    }
}
