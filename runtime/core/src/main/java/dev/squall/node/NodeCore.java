package dev.squall.node;

import dev.squall.base.Clock;
import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.log.PersistAgent;
import dev.squall.store.PutListener;
import dev.squall.store.ShardStore;
import dev.squall.view.Member;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A node without threads: the group agent, the persist agent, and the way of a request to them.
 * {@link Node} gives each agent a thread and adds user logic; the simulator calls their {@link
 * dev.squall.base.Agent#doWork} itself, all in one thread.
 *
 * <pre>
 *   Ground (clock, disk, fabric, executor)
 *     └► group agent ─► multicast ─► store ─► log ─► persist agent
 * </pre>
 *
 * <p><b>Threads.</b> The agents' own methods belong to whoever runs them; all others may be called
 * by any thread and none blocks. Futures complete on the ground's executor.
 */
public final class NodeCore {

    /** A put that could not be sent within this time is refused: 4.5 s. */
    public static final long SEND_NANOS_MAX = 4_500_000_000L;

    private final NodeConfig config;
    private final Clock clock;
    private final int segmentBytes;
    private final Changes changes = new Changes();
    private final GroupAgent group;
    private final PersistAgent persist;
    private final PoolCatalog pools;
    private final Batches batches;
    private final Entrance entrance;
    private final Reads reads = new Reads(this);

    /**
     * A node with user logic.
     *
     * @param listener told of every new version of a user's shard
     * @param logic told of every change of the metadata
     */
    NodeCore(NodeConfig config, Ground ground, PutListener listener, Directory.Logic logic) {
        this.config = config;
        this.clock = ground.clock();
        this.segmentBytes = ground.segmentBytes();
        var ports = new NodePorts(config, ground, changes, listener);
        this.group =
                new GroupAgent(
                        config,
                        ports.firstVote(),
                        clock.micros(),
                        ports,
                        shards -> new Directory(config.id(), shards, logic));
        this.persist = new PersistAgent(ports, clock, ground.disk());
        this.pools = new PoolCatalog(this);
        this.batches = new Batches(this, clock.micros());
        this.entrance = new Entrance(config, clock, ground.executor(), group);
        ports.join(group, persist, new TicketKeeper(batches, group::alive, ground.executor()));
    }

    /**
     * A node that stores and orders, and runs no user logic.
     *
     * @param listener told of every new version of a user's shard
     */
    public static NodeCore of(NodeConfig config, Ground ground, PutListener listener) {
        return new NodeCore(config, ground, listener, (_, _) -> {});
    }

    public NodeConfig config() {
        return config;
    }

    /** The agent that moves everything from the wire to the log. */
    public GroupAgent group() {
        return group;
    }

    /** The agent that carries the logs to disk. */
    public PersistAgent persist() {
        return persist;
    }

    /** The pools: create, list, delete. */
    public PoolCatalog pools() {
        return pools;
    }

    /** Signals deliveries to whoever follows the logs. */
    public Changes changes() {
        return changes;
    }

    /**
     * From now on the node takes no puts and wants to be left out of the group.
     *
     * @return done when the group goes on without this node, or there is nobody to tell
     */
    public CompletableFuture<Void> leave() {
        return group.leave();
    }

    /** Where the node is in its life. */
    public NodeState state() {
        return group.state();
    }

    /** Whether every shard lies where it should in this view, as far as this node knows. */
    public boolean tidy() {
        return group.directory().started() && !group.directory().provisional();
    }

    /** The replicas held here, by shard number. */
    public Collection<ShardReplica> replicas() {
        return group.replicas().values();
    }

    /** Where a key lives. Fails with {@link Failure.Kind#NOT_FOUND} when its pool is not there. */
    public Route route(String key) {
        return directory().route(Key.check(key));
    }

    /** Where the past of a key at a time is read. */
    public Route routeAt(String key, long micros) {
        return directory().at(Key.check(key), micros);
    }

    /** Where a version of a key is read. */
    public Route routeOf(String key, long version) {
        return directory().of(Key.check(key), version);
    }

    /** Where several keys are changed by one record. */
    Route together(List<String> keys) {
        return directory().together(keys);
    }

    /** Where keys live, as this node knows. */
    public Routes directory() {
        return group.directory().routes();
    }

    /** Reads of what is held here. */
    public Reads reads() {
        return reads;
    }

    List<Integer> shards(String pool) {
        return group.directory().shards(pool);
    }

    /** The store of a shard held here, once it has everything. */
    public Optional<ShardStore> store(int shard) {
        var replica = group.replicas().get(shard);
        return replica == null ? Optional.empty() : Optional.ofNullable(replica.readableStore());
    }

    /** The size of a log segment, unless a pool's budget asks for smaller ones. */
    int segmentBytes() {
        return segmentBytes;
    }

    /** Members of the cluster: the view's, or as many as are configured. */
    int membersMax() {
        return Math.max(config.members().size(), group.view().seats().size());
    }

    Metadata metadata() {
        return group.directory().metadata();
    }

    /**
     * Changes an object whose shard is held here.
     *
     * @return the answer, or a {@link Failure}: {@code UNAVAILABLE} when nothing was done, {@code
     *     OUTCOME_UNKNOWN} when it may have been
     */
    public CompletableFuture<PutAnswer> put(Put put) {
        return entrance.put(put);
    }

    /**
     * As {@link #put(Put)}, with the answer on the group agent's thread. A put that asks for no
     * more than to be accepted is not answered.
     *
     * @throws Failure when nothing was done; then the caller is not told
     */
    void put(Put put, PutCaller caller) {
        entrance.put(put, caller);
    }

    /** Batches, of one shard or several. */
    public Batches batches() {
        return batches;
    }

    /** The wall clock, in microseconds since 1970. */
    long micros() {
        return clock.micros();
    }

    /** Who takes puts of a shard; {@link Failure.Kind#NOT_FOUND} when its pool was deleted. */
    List<Member> sendersOf(int shard) {
        return group.directory().sendersOf(shard);
    }

    /**
     * Orders what another node has written as a record, in a shard that is held here.
     *
     * @return the answer, as to a put
     */
    public CompletableFuture<PutAnswer> order(int shard, byte[] record, AckLevel ack) {
        return entrance.order(shard, record, ack);
    }

    /** Orders a message in a shard that is held here. */
    CompletableFuture<PutAnswer> order(int shard, Message message, long size, AckLevel ack) {
        return entrance.order(shard, message, size, ack);
    }

    /**
     * Waits until a shard's past is complete up to a time, so that a read at it never changes.
     *
     * @param micros the time, microseconds since 1970
     * @param waitMillis how long at most
     * @return done, or {@link Failure.Kind#TOO_EARLY}
     */
    public CompletableFuture<Void> awaitTime(int shard, long micros, long waitMillis) {
        var replica = group.replicas().get(shard);
        if (replica == null) {
            return failed(Failure.Kind.NOT_FOUND, "shard " + shard + " is not held on this node");
        }
        if (replica.frontierTime() >= micros) {
            return CompletableFuture.completedFuture(null);
        }
        var done = new CompletableFuture<Void>();
        long deadline = clock.nanos() + waitMillis * 1_000_000;
        boolean taken =
                group.request(() -> {
                    replica.waiters.add(micros, deadline, done);
                    group.want(micros);
                });
        return taken
                ? done
                : failed(
                        Failure.Kind.OVERLOADED,
                        GroupAgent.REQUESTS_MAX + " requests wait, the most there may be");
    }

    /**
     * Waits until a key held here belongs to no batch that is being decided, so that whoever has
     * seen another part of that finds this one, too.
     *
     * @param waitMillis how long at most
     * @return done, or {@link Failure.Kind#UNAVAILABLE}
     */
    public CompletableFuture<Void> awaitDecided(int shard, String key, long waitMillis) {
        var store = store(shard);
        long held = store.isEmpty() ? 0 : store.get().tickets().heldSince(key);
        return held == 0
                ? CompletableFuture.completedFuture(null)
                : awaitTime(shard, held, waitMillis)
                        .exceptionallyCompose(
                                _ -> CompletableFuture.failedFuture(Batches.held(key)));
    }

    /**
     * The newest time up to which a shard's past is complete here: a read at it, or before, is
     * answered at once and never changes. Microseconds since 1970; 0 = of none yet.
     */
    public long settledTime(int shard) {
        var replica = group.replicas().get(shard);
        return replica == null ? 0 : replica.frontierTime();
    }

    /** Puts an object of the system shard; done when every node has carried it out. */
    CompletableFuture<PutAnswer> command(String key, MemorySegment bytes) {
        return put(Put.of(key, bytes, AckLevel.APPLIED));
    }

    /** Deletes an object of the system shard; done when every node has carried it out. */
    CompletableFuture<Void> remove(String key) {
        return put(Put.delete(key, AckLevel.APPLIED)).thenApply(_ -> null);
    }

    private static <T> CompletableFuture<T> failed(Failure.Kind kind, String message) {
        return CompletableFuture.failedFuture(new Failure(kind, message));
    }
}
