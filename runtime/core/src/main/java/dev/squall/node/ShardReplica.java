package dev.squall.node;

import dev.squall.base.Check;
import dev.squall.base.Hlc;
import dev.squall.base.Version;
import dev.squall.fabric.Fabric;
import dev.squall.log.Journal;
import dev.squall.memory.Region;
import dev.squall.order.Fragments;
import dev.squall.order.Frontier;
import dev.squall.order.Multicast;
import dev.squall.order.MulticastLayout;
import dev.squall.store.PoolSpec;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import dev.squall.table.ShardColumn;
import dev.squall.view.Member;
import dev.squall.view.View;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * This node's replica of one shard: the chain from the ring to the store, and its life.
 *
 * <pre>
 *   RECOVERING ──► CATCHING_UP ──► READY ──► STOPPED (a member was lost, or a member's disk failed)
 * </pre>
 *
 * Steps belong to the group agent; recovery runs elsewhere and is waited for by looking.
 */
public final class ShardReplica {

    /** Where the replica is in its life. */
    public enum Phase {
        RECOVERING,
        CATCHING_UP,
        READY,
        STOPPED
    }

    final int id;
    final int index;
    final PoolSpec pool;
    final List<Member> members;
    final PutQueue puts;
    final TimeWaiters waiters;
    private final View view;
    private final int rank;
    private final Multicast multicast;
    private final Frontier frontier = new Frontier();
    private final Acknowledgements acknowledgements;
    private final CompletableFuture<Loaded> recovery;
    private @Nullable CatchUp catchUp;
    private @Nullable Journal journal;
    private volatile @Nullable ShardStore store;
    private volatile Phase phase = Phase.RECOVERING;
    private volatile String reason = "recovers its log";
    private volatile long frontierTime;
    private final Supplier<String> whyLate = this::whyLate;

    /**
     * What recovery made.
     *
     * @param store the store, its index built
     * @param journal its way to disk; null in a volatile pool
     */
    record Loaded(ShardStore store, @Nullable Journal journal) {}

    /** What a replica is made of. */
    record Parts(
            int id,
            int index,
            PoolSpec pool,
            List<Member> members,
            View view,
            int self,
            int ringBytes,
            CompletableFuture<Loaded> recovery,
            Executor answers) {}

    ShardReplica(Parts parts, Fabric fabric) {
        this.id = parts.id();
        this.index = parts.index();
        this.pool = parts.pool();
        this.members = parts.members();
        this.view = parts.view();
        this.rank = rankOf(parts.self());
        Check.that(rank >= 0, "a shard without this node as member", parts.id());
        this.recovery = parts.recovery();
        var layout = new MulticastLayout(members.size(), parts.ringBytes());
        var memory = Region.allocate(layout.bytes());
        var whole = new Fragments(members.size(), this::apply);
        this.multicast = new Multicast(layout, memory, rank, whole);
        this.puts = new PutQueue(id);
        this.acknowledgements = new Acknowledgements(id);
        this.waiters = new TimeWaiters(parts.answers());
        fabric.register(region(), memory);
    }

    /** The shard's number in the cluster. */
    public int id() {
        return id;
    }

    public PoolSpec pool() {
        return pool;
    }

    /** Its members in rank order. */
    public List<Member> members() {
        return members;
    }

    /** The number under which all members register the shard's memory; 0 is the node table's. */
    int region() {
        return id + 1;
    }

    public Phase phase() {
        return phase;
    }

    /** Why it does not take puts; empty when it does. */
    public String reason() {
        return reason;
    }

    /** The store, once recovered. */
    public @Nullable ShardStore store() {
        return store;
    }

    /** The time up to which its past is complete, in microseconds. */
    public long frontierTime() {
        return frontierTime;
    }

    /** The protocol's state; belongs to the group agent. */
    public Multicast multicast() {
        return multicast;
    }

    boolean persistent() {
        return pool.store() == StoreKind.PERSISTENT;
    }

    /** The journal of a persistent shard, once recovered. */
    @Nullable Journal journal() {
        return journal;
    }

    /**
     * Takes a turn: what came, what is to be sent, what can be delivered and answered.
     *
     * @param promise the smallest promise of its members, read before
     * @return how much work there was
     */
    int step(Hlc hlc, long promise, long now) {
        int by = multicast.wedgedBy();
        if (by >= 0) {
            stop("member " + members.get(by).id() + " has stopped serving it");
        }
        if (phase == Phase.STOPPED || (phase == Phase.RECOVERING && !recovered())) {
            puts.expire(now, whyLate);
            waiters.step(frontierTime, now);
            return 0;
        }
        int work = 0;
        if (phase == Phase.CATCHING_UP && catchUp != null && catchUp.step()) {
            catchUp = null;
            phase = Phase.READY;
            reason = "";
            multicast.table().raise(ShardColumn.READY, 1);
            work++;
        }
        if (phase == Phase.READY) {
            work += puts.send(multicast, hlc);
        }
        work += multicast.receive();
        work += multicast.deliver();
        publishPersisted();
        acknowledgements.step(multicast);
        frontier.step(multicast, phase == Phase.READY ? promise : 0);
        frontierTime = frontier.time();
        waiters.step(frontierTime, now);
        puts.expire(now, whyLate);
        return work;
    }

    private String whyLate() {
        return phase == Phase.READY
                ? "shard " + id + " could not send it in time: its replicas are behind"
                : "shard " + id + " " + reason;
    }

    private boolean recovered() {
        if (!recovery.isDone()) {
            return false;
        }
        try {
            var found = recovery.join();
            store = found.store();
            journal = found.journal();
            catchUp = new CatchUp(multicast, found.store().log());
            phase = Phase.CATCHING_UP;
            reason = catchUp.reason();
            return true;
        } catch (CompletionException e) {
            stop("cannot recover its log: " + e.getCause());
            return false;
        }
    }

    /** A whole record, in its place in the order. */
    private void apply(long sequence, int sender, MemorySegment m, long at) {
        var target = store;
        if (target == null) {
            throw new IllegalStateException("a delivery before recovery in shard " + id);
        }
        boolean mine =
                sender == rank && (RecordLayout.flags(m, at) & RecordLayout.FLAG_REPLAY) == 0;
        var outcome = target.apply(m, at, Version.of(view.id(), sequence));
        if (mine) {
            acknowledgements.delivered(puts.delivered(), outcome, sequence);
        }
    }

    private void publishPersisted() {
        var target = store;
        if (target != null) {
            long version =
                    journal == null ? target.log().lastVersion() : journal.persistedVersion();
            multicast.table().raise(ShardColumn.PERSISTED, version);
        }
    }

    /**
     * Pushes to a peer what it has not been sent.
     *
     * @param created how many shards the peer has made memory for
     * @return whether it has been sent everything now
     */
    boolean push(Fabric fabric, int peer, long created) {
        int peerRank = rankOf(peer);
        return peerRank < 0 || (created > id && multicast.push(fabric, peer, peerRank, region()));
    }

    private int rankOf(int node) {
        for (int r = 0; r < members.size(); r++) {
            if (members.get(r).id() == node) {
                return r;
            }
        }
        return -1;
    }

    /** Ends the replica's service for changes; what is stored stays readable. */
    void stop(String why) {
        if (phase != Phase.STOPPED) {
            multicast.wedge();
            phase = Phase.STOPPED;
            reason = why;
            puts.failAll("shard " + id + ": " + why);
            acknowledgements.failAll("shard " + id + ": " + why);
        }
    }
}
