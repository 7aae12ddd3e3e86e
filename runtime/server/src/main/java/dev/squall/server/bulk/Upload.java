package dev.squall.server.bulk;

import dev.squall.base.Failure;
import dev.squall.node.FullPool;
import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import dev.squall.server.http.Bodies;
import dev.squall.server.http.EventLoop;
import dev.squall.server.http.Pace;
import dev.squall.store.BulkLayout;
import dev.squall.store.Outcome;
import dev.squall.store.PoolSpec;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One body that may become a bulk object. It is cut into chunks as it comes; up to {@link #WINDOW}
 * of them are on their way to the shard's replicas, and while they are, nothing more is taken from
 * the client than fills the next. When all are ordered, and durable where the pool is persistent,
 * the manifest is put, under the condition and producer of the request: that is the moment at which
 * the object is there.
 *
 * <p>A body that does not say how large it is, is held until it ends or is larger than {@link
 * #HELD_MAX} chunks. When the client goes, or anything fails, the shard is told that the upload has
 * ended; when this node goes, its replicas forget the chunks after a while by themselves.
 *
 * <p>Belongs to the request's event loop.
 */
final class Upload {

    /** Chunks that are on their way to the replicas at a time. */
    static final int WINDOW = 2;

    /** Chunks in memory: those on their way, those that wait, and the one that is being filled. */
    static final int HELD_MAX = WINDOW + 2;

    private static final int FIRST_BYTES = 64 << 10;
    private static final byte[] NOTHING = {};

    private final Uploads uploads;
    private final HttpServerRequest request;
    private final PoolSpec pool;
    private final Put put;
    private final Executor loop = EventLoop.current();
    private final Pace pace;
    private final CompletableFuture<PutAnswer> answer = new CompletableFuture<>();
    private final long id;
    private final CRC32C crc = new CRC32C();
    private final ArrayDeque<MemorySegment> full = new ArrayDeque<>();
    private final ArrayDeque<byte[]> spare = new ArrayDeque<>();
    private byte[] filling = NOTHING;
    private int filled = BulkLayout.CHUNK_HEADER_BYTES;
    private long[] versions = {};
    private long size;
    private long touched;
    private long reserved;
    private int sent;
    private int kept;
    private boolean bulk;
    private boolean came;
    private boolean paused;
    private boolean manifestSent;

    /**
     * @param bulk whether it is known to be too large for one record; then a place among the
     *     uploads is taken
     */
    Upload(Uploads uploads, HttpServerRequest request, PoolSpec pool, Put put, boolean bulk) {
        this.uploads = uploads;
        this.request = request;
        this.pool = pool;
        this.put = put;
        this.bulk = bulk;
        this.id = uploads.newId();
        this.pace = uploads.bodies().pace(this::fail);
    }

    CompletableFuture<PutAnswer> run() {
        var _ = answer.whenComplete((_, e) -> loop.execute(() -> done(e)));
        Bodies.take(request, this::add, this::end, this::fail);
        return answer;
    }

    private void add(Buffer part) {
        if (answer.isDone()) {
            return; // refused meanwhile: the rest is thrown away
        }
        try {
            size += part.length();
            pace.came(part.length());
            uploads.checkSize(size, pool);
            for (int from = 0; from < part.length(); ) {
                from += fill(part, from);
            }
            if (!bulk && full.size() >= HELD_MAX - 1) {
                uploads.enter();
                bulk = true;
            }
            step();
        } catch (Failure e) {
            fail(e);
        }
    }

    /** Copies what fits into the chunk that is being filled. */
    private int fill(Buffer part, int from) {
        int capacity = BulkLayout.CHUNK_HEADER_BYTES + uploads.chunkBytes();
        int length = Math.min(part.length() - from, capacity - filled);
        if (filled + length > filling.length) {
            grow(Math.min(capacity, Math.max(filled + length, 2 * filling.length)), capacity);
        }
        part.getBytes(from, from + length, filling, filled);
        filled += length;
        if (filled == capacity) {
            cut();
        }
        return length;
    }

    private void grow(int needed, int capacity) {
        if (filling.length == 0 && !spare.isEmpty()) {
            filling = spare.remove();
            return;
        }
        // A body that says how large it is needs whole chunks; another may be small.
        int length = bulk ? capacity : Math.max(needed, FIRST_BYTES);
        uploads.bodies().reserve(length - filling.length);
        reserved += length - filling.length;
        filling = Arrays.copyOf(filling, length);
    }

    /** The chunk is complete. */
    private void cut() {
        crc.update(filling, BulkLayout.CHUNK_HEADER_BYTES, filled - BulkLayout.CHUNK_HEADER_BYTES);
        full.add(MemorySegment.ofArray(filling).asSlice(0, filled));
        filling = NOTHING;
        filled = BulkLayout.CHUNK_HEADER_BYTES;
    }

    private void end() {
        if (answer.isDone()) {
            return;
        }
        came = true;
        pace.end();
        if (filled > BulkLayout.CHUNK_HEADER_BYTES) {
            cut();
        }
        if (bulk) {
            step();
        } else {
            putWhole();
        }
    }

    /** It is small after all. */
    private void putWhole() {
        var whole = MemorySegment.ofArray(new byte[(int) size]);
        long at = 0;
        for (var chunk : full) {
            var bytes = chunk.asSlice(BulkLayout.CHUNK_HEADER_BYTES);
            MemorySegment.copy(bytes, 0, whole, at, bytes.byteSize());
            at += bytes.byteSize();
        }
        full.clear();
        finish(uploads.node().put(put.of(whole)));
    }

    /** Sends what may be sent, and takes more when there is room. */
    private void step() {
        while (bulk && !full.isEmpty() && sent - kept < WINDOW) {
            send(full.remove());
        }
        boolean held = full.size() + sent - kept >= HELD_MAX - 1;
        if (held != paused && !came) {
            paused = held;
            if (held) {
                pace.pause();
                request.pause();
            } else {
                pace.resume();
                request.resume();
            }
        }
        if (bulk && came && !manifestSent && full.isEmpty() && kept == sent) {
            manifestSent = true;
            var manifest =
                    BulkLayout.manifest(
                            id,
                            size,
                            uploads.chunkBytes(),
                            (int) crc.getValue(),
                            touched,
                            versions);
            finish(uploads.node().put(put.manifest(manifest)));
        }
    }

    private void send(MemorySegment chunk) {
        int index = sent++;
        BulkLayout.writeChunk(chunk, id, index);
        versions = Arrays.copyOf(versions, sent);
        var _ =
                uploads.node()
                        .put(Put.chunk(put.key(), pool.store(), chunk))
                        .whenCompleteAsync((a, e) -> kept(index, chunk, a, e), loop);
    }

    private void kept(
            int index, MemorySegment chunk, @Nullable PutAnswer a, @Nullable Throwable e) {
        kept++;
        if (answer.isDone()) {
            return;
        }
        if (a != null && a.outcome() instanceof Outcome.Full full) {
            fail(FullPool.failure(pool, uploads.node().route(put.key()).index(), full));
            return;
        }
        if (a == null || !(a.outcome() instanceof Outcome.Stored(long version, long timestamp))) {
            fail(e == null ? new IllegalStateException("a chunk became " + a) : e);
            return;
        }
        versions[index] = version;
        touched = Math.max(touched, timestamp);
        chunk.heapBase().ifPresent(array -> spare.add((byte[]) array));
        step();
    }

    private void finish(CompletableFuture<PutAnswer> last) {
        var _ =
                last.whenComplete((a, e) -> {
                    if (a == null) {
                        fail(e);
                    } else if (a.outcome() instanceof Outcome.Absent) {
                        fail(
                                new Failure(
                                        Failure.Kind.UNAVAILABLE,
                                        put.key()
                                                + ": its chunks were given up meanwhile; put it"
                                                + " again"));
                    } else {
                        answer.complete(a);
                    }
                });
    }

    private void fail(@Nullable Throwable e) {
        answer.completeExceptionally(cause(e));
    }

    private static Throwable cause(@Nullable Throwable e) {
        var known = e instanceof CompletionException wrapped ? wrapped.getCause() : e;
        return known == null ? new IllegalStateException("a put failed without a reason") : known;
    }

    /** It is over, one way or the other. */
    private void done(@Nullable Throwable e) {
        pace.end();
        if (paused) {
            request.resume(); // what still comes is thrown away
        }
        uploads.bodies().release(reserved);
        if (bulk) {
            uploads.leave();
        }
        // A manifest that may still be delivered needs its chunks; without it they are forgotten.
        boolean mayBe = e instanceof Failure f && f.kind() == Failure.Kind.OUTCOME_UNKNOWN;
        boolean unused = e != null || !stored();
        if (sent > 0 && unused && !(manifestSent && mayBe)) {
            giveUp();
        }
    }

    private boolean stored() {
        return answer.join().outcome() instanceof Outcome.Stored;
    }

    private void giveUp() {
        var end = MemorySegment.ofArray(new byte[BulkLayout.CHUNK_HEADER_BYTES]);
        BulkLayout.writeChunk(end, id, BulkLayout.GIVEN_UP);
        // If this is lost too, the replicas forget the upload after a while by themselves.
        var _ = uploads.node().put(Put.chunk(put.key(), pool.store(), end));
    }
}
