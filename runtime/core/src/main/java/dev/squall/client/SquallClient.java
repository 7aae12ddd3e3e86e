package dev.squall.client;

import dev.squall.base.Clock;
import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.client.frame.Answer;
import dev.squall.client.frame.Request;
import dev.squall.store.Position;
import dev.squall.store.StoreKind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A client of a cluster, in a process of its own: it learns who the members are and where keys lie,
 * sends each request to a member that holds the key, and goes to another when that is lost.
 *
 * <p><b>Asynchronous.</b> No call waits for an answer. As many requests as the options allow may be
 * under way; one more waits for room, for as long as the timeout, and is {@code OVERLOADED} then. A
 * call from a {@link Caller} does not wait: it is refused at once.
 *
 * <p><b>Once.</b> Every change has a producer's number. When its member is lost, it is tried again
 * elsewhere under the same number, and applied once. Only when no answer comes within the timeout
 * is its outcome unknown. Triggers and puts into trigger pools are remembered nowhere: they are not
 * tried again.
 *
 * <p><b>What one has seen.</b> A read of the newest shows nothing older than what this client has
 * put to, or read from, that shard before, at whichever member.
 *
 * <p><b>Answers</b> come on the client's own thread. Any thread may call.
 */
public final class SquallClient implements AutoCloseable {

    /** A page of keys. */
    public static final int KEYS_MAX = Request.Keys.LIMIT_MAX;

    private final ClientOptions options;
    private final Clock clock;
    private final long incarnation;
    private final Window window;
    private final Routing routing = new Routing();
    private final SeenSoFar seen = new SeenSoFar();
    private final Loop loop;

    private SquallClient(ClientOptions options, Clock clock) {
        this.options = options;
        this.clock = clock;
        this.incarnation = clock.micros();
        this.window = new Window(options);
        this.loop = new Loop(options, clock, window, routing);
    }

    /** A client; it connects when the first request comes. */
    public static SquallClient of(ClientOptions options) {
        var client = new SquallClient(options, Clock.SYSTEM);
        client.loop.start();
        return client;
    }

    /** Puts an object. */
    public CompletableFuture<PutResult> put(String key, byte[] bytes) {
        return change(Change.put(key, bytes));
    }

    /** Deletes an object. */
    public CompletableFuture<PutResult> delete(String key) {
        return change(Change.delete(key));
    }

    /** Changes an object. */
    public CompletableFuture<PutResult> change(Change change) {
        return future(caller -> change(change, caller));
    }

    /** Changes an object, and tells the caller. */
    public void change(Change change, Caller<PutResult> caller) {
        Call.Asking asking =
                call ->
                        new Request.Put(
                                change.key(),
                                change.delete(),
                                change.bytes(),
                                change.ack(),
                                change.expected(),
                                once(call));
        begin(
                new Call<>(
                        Call.Goal.SENDER,
                        Key.pool(change.key()),
                        change.key(),
                        -1,
                        change.bytes().byteSize(),
                        true,
                        true,
                        asking,
                        this::put,
                        caller));
    }

    private Request.Once once(Call<?> call) {
        var lane = call.lane;
        return lane == null
                ? Request.Once.NONE
                : new Request.Once(loop.guest() + "/" + lane.number, incarnation, call.sequence);
    }

    private PutResult put(Answer answer) {
        return switch (answer) {
            case Answer.Stored s -> {
                seen.saw(s.shard(), s.version(), s.timestamp());
                yield new PutResult.Stored(s.version(), s.timestamp(), s.repeated());
            }
            case Answer.Mismatch(long newest) -> new PutResult.Mismatch(newest);
            case Answer.Absent() -> new PutResult.Absent();
            default -> throw strange(answer);
        };
    }

