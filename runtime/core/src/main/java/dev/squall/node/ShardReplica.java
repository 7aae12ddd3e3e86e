package dev.squall.node;

import dev.squall.base.Hlc;
import dev.squall.base.Version;
import dev.squall.fabric.Fabric;
import dev.squall.log.Journal;
import dev.squall.order.Multicast;
import dev.squall.store.Outcome;
import dev.squall.store.PoolSpec;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import dev.squall.table.ShardColumn;
import dev.squall.view.Holding;
import dev.squall.view.Member;
import dev.squall.view.View;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * This node's replica of one shard: its store, the puts that wait for it, and the chain between
 * them, which is made anew with every view (see {@link ShardEpoch}).
 *
 * <pre>
 *   RECOVERING ──► WAITING ──► CATCHING_UP ──► READY
 *                     ▲             │            │
 *                     └── the view ends ─────────┘          STOPPED: it is not held here any more
 * </pre>
 *
 * Steps belong to the group agent; recovery runs elsewhere and is waited for by looking.
 */
public final class ShardReplica {

    /** Where the replica is in its life. */
    public enum Phase {
        /** Reads its log. */
        RECOVERING,
        /** Waits for the next view. */
        WAITING,
        /** Its members come to the same log. */
        CATCHING_UP,
        /** Takes puts. */
        READY,
        /** Is not held here any more. */
        STOPPED
    }

    final int id;
    final int index;
    final PoolSpec pool;
    final PutQueue puts;
    final TimeWaiters waiters;
    private final ShardParts parts;
    private final Loading loading;
    private final Wholeness whole;
    private final Backfill backfill = new Backfill();
    private boolean exact;
    private long filledAt = -1;
    private long lastView;
    private @Nullable Journal journal;
    private volatile @Nullable ShardEpoch epoch;
    private volatile @Nullable ShardStore store;
    private volatile Phase phase = Phase.RECOVERING;
    private volatile String reason = "recovers its log";
    private volatile long frontierTime;
    private volatile boolean readable;
    private final Supplier<String> whyLate = this::whyLate;

    ShardReplica(ShardParts parts) {
        this.id = parts.id();
        this.index = parts.index();
        this.pool = parts.pool();
        this.parts = parts;
        this.loading = new Loading(parts);
        this.whole = new Wholeness(id, persistent(), parts.marks(), parts.whole());
        this.puts = new PutQueue(id, new Admission(pool.layout().minReplicas()));
        this.waiters = new TimeWaiters(parts.answers());
    }

    /** The shard's number in the cluster. */
    public int id() {
        return id;
    }

    public PoolSpec pool() {
        return pool;
    }

    /** Its members in the current view, in rank order; empty between views. */
    public List<Member> members() {
        var current = epoch;
        return current == null ? List.of() : current.members;
    }

    public Phase phase() {
        return phase;
    }

    /** Why it does not take puts; empty when it does. */
    public String reason() {
        return reason;
    }

    /** What it lacks to take puts at all, though it is ready; empty = nothing. */
    public String lacks() {
        return puts.admission().lacks();
    }

    /** The store, once recovered. */
    public @Nullable ShardStore store() {
        return store;
    }

    /** The store, once it has everything; null while it is being filled. */
    @Nullable ShardStore readableStore() {
        return readable ? store : null;
    }

    /** The time up to which its past is complete, in microseconds. */
    public long frontierTime() {
        return frontierTime;
    }

    /** The protocol's state in the current view; null between views. Belongs to the group agent. */
    public @Nullable Multicast multicast() {
        var current = epoch;
        return current == null ? null : current.multicast;
    }

    boolean persistent() {
        return pool.store() == StoreKind.PERSISTENT;
    }

    /** The journal of a persistent shard, once recovered. */
    @Nullable Journal journal() {
        return journal;
    }

    @Nullable ShardEpoch epoch() {
        return epoch;
    }

