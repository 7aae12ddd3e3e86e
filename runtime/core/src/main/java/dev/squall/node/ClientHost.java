package dev.squall.node;

import dev.squall.base.Failure;
import dev.squall.client.door.Door;
import dev.squall.client.door.Host;
import dev.squall.client.door.Reply;
import dev.squall.client.frame.Answer;
import dev.squall.client.frame.Request;
import dev.squall.store.Outcome;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import dev.squall.view.Member;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What the node does for clients: the one place where its {@link Door} meets it. A request for a
 * shard that is not held here is answered with the members that hold it. Any thread; answers of
 * puts come on the group agent's.
 */
final class ClientHost implements Host {

    private static final MemorySegment NO_BYTES = MemorySegment.ofArray(new byte[0]);

    private final Node node;
    private final NodeCore core;
    private final ClientReads reads;
    private final long incarnation;

    ClientHost(Node node, NodeCore core, long incarnation) {
        this.node = node;
        this.core = core;
        this.reads = new ClientReads(core);
        this.incarnation = incarnation;
    }

    @Override
    public String cluster() {
        return core.config().cluster();
    }

    @Override
    public Answer.Welcome welcome(long number, int requestsMax) {
        int id = core.config().id();
        var guest = "c%d.%s.%d".formatted(id, Long.toString(incarnation, 36), number);
        return new Answer.Welcome(id, guest, view(), core.config().objectBytesMax(), requestsMax);
    }

    @Override
    public long view() {
        return core.group().view().id();
    }

    @Override
    public Optional<ShardStore> store(int shard) {
        return shard == 0 ? Optional.empty() : core.store(shard);
    }

    @Override
    public List<Integer> holders(int shard) {
        return ids(core.directory().holders(shard));
    }

    @Override
    public long deliveries() {
        return core.changes().count();
    }

    @Override
    public void onDelivery(@Nullable Runnable bell) {
        core.changes().onDelivery(bell);
    }

    @Override
    public Answer routes(String pool) {
        try {
            var places =
                    core.directory().shards(pool).stream()
                            .map(r ->
                                    new Answer.Routed.Place(
                                            r.shard(), ids(r.members()), ids(r.senders())))
                            .toList();
            var spec = core.pools().list().stream().filter(p -> p.name().equals(pool)).findFirst();
            if (spec.isEmpty()) {
                throw new Failure(Failure.Kind.NOT_FOUND, "no pool '" + pool + "'");
            }
            var members =
                    node.members().stream()
                            .map(m -> new Answer.Address(m.id(), m.host(), m.port()))
                            .toList();
            return new Answer.Routed(
                    pool, spec.get().store(), spec.get().affinity(), view(), members, places);
        } catch (Failure e) {
            return failed(e);
        }
    }

    @Override
    public void put(Request.Put request, Reply reply) {
        try {
            var route = node.route(request.key());
            if (route.pool().store() == StoreKind.TRIGGER) {
                if (isElsewhere(route.runner(), reply)) {
                    return;
                }
                putAnswered(node.put(put(request, AckLevel.ORDERED)), reply);
            } else if (route.sends()) {
                var put = put(request, level(request.ack(), route));
                node.put(put, new Waiting(put, reply));
            } else {
                reply.answer(new Answer.Elsewhere(ids(route.senders())));
            }
        } catch (Failure e) {
            reply.answer(failed(e));
        }
    }

    private void putAnswered(CompletableFuture<PutAnswer> put, Reply reply) {
        var _ =
                put.whenComplete(
                        (answer, e) -> reply.answer(answer == null ? failed(e) : stored(answer)));
    }

    private static Put put(Request.Put put, AckLevel ack) {
        return new Put(
                put.key(),
                put.delete(),
                put.payload(),
                ack,
                put.expected(),
                producer(put.once()),
                "");
    }

    private static @Nullable Producer producer(Request.Once once) {
        return once.producer().isEmpty()
                ? null
                : new Producer(once.producer(), once.incarnation(), once.sequence());
    }

    private static AckLevel level(Request.Ack ack, Route route) {
        return switch (ack) {
            case ORDERED -> AckLevel.ORDERED;
            case DURABLE -> AckLevel.DURABLE;
            case BY_POOL ->
                    route.pool().store() == StoreKind.PERSISTENT
                            ? AckLevel.DURABLE
                            : AckLevel.ORDERED;
        };
    }

    /**
     * Answers on the group agent's thread; a key that a batch holds is put again when it is free.
     */
    private final class Waiting implements PutCaller {

        private final Put put;
        private final Reply reply;

        Waiting(Put put, Reply reply) {
            this.put = put;
            this.reply = reply;
        }

