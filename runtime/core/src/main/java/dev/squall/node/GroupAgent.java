package dev.squall.node;

import dev.squall.base.Agent;
import dev.squall.base.Clock;
import dev.squall.base.Hlc;
import dev.squall.fabric.Fabric;
import dev.squall.fabric.FabricListener;
import dev.squall.fabric.Hello;
import dev.squall.fabric.Peer;
import dev.squall.store.PoolSpec;
import dev.squall.table.Table;
import dev.squall.view.Board;
import dev.squall.view.Decision;
import dev.squall.view.Member;
import dev.squall.view.Membership;
import dev.squall.view.Report;
import dev.squall.view.Seat;
import dev.squall.view.View;
import dev.squall.view.Vote;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The thread that moves everything from the wire to the log: it polls the fabric, lets the
 * membership decide, gives each shard its turn, and pushes what they changed. All protocol state of
 * the node belongs to it, so none of it needs a lock.
 *
 * <p>Time, disk and network come in from outside (see {@link Ground}), so that the simulator can
 * run it.
 */
public final class GroupAgent implements Agent, FabricListener, Membership.Host {

    /** The grain of heartbeats and deadlines, and so the longest sleep: 20 ms. */
    private static final long GRAIN_NANOS = 20_000_000;

    /** Requests from other threads that may wait. */
    public static final int REQUESTS_MAX = 65_536;

    /** Puts wait for a view that changes; when that takes longer they are refused: 1 s. */
    private static final long CHANGE_NANOS_MAX = 1_000_000_000;

    /** A node that leaves waits so long until nobody needs it: 2 s. */
    private static final long LEAVE_NANOS_MAX = 2_000_000_000;

    /**
     * A node that has lived before lets so much time pass before it takes part, so that its clock
     * is where its new times begin (see {@link Hlc}): 500 ms.
     */
    private static final long SETTLE_MICROS = Hlc.SKEW_MICROS_MAX;

    /** What the agent needs of the node that it is a part of. */
    interface Ports {

        Clock clock();

        /** Opens the fabric; called once. */
        Fabric fabric(Hello self, FabricListener listener);

        /** The logs that the disk held when the node started. */
        Shelf shelf();

        /** Remembers a vote on disk before it counts. Returns whether it is there. */
        boolean vote(Vote vote);

        /** What a replica is made of; begins to read its log. */
        ShardParts shard(int shard, int index, PoolSpec pool, PoolMaps.Role role);

        /** A replica has read its log and can persist. */
        void loaded(ShardReplica replica);

        /** A shard is not held here any more, by a command of this version. */
        void dropped(ShardReplica replica, long version);

        /** A shard lies on the disk that is not held here any more. */
        void dropped(int shard, long version);

        /** Commands up to this version are on every disk that counts: what they dropped may go. */
        void discard(long version);

        /** A shard has had its turn. */
        void look(ShardReplica replica, long now);

        /** More was delivered; the total so far. */
        void delivered(long total);

        /** There is more in the logs than on disk. */
        void persist();
    }

    private static final System.Logger LOG = System.getLogger(GroupAgent.class.getName());

    private final Seat self;
    private final Ports ports;
    private final Hlc hlc;
    private final long takesPartFrom;
    private final Board board;
    private final Membership membership;
    private final Fabric fabric;
    private final Replicas replicas;
    private final MpscAtomicArrayQueue<Runnable> requests =
            new MpscAtomicArrayQueue<>(REQUESTS_MAX);
    private final Map<Integer, Member> introduced = new HashMap<>();
    private final Directory directory;
    private final Remedies remedies;
    private long knows;
    private long wedgedAt;
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private boolean leaving;
    private long leavesAt;
    private volatile View view;
    private volatile String refusal = "";
    private volatile String failure = "";
    private volatile boolean rung;

    /**
     * @param config the node's configuration
     * @param vote as it stands on this node's disk
     * @param incarnation the wall clock at the start of the node, microseconds
     * @param ports what it stands on
     * @param directory makes the directory that this agent drives
     */
    GroupAgent(
            NodeConfig config,
            Vote vote,
            long incarnation,
            Ports ports,
            Function<Directory.Shards, Directory> directory) {
        this.self = new Seat(config.self(), incarnation);
        config.members().forEach(m -> introduced.put(m.id(), m)); // the fabric has them already
        this.ports = ports;
        this.knows = vote.view().id();
        this.view = vote.view();
        boolean lived = knows > 0;
        this.hlc = new Hlc(ports.clock(), lived ? incarnation + SETTLE_MICROS : 0);
        this.takesPartFrom = ports.clock().nanos() + (lived ? SETTLE_MICROS * 1000 : 0);
        this.board = new Board(config.id());
        var times =
                new Membership.Times(
                        config.suspectAfterMillis() * 1_000_000,
                        config.assembleMillis() * 1_000_000);
        this.membership = new Membership(self, vote, board, this, times);
        this.fabric = ports.fabric(config.hello(incarnation), this);
        this.replicas = new Replicas(config.id(), ports, fabric, board);
        this.directory = directory.apply(replicas);
        this.remedies = new Remedies(replicas, ports.shelf(), membership);
    }