    /** The shard begins in a view. */
    void begin(View view, ShardPlace place, Fabric fabric) {
        var next = new ShardEpoch(parts, view, place, fabric, this::apply);
        lastView = view.id();
        exact = next.holds();
        epoch = next;
        if (phase != Phase.RECOVERING) {
            catchUp(next);
        }
    }

    private void catchUp(ShardEpoch in) {
        whole.begin(exact, in.view.id()); // before anything is appended
        loaded().madeIn(in.made);
        boolean retains = !pool.retention().dropsAnything();
        in.catchUp = new CatchUp(in.multicast, loaded().log(), in.holders, retains);
        phase = Phase.CATCHING_UP;
        reason = in.catchUp.reason();
    }

    private ShardStore loaded() {
        var target = store;
        if (target == null) {
            throw new IllegalStateException("shard " + id + " has not recovered yet");
        }
        return target;
    }

    /** The view is about to end: nothing more happens in it. */
    void wedge() {
        if (epoch != null) {
            epoch.wedge();
        }
    }

    /** What this replica has, once its view has ended. */
    Holding holding() {
        var current = epoch;
        var held = store;
        long last =
                held == null || loading.again() ? loading.lastVersion() : held.log().lastVersion();
        long received = current == null ? -1 : current.multicast.received();
        // Who has not read its log yet cannot deliver what it has received.
        exact &= phase != Phase.RECOVERING;
        return new Holding(id, lastView, exact, loading.again() ? 0 : whole.view(), received, last);
    }

    /**
     * The view has ended.
     *
     * @param trim up to where this node delivers what it has received; -1 = it does not
     */
    void end(long trim) {
        var ended = epoch;
        if (ended == null) {
            return;
        }
        if (trim >= 0 && phase != Phase.RECOVERING) {
            ended.multicast.settle(trim);
        }
        if (ended.catchUp != null) {
            ended.catchUp.end();
        }
        backfill.clear();
        filledAt = -1;
        epoch = null;
        puts.again();
        if (phase == Phase.READY || phase == Phase.CATCHING_UP) {
            phase = Phase.WAITING;
            reason = "waits for the next view";
        }
    }

    /** The group goes on without this node: nobody knows what became of what was sent. */
    void out(String why) {
        wedge();
        end(-1);
        exact = false;
        puts.failAll("shard " + id + ": " + why);
    }

    /** Refuses the puts that wait: the view does not change in good time. */
    void refuse(String why) {
        puts.refuse(why);
    }

    /** Whether nobody waits for a put, or to be filled. */
    boolean idle() {
        var current = epoch;
        return puts.isEmpty() && (current == null || current.heldElsewhere());
    }

    /**
     * Takes a turn: what came, what is to be sent, what can be delivered and answered.
     *
     * @param promise the smallest promise of its members, read before
     * @param settled whether it is on disk, wherever it counts, who makes up the shard
     */
    int step(Hlc hlc, long promise, boolean settled, long now) {
        int work = phase == Phase.RECOVERING && recovered() ? 1 : 0;
        var current = epoch;
        if (current != null && phase != Phase.STOPPED) {
            work += step(current, hlc, promise, settled, now);
        }
        waiters.step(frontierTime, now);
        puts.expire(now, whyLate);
        return work;
    }

    private int step(ShardEpoch current, Hlc hlc, long promise, boolean settled, long now) {
        int work = current.multicast.receive();
        current.count();
        work += phase == Phase.RECOVERING ? 0 : catchUp(current, settled, now);
        if (phase == Phase.RECOVERING) {
            return work; // others go on meanwhile, as far as their rings reach
        }
        if (phase == Phase.READY) {
            work += puts.send(current, hlc, now);
        }
        if (!backfill.full()) {
            work += current.multicast.deliver();
        }
        if (exact) {
            current.multicast.table().raise(ShardColumn.PERSISTED, persisted());
        }
        if (phase == Phase.READY) {
            puts.answer(current);
        }
        boolean trusted = phase == Phase.READY && current.multicast.whole();
        current.frontier.step(current.multicast, trusted ? promise : 0);
        long decided = loaded().tickets().settledBefore() - 1;
        frontierTime = Math.max(frontierTime, Math.min(current.frontier.time(), decided));
        return work;
    }