    /**
     * Changes several objects, all of them or none.
     *
     * @param changes each of another key; acknowledged as the first says
     * @return the time of all; a condition that does not hold fails it with {@code PRECONDITION}
     */
    public CompletableFuture<Long> batch(List<Change> changes) {
        if (changes.isEmpty()) {
            throw new Failure(Failure.Kind.INVALID, "a batch without a change");
        }
        var parts = new ArrayList<Request.Batch.Part>();
        for (var c : changes) {
            parts.add(new Request.Batch.Part(c.key(), c.delete(), c.bytes(), c.expected()));
        }
        var first = changes.getFirst();
        return future(caller ->
                begin(
                        new Call<>(
                                Call.Goal.SENDER,
                                Key.pool(first.key()),
                                first.key(),
                                -1,
                                changes.stream().mapToLong(c -> c.bytes().byteSize()).sum(),
                                true,
                                true,
                                call -> new Request.Batch(parts, first.ack(), once(call)),
                                this::batched,
                                caller)));
    }

    private Long batched(Answer answer) {
        if (!(answer instanceof Answer.Batched batched)) {
            throw strange(answer);
        }
        batched.shares().forEach(s -> seen.saw(s.shard(), s.version(), batched.timestamp()));
        return batched.timestamp();
    }

    /** Reads the newest version. */
    public CompletableFuture<Reading> get(String key) {
        return future(caller -> get(key, caller));
    }

    /** Reads the newest version, and tells the caller. */
    public void get(String key, Caller<Reading> caller) {
        get(key, Request.Moment.NEWEST, 0, 0, caller);
    }

    /** Reads the newest version that is not after this one. */
    public CompletableFuture<Reading> getVersion(String key, long version) {
        return future(caller -> get(key, Request.Moment.VERSION, version, 0, caller));
    }

    /**
     * Reads the newest version that is not after a time, in a consistent cut.
     *
     * @param micros microseconds since 1970
     * @param waitMillis how long to wait until that has passed everywhere; {@code TOO_EARLY} then
     */
    public CompletableFuture<Reading> getAt(String key, long micros, int waitMillis) {
        return future(caller -> get(key, Request.Moment.TIME, micros, waitMillis, caller));
    }

    private void get(
            String key, Request.Moment moment, long at, int waitMillis, Caller<Reading> caller) {
        Key.check(key);
        Call.Asking asking =
                call -> new Request.Get(key, moment, at, waitMillis, seen.of(routing.place(call)));
        begin(reading(Call.Goal.HOLDER, key, -1, asking, this::read, caller));
    }

    private static <T> Call<T> reading(
            Call.Goal goal,
            String key,
            int index,
            Call.Asking asking,
            Function<Answer, T> reader,
            Caller<T> caller) {
        return new Call<>(goal, Key.pool(key), key, index, 0, false, false, asking, reader, caller);
    }

    private Reading read(Answer answer) {
        return switch (answer) {
            case Answer.Found f -> {
                seen.saw(f.shard(), f.version(), f.timestamp());
                yield new Reading.Found(
                        f.version(), f.timestamp(), f.payload().toArray(ValueLayout.JAVA_BYTE));
            }
            case Answer.Missing(var why) -> new Reading.Missing(why);
            default -> throw strange(answer);
        };
    }

    /**
     * Lists keys that have an object now.
     *
     * @param prefix the pool, or more: {@code /pool/} or {@code /pool/a/}
     * @param after only keys behind this one; empty = from the beginning
     * @param limit at most {@link #KEYS_MAX}
     */
    public CompletableFuture<KeyPage> keys(String prefix, String after, int limit) {
        if (limit < 1 || limit > KEYS_MAX) {
            throw new Failure(
                    Failure.Kind.INVALID,
                    "%d keys at once; allowed are 1 to %d".formatted(limit, KEYS_MAX));
        }
        var pool = Key.checkPool(Key.pool(prefix));
        return this.<StoreKind>future(caller ->
                        begin(
                                reading(
                                        Call.Goal.ANYBODY,
                                        "/" + pool,
                                        0,
                                        _ -> new Request.Routes(pool),
                                        this::learned,
                                        caller)))
                .thenCompose(_ -> pages(pool, prefix, after, limit));
    }

    private StoreKind learned(Answer answer) {
        if (!(answer instanceof Answer.Routed routed)) {
            throw strange(answer);
        }
        routing.learn(routed);
        return routed.kind();
    }

