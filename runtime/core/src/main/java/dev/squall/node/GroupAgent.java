package dev.squall.node;

import dev.squall.base.Agent;
import dev.squall.base.Clock;
import dev.squall.base.Failure;
import dev.squall.base.Hlc;
import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import dev.squall.memory.Region;
import dev.squall.store.PoolSpec;
import dev.squall.table.NodeColumn;
import dev.squall.table.Table;
import dev.squall.view.Member;
import dev.squall.view.Membership;
import dev.squall.view.View;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The thread that moves everything from the wire to the log: it polls the fabric, watches the
 * membership, gives each shard its turn, and pushes what they changed. All protocol state of the
 * node belongs to it, so none of it needs a lock.
 *
 * <p>Time, disk and network come in from outside (see {@link Ground}), so that the simulator can
 * run it.
 */
public final class GroupAgent implements Agent, FabricListener, Directory.Shards {

    /** The grain of heartbeats and deadlines, and so the longest sleep: 20 ms. */
    private static final long GRAIN_NANOS = 20_000_000;

    /** Requests from other threads that may wait. */
    public static final int REQUESTS_MAX = 65_536;

    /**
     * A node that has lived before lets so much time pass before it serves, so that its clock is
     * where its new times begin (see {@link Hlc}): 500 ms.
     */
    private static final long SETTLE_MICROS = Hlc.SKEW_MICROS_MAX;

    /** What the agent needs of the node that it is a part of. */
    interface Ports {

        Clock clock();

        /** Opens the fabric; called once. */
        Fabric fabric(Hello self, FabricListener listener);

        /** Remembers a view's id on disk before it is used. */
        void viewFormed(View view);

        /** Begins a shard's recovery. */
        ShardReplica.Parts shard(
                int shard, int index, PoolSpec pool, List<Member> members, View view);

        /** A shard of the view is ready to persist. */
        void ready(ShardReplica replica);

        /** A shard was deleted. */
        void dropped(ShardReplica replica);

        /** More was delivered; the total so far. */
        void delivered(long total);

        /** There is more in the logs than on disk. */
        void persist();
    }

    private static final System.Logger LOG = System.getLogger(GroupAgent.class.getName());

    /** The number under which all members register the node table. */
    private static final int NODE_REGION = 0;

    private final List<Member> members;
    private final int rank;
    private final Ports ports;
    private final Hlc hlc;
    private final Heartbeat heartbeat;
    private final long formFrom;
    private final Membership membership;
    private final Fabric fabric;
    private final MemorySegment nodeMemory;
    private final Table nodes;
    private final long[] pushedChanges;
    private final MpscAtomicArrayQueue<Runnable> requests =
            new MpscAtomicArrayQueue<>(REQUESTS_MAX);
    private final ConcurrentSkipListMap<Integer, ShardReplica> replicas =
            new ConcurrentSkipListMap<>();
    private final List<ShardReplica> turns = new ArrayList<>();
    private final Directory directory;
    private volatile @Nullable View view;
    private volatile String failure = "";
    private volatile boolean rung;
    private long delivered;

    /**
     * @param config the node's configuration
     * @param newestView the newest view on this node's disk; 0 = none
     * @param incarnation the wall clock at the start of the node, microseconds
     * @param ports what it stands on
     * @param directory makes the directory that this agent drives
     */
    GroupAgent(
            NodeConfig config,
            long newestView,
            long incarnation,
            Ports ports,
            Function<Directory.Shards, Directory> directory) {
        this.members = config.members();
        this.ports = ports;
        this.hlc = new Hlc(ports.clock(), newestView == 0 ? 0 : incarnation + SETTLE_MICROS);
        this.formFrom = ports.clock().nanos() + (newestView == 0 ? 0 : SETTLE_MICROS * 1000);
        this.rank = members.indexOf(config.self());
        this.membership =
                new Membership(
                        members, config.id(), newestView, config.suspectAfterMillis() * 1_000_000);
        this.nodeMemory = Region.allocate(members.size() * Table.rowBytes(NodeColumn.COUNT));
        this.nodes = new Table(nodeMemory, 0, members.size(), NodeColumn.COUNT, rank);
        this.heartbeat = new Heartbeat(nodes, hlc, ports.clock().nanos());
        this.pushedChanges = new long[members.size()];
        this.directory = directory.apply(this);
        this.fabric = ports.fabric(config.hello(incarnation, newestView), this);
        fabric.register(NODE_REGION, nodeMemory);
    }

