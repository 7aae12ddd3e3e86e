package dev.squall.node;

import dev.squall.base.Agent;
import dev.squall.base.Clock;
import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.client.door.Door;
import dev.squall.device.ModelCatalog;
import dev.squall.log.FileDisk;
import dev.squall.store.Outcome;
import dev.squall.store.PoolSpec;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import dev.squall.trigger.Dispatcher;
import dev.squall.trigger.UdlRuntime;
import dev.squall.view.Layout;
import dev.squall.view.Member;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A node: the one class that joins the stages. Read its constructor to see the whole chain.
 *
 * <pre>
 *   fabric ─► group agent ─► multicast ─► store ─► log ─► persist agent
 *                                           └────► dispatcher ─► lanes ─► put again, or answer
 * </pre>
 *
 * <p><b>Threads.</b> One group agent, one persist agent, the lanes of bound UDLs. Every public
 * method may be called by any thread and none blocks; futures complete on virtual threads.
 */
public final class Node implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Node.class.getName());

    private static final String SYSTEM_POOL_IS_OURS = "the pool .squall belongs to the nodes";

    private static final long CLOSE_MILLIS_MAX = 5000;

    /** A node that closes waits so long until the group lets it go: 3 s. */
    public static final long LEAVE_MILLIS_MAX = 3000;

    private final NodeConfig config;
    private final Clock clock = Clock.SYSTEM;
    private final Peers peers;
    private final ExecutorService answers;
    private final ModelCatalog models;
    private final Dispatcher dispatcher;
    private final NodeCore core;
    private final AgentRunner groupRunner;
    private final AgentRunner persistRunner;
    private final AgentRunner doorRunner;
    private final UdlCatalog udls;
    private final GraphCatalog graphs;
    private final InferenceCatalog inference;
    private final StatusReader status;
    private volatile boolean closed;

    private Node(NodeConfig config, Peers peers) {
        this.config = config;
        this.peers = peers;
        this.answers = Executors.newVirtualThreadPerTaskExecutor();
        this.models = new ModelCatalog(config.data().resolve("models"), clock);
        var runtime =
                new UdlRuntime(
                        config.id(),
                        clock,
                        new NodeEffects(this),
                        models,
                        agent -> config.threads().start(agent, this::laneFailed),
                        sha -> UdlCatalog.jar(reads().newest(Metadata.JARS + sha), sha));
        this.dispatcher = new Dispatcher(runtime, this::runsHere);
        var door = new Door(clock);
        var ground =
                new Ground(
                        clock,
                        new FileDisk(config.data()),
                        new FabricChoice(config, clock, door),
                        answers);
        this.core =
                new NodeCore(
                        config, ground, dispatcher, new BoundLogic(dispatcher, runtime, models));
        core.batches().reach(peers::order);
        this.udls = new UdlCatalog(this, dispatcher, runtime);
        this.graphs = new GraphCatalog(this, runtime);
        this.inference = new InferenceCatalog(this, models, dispatcher, clock);
        this.status = new StatusReader(config, core.group(), models);
        var threads = config.threads();
        this.persistRunner =
                threads.start(core.persist(), (_, e) -> core.group().request(() -> fail(e)));
        door.open(new ClientHost(this, core, clock.micros()));
        this.doorRunner = threads.start(door, this::laneFailed);
        this.groupRunner = threads.lead(core.group(), (_, e) -> fail(e));
    }

    /**
     * Starts a node. It answers at once; {@link #state} says how far it is.
     *
     * @param peers how to reach shards held elsewhere
     */
    public static Node start(NodeConfig config, Peers peers) {
        config.threads().check();
        return new Node(config, peers);
    }

    private void fail(Throwable e) {
        LOG.log(System.Logger.Level.ERROR, "an agent of the node failed", e);
        core.group().failed(e);
    }

    private void laneFailed(Agent lane, Throwable e) {
        LOG.log(System.Logger.Level.ERROR, lane.role() + " failed", e);
    }

    public NodeConfig config() {
        return config;
    }

    /** Where the node is in its life. */
    public NodeState state() {
        return closed ? new NodeState(NodeState.Phase.STOPPED, 0, "closed") : core.state();
    }

    /** Where a key lives. Fails with {@link Failure.Kind#NOT_FOUND} when its pool is not there. */
    public Route route(String key) {
        return core.route(key);
    }

    /** Where keys live, lived and are listed, as this node knows at this moment. */
    public Routes where() {
        return core.directory();
    }

    /** Reads of what is held here. */
    public Reads reads() {
        return core.reads();
    }

    /** The numbers of a pool's shards, also of those that nobody has at present. */
    public List<Integer> shards(String pool) {
        return core.shards(pool);
    }

    /** The store of a shard held here, once recovered. */
    public Optional<ShardStore> store(int shard) {
        return core.store(shard);
    }

    /** Signals deliveries to whoever follows the logs. */
    public Changes changes() {
        return core.changes();
    }

    /**
     * Changes an object whose shard is held here.
     *
     * @return the answer, or a {@link Failure}: {@code UNAVAILABLE} when nothing was done, {@code
     *     OUTCOME_UNKNOWN} when it may have been
     */
    public CompletableFuture<PutAnswer> put(Put put) {
        if (Key.pool(put.key()).equals(Key.SYSTEM_POOL)) {
            return failed(Failure.Kind.INVALID, SYSTEM_POOL_IS_OURS);
        }
        try {
            var route = core.route(put.key());
            if (route.pool().store() != StoreKind.TRIGGER) {
                var answer = HeldPuts.put(core, put);
                return put.part().goesOn()
                        ? answer.exceptionallyCompose(e -> putElsewhere(put, route, e))
                        : answer;
            }
            return put.part() == Put.Part.WHOLE
                    ? putTrigger(put, route)
                    : failed(
                            Failure.Kind.TOO_LARGE,
                            "pool /%s keeps nothing, so no object in chunks"
                                    .formatted(route.pool().name()));
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * As {@link #put(Put)} into a pool that stores, with the answer on the group agent's thread:
     * for callers to whom microseconds matter. What only asks to be accepted is not answered.
     *
     * @throws Failure when nothing was done; then the caller is not told
     */
    public void put(Put put, PutCaller caller) {
        if (Key.pool(put.key()).equals(Key.SYSTEM_POOL)) {
            throw new Failure(Failure.Kind.INVALID, SYSTEM_POOL_IS_OURS);
        }
        core.put(put, caller);
    }

    /** A put whose key has moved away from this node, before anything was done, goes after it. */
    private CompletableFuture<PutAnswer> putElsewhere(Put put, Route before, Throwable e) {
        boolean moved = before.sends() && unavailable(e) && !core.route(put.key()).sends();
        return moved ? putAnywhere(put) : CompletableFuture.failedFuture(e);
    }

    private CompletableFuture<PutAnswer> putTrigger(Put put, Route route) {
        return dispatcher
                .trigger(put.key(), put.payload(), clock.micros(), put.trace(), true)
                .thenApply(_ ->
                        new PutAnswer(
                                new Outcome.Stored(0, clock.micros()), route.shard(), put.ack()));
    }

    /** Changes an object wherever its shard is held. */
    CompletableFuture<PutAnswer> putAnywhere(Put put) {
        try {
            var route = route(put.key());
            boolean trigger = route.pool().store() == StoreKind.TRIGGER;
            var member = trigger ? route.runner() : route.members().getFirst();
            boolean here = trigger ? member.id() == config.id() : route.sends();
            return here ? put(put) : putAt(trigger ? List.of(member) : route.senders(), 0, put);
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Puts at one of these; at the next one as long as nothing was done. */
    private CompletableFuture<PutAnswer> putAt(List<Member> members, int at, Put put) {
        var answer = peers.put(members.get(at), put);
        return at + 1 == members.size()
                ? answer
                : answer.exceptionallyCompose(e ->
                        unavailable(e)
                                ? putAt(members, at + 1, put)
                                : CompletableFuture.failedFuture(e));
    }

    static boolean unavailable(Throwable e) {
        var cause = e instanceof CompletionException wrapped ? wrapped.getCause() : e;
        return cause instanceof Failure failure && failure.kind() == Failure.Kind.UNAVAILABLE;
    }

    /**
     * Changes several keys, all of them or none, wherever their shards are held.
     *
     * @return the answer, or a {@link Failure} that names the key which is in the way
     */
    public CompletableFuture<BatchAnswer> batch(Batch batch) {
        return core.batches().put(batch);
    }

    /** Orders what another member has written as a record, in a shard that is held here. */
    public CompletableFuture<PutAnswer> order(int shard, byte[] record, AckLevel ack) {
        return core.order(shard, record, ack);
    }

    /** As {@link NodeCore#awaitTime}. */
    public CompletableFuture<Void> awaitTime(int shard, long micros, long waitMillis) {
        return core.awaitTime(shard, micros, waitMillis);
    }

    /** As {@link NodeCore#awaitDecided}: before the newest version of a key is read. */
    public CompletableFuture<Void> awaitDecided(int shard, String key, long waitMillis) {
        return core.awaitDecided(shard, key, waitMillis);
    }

    /** As {@link NodeCore#settledTime}. */
    public long settledTime(int shard) {
        return core.settledTime(shard);
    }

    /**
     * Runs the UDLs bound to triggers of a key, on this node.
     *
     * @param payload must not change until the answer is there
     * @param wait whether to answer with the UDLs' reply; else as soon as they have it
     */
    public CompletableFuture<Optional<byte[]>> trigger(
            String key, MemorySegment payload, boolean wait, String trace) {
        var answer = dispatcher.trigger(Key.check(key), payload, clock.micros(), trace, false);
        return wait || answer.isCompletedExceptionally()
                ? answer
                : CompletableFuture.completedFuture(Optional.empty());
    }

    /** Triggers wherever the key's logic runs. */
    CompletableFuture<Optional<byte[]>> triggerAnywhere(String key, byte[] payload, String trace) {
        try {
            var runner = route(key).runner();
            return runner.id() == config.id()
                    ? trigger(key, MemorySegment.ofArray(payload), false, trace)
                    : peers.trigger(runner, key, payload, false);
        } catch (Failure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The pools, by name; the nodes' own is not among them. */
    public List<PoolSpec> pools() {
        return core.pools().list();
    }

    /**
     * Makes a pool. When the answer is there, every node has it. An equal one that is there already
     * is fine. One with other shards or replicas is spread anew in the next view, which begins at
     * once; any other of its name is a {@link Failure.Kind#CONFLICT}.
     */
    public CompletableFuture<PoolSpec> createPool(PoolSpec spec) {
        return core.pools().create(spec);
    }

    /** Deletes a pool with everything in it. */
    public CompletableFuture<Void> deletePool(String name) {
        return core.pools().delete(name);
    }

    /** User-defined logic: upload, list, delete. */
    public UdlCatalog udls() {
        return udls;
    }

    /** Dataflow graphs. */
    public GraphCatalog graphs() {
        return graphs;
    }

    /** Everything that answers inferences. */
    public InferenceCatalog models() {
        return inference;
    }

    /** The cluster as this node sees it. */
    public ClusterStatus status() {
        return status.read();
    }

    /** The members of the newest view that this node knows, and who else is configured. */
    public List<Member> members() {
        return status.members();
    }

    Metadata metadata() {
        return core.metadata();
    }

    /** Puts an object of the system shard; done when every node has carried it out. */
    CompletableFuture<PutAnswer> command(String key, MemorySegment bytes) {
        return core.command(key, bytes);
    }

    /** Deletes an object of the system shard; done when every node has carried it out. */
    CompletableFuture<Void> remove(String key) {
        return core.remove(key);
    }

    private boolean runsHere(int shard, String key) {
        var replica = core.group().replicas().get(shard);
        var members = replica == null ? List.<Member>of() : replica.members();
        return !members.isEmpty() && Layout.runner(members, key).id() == config.id();
    }

    private static <T> CompletableFuture<T> failed(Failure.Kind kind, String message) {
        return CompletableFuture.failedFuture(new Failure(kind, message));
    }

    /**
     * Leaves the group, so that the others go on without a pause, and stops everything. What was
     * acknowledged durable is on disk. When the others do not let the node go within {@link
     * #LEAVE_MILLIS_MAX}, they will notice.
     */
    @Override
    public void close() {
        if (!closed) {
            try {
                core.leave().get(LEAVE_MILLIS_MAX, TimeUnit.MILLISECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException _) {
                LOG.log(System.Logger.Level.WARNING, "the group did not let this node go in time");
            }
            kill();
        }
    }

    /** Stops everything without a word to the others, as the death of the process would. */
    void kill() {
        closed = true;
        dispatcher.close();
        for (var runner : List.of(groupRunner, persistRunner, doorRunner)) {
            runner.close();
            runner.join(CLOSE_MILLIS_MAX);
        }
        models.close();
        answers.shutdown();
    }
}