        @Override
        public void answered(PutAnswer answer) {
            if (answer.outcome() instanceof Outcome.Held) {
                putAnswered(HeldPuts.put(core, put), reply);
            } else {
                reply.answer(stored(answer));
            }
        }

        @Override
        public void failed(Failure failure) {
            reply.answer(ClientHost.failed(failure));
        }
    }

    private Answer stored(PutAnswer answer) {
        return switch (answer.outcome()) {
            case Outcome.Stored(long version, long time) ->
                    new Answer.Stored(answer.shard(), version, time, false);
            case Outcome.Repeated(long version, long time) ->
                    new Answer.Stored(answer.shard(), version, time, true);
            case Outcome.Mismatch(long newest) -> new Answer.Mismatch(newest);
            case Outcome.Absent() -> new Answer.Absent();
            case Outcome.Stale(long incarnation, long sequence) ->
                    new Answer.Stale(incarnation, sequence);
            case Outcome.Held(var key) -> failed(Batches.held(key));
            case Outcome.Full full -> full(answer.shard(), full);
            case Outcome.Unmet _, Outcome.Aborted _, Outcome.Crowded _ ->
                    throw new IllegalStateException("an answer to a put: " + answer.outcome());
        };
    }

    private Answer full(int shard, Outcome.Full full) {
        return core.store(shard).stream()
                .flatMap(store -> core.directory().shards(store.pool().name()).stream())
                .filter(route -> route.shard() == shard)
                .map(route -> failed(FullPool.failure(route.pool(), route.index(), full)))
                .findFirst()
                .orElseGet(
                        () -> new Answer.Failed(Failure.Kind.FULL, "shard " + shard + " is full"));
    }

    @Override
    public void get(Request.Get get, Reply reply) {
        reply(reply, () -> reads.get(get));
    }

    @Override
    public void keys(Request.Keys keys, Reply reply) {
        reply(reply, () -> reads.keys(keys));
    }

    @Override
    public void trigger(Request.Trigger trigger, Reply reply) {
        reply(
                reply,
                () -> {
                    var runner = node.route(trigger.key()).runner();
                    return runner.id() != core.config().id()
                            ? done(new Answer.Elsewhere(List.of(runner.id())))
                            : node.trigger(trigger.key(), trigger.payload(), trigger.reply(), "")
                                    .thenApply(answer ->
                                            new Answer.Replied(
                                                    answer.isPresent(),
                                                    answer.map(MemorySegment::ofArray)
                                                            .orElse(NO_BYTES)));
                });
    }

    private boolean isElsewhere(Member runner, Reply reply) {
        boolean elsewhere = runner.id() != core.config().id();
        if (elsewhere) {
            reply.answer(new Answer.Elsewhere(List.of(runner.id())));
        }
        return elsewhere;
    }

    @Override
    public void batch(Request.Batch request, Reply reply) {
        reply(
                reply,
                () -> {
                    var parts =
                            request.parts().stream()
                                    .map(p ->
                                            new Batch.Part(
                                                    p.key(), p.delete(), p.payload(), p.expected()))
                                    .toList();
                    if (parts.isEmpty()) {
                        throw new Failure(Failure.Kind.INVALID, "a batch without a put or delete");
                    }
                    var route = node.route(parts.getFirst().key());
                    if (!route.sends()) {
                        return done(new Answer.Elsewhere(ids(route.senders())));
                    }
                    var ack = level(request.ack(), route);
                    return node.batch(new Batch(parts, ack, producer(request.once()), ""))
                            .thenApply(ClientHost::batched);
                });
    }

    private static Answer batched(BatchAnswer answer) {
        return new Answer.Batched(
                answer.timestamp(),
                answer.shares().stream()
                        .map(s -> new Answer.Batched.Share(s.shard(), s.version()))
                        .toList());
    }

    private interface Work {
        CompletableFuture<? extends Answer> start();
    }

    private static void reply(Reply reply, Work work) {
        try {
            var _ =
                    work.start()
                            .whenComplete((answer, e) -> {
                                reply.answer(answer == null ? failed(e) : answer);
                            });
        } catch (Failure e) {
            reply.answer(failed(e));
        }
    }

    static CompletableFuture<Answer> done(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static Answer failed(@Nullable Throwable e) {
        var cause = e instanceof CompletionException wrapped ? wrapped.getCause() : e;
        return cause instanceof Failure failure
                ? new Answer.Failed(failure.kind(), String.valueOf(failure.getMessage()))
                : new Answer.Failed(Failure.Kind.LOGIC_FAILED, String.valueOf(cause));
    }

    static List<Integer> ids(List<Member> members) {
        return members.stream().map(Member::id).toList();
    }
}