    @Override
    public int doWork() {
        rung = false; // what rings from here on is seen by the next turn
        int work = fabric.poll();
        long now = ports.clock().nanos();
        work += runRequests();
        form(now);
        if (view != null) {
            watch(now);
            // Only what the shards did: bytes that came and went must not make promises, which are
            // bytes themselves, or three idle nodes would keep each other busy for ever.
            int stepped = stepShards(now);
            heartbeat.step(now, stepped > 0);
            push();
            work += stepped;
        }
        return work + fabric.flush();
    }

    private int runRequests() {
        int count = 0;
        var request = requests.poll();
        while (request != null) {
            request.run();
            count++;
            request = requests.poll();
        }
        return count;
    }

    private void form(long now) {
        if (now - formFrom < 0) {
            return;
        }
        var formed = membership.form(now);
        if (formed != null) {
            ports.viewFormed(formed);
            LOG.log(System.Logger.Level.INFO, "view {0} with {1}", formed.id(), formed.members());
            view = formed;
            directory.formed(formed);
        }
    }

    private void watch(long now) {
        if (membership.watch(nodes, now)) {
            wedge();
        }
    }

    private void wedge() {
        LOG.log(System.Logger.Level.WARNING, "wedged: {0}", membership.reason());
        nodes.raise(NodeColumn.SUSPECTED, 1);
        turns.forEach(r -> r.stop(membership.reason()));
    }

    private int stepShards(long now) {
        int work = 0;
        for (int i = 0; i < turns.size(); i++) {
            var replica = turns.get(i);
            var before = replica.phase();
            long sofar = replica.multicast().delivered();
            work += replica.step(hlc, promise(replica), now);
            long fresh = replica.multicast().delivered() - sofar;
            if (fresh > 0) {
                delivered += fresh;
                ports.delivered(delivered);
                if (replica.persistent()) {
                    ports.persist();
                }
            }
            if (before != replica.phase()) {
                changed(replica, before);
            }
        }
        return work;
    }

    private void changed(ShardReplica replica, ShardReplica.Phase before) {
        if (before == ShardReplica.Phase.RECOVERING
                && replica.phase() != ShardReplica.Phase.STOPPED) {
            ports.ready(replica);
        }
        if (replica.id == 0 && replica.phase() == ShardReplica.Phase.READY) {
            var store = replica.store();
            if (store != null) {
                directory.start(store);
            }
        }
    }

    /** The smallest promise of a shard's members: nothing can come below it any more. */
    private long promise(ShardReplica replica) {
        long least = Long.MAX_VALUE;
        for (var m : replica.members) {
            least = Math.min(least, nodes.get(rankOf(m.id()), NodeColumn.PROMISE));
        }
        return least;
    }

    private int rankOf(int node) {
        for (int r = 0; r < members.size(); r++) {
            if (members.get(r).id() == node) {
                return r;
            }
        }
        return -1;
    }

    private void push() {
        for (int r = 0; r < members.size(); r++) {
            if (r != rank) {
                push(members.get(r).id(), r);
            }
        }
    }