    @Override
    public int doWork() {
        rung = false; // what rings from here on is seen by the next turn
        int work = fabric.poll();
        long now = ports.clock().nanos();
        work += runRequests();
        membership.step(now);
        refuse(now);
        work += replicas.step(hlc, directory, now);
        if (replicas.tidyingIsDue(directory, now) || directory.mapIsDue(now - wedgedAt)) {
            membership.tidy();
        }
        remedies.step(now, leaving);
        board.push(fabric, now);
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

    /** Puts are refused at once when the view has not changed in good time. */
    private void refuse(long now) {
        if (leaving) {
            if (replicas.idle() || now - leavesAt > 0) {
                membership.leave(now);
            }
            if (membership.left()) {
                left.complete(null);
            }
        } else if (membership.running()) {
            refusal = "";
        } else if (now - wedgedAt > CHANGE_NANOS_MAX) {
            refusal = membership.reason();
            replicas.refuse(refusal);
        }
    }

    @Override
    public boolean vote(Vote vote) {
        return ports.vote(vote);
    }

    @Override
    public @Nullable Report report(boolean live, long since) {
        long now = ports.clock().nanos();
        if (!ports.shelf().ready() || (!live && now - takesPartFrom < 0)) {
            return null;
        }
        if (live) {
            wedgedAt = now;
            LOG.log(System.Logger.Level.INFO, "{0} is about to end", membership.view());
        }
        return replicas.report(self, live, knows, since, hlc);
    }

    @Override
    public void install(Decision decision, boolean survivor) {
        directory.ends();
        replicas.end(decision, survivor);
        long now = ports.clock().nanos();
        replicas.begin(new Epoch(decision, self.node(), fabric, hlc, now));
        view = decision.view();
        knows = view.id();
        hlc.floor(decision.floor());
        wedgedAt = now;
        LOG.log(
                System.Logger.Level.INFO,
                "{0}{1}",
                decision.view(),
                survivor ? "" : ", joined anew");
        directory.formed(decision);
    }

    @Override
    public void out(Decision decision, boolean survivor) {
        LOG.log(System.Logger.Level.WARNING, "{0} goes on without this node", decision.view());
        directory.ends();
        replicas.end(decision, survivor);
        replicas.out();
        view = decision.view();
    }

    @Override
    public void drop(int node, String why) {
        LOG.log(System.Logger.Level.WARNING, "node {0} is {1}", node, why);
        fabric.drop(node);
        gone(node);
    }

    @Override
    public void introduce(Seat seat) {
        var member = seat.member();
        if (member.id() != self.node() && !member.equals(introduced.put(member.id(), member))) {
            fabric.introduce(new Peer(member.id(), member.address()));
        }
    }

    @Override
    public @Nullable String refusal(Hello hello) {
        boolean known = board.incarnation(hello.node()) != 0;
        return !known && board.peers().size() >= Member.MEMBERS_MAX
                ? "node %d has %d peers, the most there may be"
                        .formatted(self.node(), Member.MEMBERS_MAX)
                : null;
    }

    @Override
    public void connected(int peer, Hello hello) {
        board.connected(fabric, peer, hello.incarnation(), ports.clock().nanos());
        membership.connected();
    }

    @Override
    public void lost(int peer, String reason) {
        LOG.log(System.Logger.Level.INFO, "the way to node {0} is closed: {1}", peer, reason);
        gone(peer);
    }

    private void gone(int peer) {
        board.lost(fabric, peer);
        membership.lost(peer);
    }

    /**
     * Runs something on this agent's thread, from any thread. Returns false when it is overloaded.
     */
    boolean request(Runnable request) {
        boolean taken = requests.offer(request);
        wake();
        return taken;
    }

    /**
     * From now on the node takes no puts and, once those that it has are answered, wants to be left
     * out of the group. Any thread.
     *
     * @return done when the group goes on without this node, or there is nobody to tell
     */
    public CompletableFuture<Void> leave() {
        request(() -> {
            leaving = true;
            leavesAt = ports.clock().nanos() + LEAVE_NANOS_MAX;
            refusal = "node " + self.node() + " is about to leave the group";
        });
        return left;
    }

    /** Has every member promise this time soon; on this agent's thread. */
    void want(long micros) {
        replicas.want(micros, ports.clock().micros());
    }

    /** An agent of the node has failed: nothing is served from now on. */
    void failed(Throwable e) {
        failure = "an agent of the node failed: " + e;
        replicas.stop(failure);
    }

    /** The node table of the current view, or null; belongs to this agent. */
    public @Nullable Table nodes() {
        return replicas.nodes();
    }

    /** The newest decision about a view that this node knows of; belongs to this agent. */
    public Decision decided() {
        return membership.decided();
    }

    /** Whether the node takes part in its view; belongs to this agent. */
    public boolean running() {
        return membership.running();
    }

    /** Whether a node is a member of the current view; any thread, a moment late. */
    boolean alive(int node) {
        return view.contains(node) && (node == self.node() || board.incarnation(node) != 0);
    }

    /** The newest view that this node knows of; any thread, a moment late. */
    View view() {
        return view;
    }

    Directory directory() {
        return directory;
    }

    /** The replicas of this node by shard number; any thread. */
    ConcurrentSkipListMap<Integer, ShardReplica> replicas() {
        return replicas.all();
    }

    /** Why puts are refused; empty when they are not. Any thread. */
    String refusal() {
        var why = failure();
        return why.isEmpty() ? refusal : why;
    }

    private String failure() {
        return failure.isEmpty() ? remedies.failure() : failure;
    }

    /** Where the node is; any thread, a moment late. */
    NodeState state() {
        if (!failure().isEmpty()) {
            return new NodeState(NodeState.Phase.FAILED, view.id(), failure());
        }
        var broken = ports.shelf().broken();
        if (broken != null) {
            return new NodeState(NodeState.Phase.FAILED, view.id(), broken);
        }
        return NodeState.of(view.id(), membership, directory, replicas.all().values());
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
        replicas.close();
        fabric.close();
        left.complete(null);
    }
}