    private int catchUp(ShardEpoch current, boolean settled, long now) {
        var catchUp = current.catchUp;
        if (catchUp == null || current.multicast.wedged()) {
            return 0;
        }
        long excess = catchUp.excess();
        if (excess != CatchUp.NONE) {
            reload(excess);
            return 1;
        }
        boolean has = catchUp.step(now);
        if (phase == Phase.READY) {
            current.catchUp = catchUp.sends() ? catchUp : null;
            return 0;
        }
        if (!has || !(current.holds() || filled(current)) || !settled) {
            reason = catchUp.reason();
            return 0;
        }
        whole.whole(current.view.id());
        exact = true;
        phase = Phase.READY;
        reason = "";
        readable = true;
        return 1;
    }

    /**
     * Everything old is here, so what is new is applied. Returns true once both are on disk, and
     * everybody waits for this member before something is called durable.
     */
    private boolean filled(ShardEpoch current) {
        if (filledAt < 0) {
            backfill.drain(this::applyNow);
            filledAt = loaded().log().lastVersion();
        }
        if (persisted() >= filledAt) {
            current.multicast.table().raise(ShardColumn.PERSISTED, persisted());
            current.multicast.table().raise(ShardColumn.FILLED, 1);
        }
        return current.countedByAll();
    }

    private long persisted() {
        return journal == null ? loaded().log().lastVersion() : journal.persistedVersion();
    }

    /** Drops what lies behind a version: the others have never agreed on it. */
    private void reload(long version) {
        loading.cut(new ShardParts.Loaded(loaded(), journal), version);
        journal = null;
        frontierTime = 0; // what it said of the past may have rested on it
        readable = false;
        phase = Phase.RECOVERING;
        reason = "drops what the group never agreed on";
    }

    private String whyLate() {
        return phase == Phase.READY
                ? "shard " + id + " could not send it in time: its replicas are behind"
                : "shard " + id + " " + reason;
    }

    private boolean recovered() {
        var found = loading.poll();
        if (found == null) {
            reason = loading.failure().isEmpty() ? reason : loading.failure();
            return false;
        }
        store = found.store();
        journal = found.journal();
        boolean again = loading.done();
        phase = Phase.WAITING;
        reason = "waits for the next view";
        var in = epoch;
        if (in != null && again && in.catchUp != null) {
            in.catchUp.cut(found.store().log());
            phase = Phase.CATCHING_UP;
        } else if (in != null && !in.multicast.wedged()) { // it goes on, and has said nothing yet
            catchUp(in);
        }
        return true;
    }

    /** A whole record, in its place in the order. */
    private void apply(long sequence, int sender, MemorySegment m, long at) {
        var current = epoch;
        if (current == null) {
            throw new IllegalStateException("a delivery between views in shard " + id);
        }
        boolean old = (RecordLayout.flags(m, at) & RecordLayout.FLAG_REPLAY) != 0;
        if (!old && !exact && filledAt < 0) {
            backfill.keep(sequence, m, at);
            return;
        }
        var outcome = applyNow(sequence, m, at);
        if (!old && sender == current.rank) {
            puts.delivered(outcome, sequence);
        }
    }

    private Outcome applyNow(long sequence, MemorySegment m, long at) {
        return loaded().apply(m, at, Version.of(lastView, sequence));
    }

    /** Pushes to a peer what it has not been sent (see {@link ShardEpoch#push}). */
    boolean push(Fabric fabric, int peer, long created) {
        var current = epoch;
        return current == null || current.push(fabric, peer, created);
    }

    /** Ends the replica; what is stored stays readable to whoever has it in hand. */
    void stop(String why) {
        if (phase != Phase.STOPPED) {
            wedge();
            phase = Phase.STOPPED;
            reason = why;
            puts.failAll("shard " + id + ": " + why);
        }
    }
}