    private void push(int peer, int r) {
        boolean all = true;
        long created = nodes.get(r, NodeColumn.SHARDS);
        for (int i = 0; i < turns.size(); i++) {
            all &= turns.get(i).push(fabric, peer, created);
        }
        if (pushedChanges[r] == nodes.changes()) {
            return;
        }
        boolean told =
                nodes.push(fabric, peer, NODE_REGION, NodeColumn.PROMISE + 1, NodeColumn.COUNT);
        if (all
                && told
                && nodes.push(
                        fabric, peer, NODE_REGION, NodeColumn.PROMISE, NodeColumn.PROMISE + 1)) {
            pushedChanges[r] = nodes.changes();
        }
    }

    @Override
    public void create(int shard, int index, PoolSpec pool, List<Member> shardMembers) {
        var current = view;
        if (current == null) {
            throw new IllegalStateException("a shard before a view");
        }
        var replica =
                new ShardReplica(ports.shard(shard, index, pool, shardMembers, current), fabric);
        replicas.put(shard, replica);
        turns.add(replica);
        if (membership.phase() == Membership.Phase.WEDGED) {
            replica.stop(membership.reason());
        }
    }

    @Override
    public void drop(int shard) {
        var replica = replicas.remove(shard);
        if (replica != null) {
            // Its memory stays registered: a peer that is behind may still write into it.
            end(replica, Failure.Kind.NOT_FOUND, "its pool was deleted");
            turns.remove(replica);
            ports.dropped(replica);
        }
    }

    /** Stops a replica that will have no more turns. */
    private static void end(ShardReplica replica, Failure.Kind kind, String why) {
        replica.stop(why);
        replica.waiters.close(new Failure(kind, "shard " + replica.id + ": " + why));
    }

    @Override
    public void created(int count) {
        nodes.raise(NodeColumn.SHARDS, count);
    }

    @Override
    public @Nullable String refusal(Hello hello) {
        return rankOf(hello.node()) < 0
                ? "node " + hello.node() + " is not a member"
                : membership.refusal(hello);
    }

    @Override
    public void connected(int peer, Hello hello) {
        nodes.clear(rankOf(peer));
        membership.connected(peer, hello);
    }

    @Override
    public void lost(int peer, String reason) {
        boolean ran = membership.phase() == Membership.Phase.RUNNING;
        membership.lost(peer, reason);
        if (ran) {
            wedge();
        }
    }

    /**
     * Runs something on this agent's thread, from any thread. Returns false when it is overloaded.
     */
    boolean request(Runnable request) {
        boolean taken = requests.offer(request);
        wake();
        return taken;
    }

    /** Has every member promise this time soon; on this agent's thread. */
    void want(long micros) {
        heartbeat.want(micros, ports.clock().micros());
    }

    /** An agent of the node has failed: nothing is served from now on. */
    void failed(Throwable e) {
        failure = "an agent of the node failed: " + e;
        turns.forEach(r -> r.stop(failure));
    }

    /** The node table: one row per member; belongs to this agent. */
    public Table nodes() {
        return nodes;
    }

    Directory directory() {
        return directory;
    }

    /** The replicas of this node by shard number; any thread. */
    ConcurrentSkipListMap<Integer, ShardReplica> replicas() {
        return replicas;
    }

    /** Where the node is; any thread, a moment late. */
    NodeState state() {
        var current = view;
        long id = current == null ? 0 : current.id();
        if (!failure.isEmpty()) {
            return new NodeState(NodeState.Phase.WEDGED, id, failure);
        }
        return NodeState.of(id, membership, directory.started(), replicas.values());
    }

    /** Whether a member's connection is open; any thread, a moment late. */
    boolean alive(int node) {
        return membership.alive(node);
    }

    @Override
    public void await(long nanosMax) {
        fabric.await(Math.min(nanosMax, GRAIN_NANOS), () -> rung);
    }

    @Override
    public void wake() {
        rung = true;
        fabric.wake();
    }

    @Override
    public String role() {
        return "group";
    }

    @Override
    public void onClose() {
        turns.forEach(r -> end(r, Failure.Kind.UNAVAILABLE, "the node is stopping"));
        fabric.close();
    }
}