    private CompletableFuture<KeyPage> pages(String pool, String prefix, String after, int limit) {
        var shards = routing.shards(pool);
        var pages = new ArrayList<CompletableFuture<KeyPage>>();
        for (int i = 0; i < shards.size(); i++) {
            int index = i;
            int shard = shards.get(i).shard();
            var request = new Request.Keys(shard, prefix, after, Long.MAX_VALUE, 0, limit);
            pages.add(
                    future(caller ->
                            begin(
                                    reading(
                                            Call.Goal.HOLDER,
                                            "/" + pool,
                                            index,
                                            _ -> request,
                                            SquallClient::page,
                                            caller))));
        }
        return CompletableFuture.allOf(pages.toArray(CompletableFuture<?>[]::new))
                .thenApply(_ -> merge(pages, limit));
    }

    private static KeyPage page(Answer answer) {
        if (!(answer instanceof Answer.KeyList list)) {
            throw strange(answer);
        }
        return new KeyPage(list.keys(), list.more());
    }

    private static KeyPage merge(List<CompletableFuture<KeyPage>> pages, int limit) {
        var all = new ArrayList<String>();
        boolean more = false;
        for (var page : pages) {
            all.addAll(page.join().keys());
            more |= page.join().more();
        }
        all.sort(null);
        more |= all.size() > limit;
        return new KeyPage(all.subList(0, Math.min(limit, all.size())), more);
    }

    /**
     * Runs the logic bound to a key, without storing anything.
     *
     * @param reply whether to wait for its answer
     * @return what it has answered, if it has
     */
    public CompletableFuture<Optional<byte[]>> trigger(String key, byte[] bytes, boolean reply) {
        Key.check(key);
        var payload = MemorySegment.ofArray(bytes);
        return future(caller ->
                begin(
                        new Call<>(
                                Call.Goal.RUNNER,
                                Key.pool(key),
                                key,
                                -1,
                                bytes.length,
                                true,
                                false,
                                _ -> new Request.Trigger(key, reply, payload),
                                SquallClient::replied,
                                caller)));
    }

    private static Optional<byte[]> replied(Answer answer) {
        if (!(answer instanceof Answer.Replied replied)) {
            throw strange(answer);
        }
        return replied.given()
                ? Optional.of(replied.payload().toArray(ValueLayout.JAVA_BYTE))
                : Optional.empty();
    }

    /** Watches what is put under a prefix from now on. */
    public Watch watch(String prefix, Watcher watcher) {
        return watch(prefix, true, new Position(), watcher);
    }

    /**
     * Watches what is put under a prefix, and what was put since.
     *
     * @param position where another watch of it has come to; empty = from the first version kept
     */
    public Watch watch(String prefix, String position, Watcher watcher) {
        var from = position.isEmpty() ? new Position() : Position.parse(position);
        return watch(prefix, false, from, watcher);
    }

    private Watch watch(String prefix, boolean fromNow, Position position, Watcher watcher) {
        var pool = Key.checkPool(Key.pool(prefix));
        var watching = new Watching(pool, prefix, fromNow, position, watcher);
        loop.run(() -> loop.watches().begin(watching));
        return new Watch(watching, loop);
    }

    private void begin(Call<?> call) {
        if (!loop.isRunning()) {
            throw new Failure(Failure.Kind.UNAVAILABLE, "the client is closed");
        }
        long timeout = TimeUnit.MILLISECONDS.toNanos(options.timeoutMillis());
        call.deadline = clock.nanos() + timeout;
        window.enter(call, loop.isHere() ? 0 : timeout);
        loop.begin(call);
    }

    private <T> CompletableFuture<T> future(Consumer<Caller<T>> start) {
        var future = new CompletableFuture<T>();
        try {
            start.accept(
                    new Caller<>() {
                        @Override
                        public void answered(T answer) {
                            future.complete(answer);
                        }

                        @Override
                        public void failed(Failure failure) {
                            future.completeExceptionally(failure);
                        }
                    });
        } catch (Failure e) {
            future.completeExceptionally(e);
        }
        return future;
    }

    private static Failure strange(Answer answer) {
        return new Failure(
                Failure.Kind.OUTCOME_UNKNOWN,
                "the node gave an answer to another question: " + answer);
    }

    /** Ends it: what has no answer yet fails. */
    @Override
    public void close() {
        loop.close();
    }
}
