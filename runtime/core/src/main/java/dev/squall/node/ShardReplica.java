package dev.squall.node;

import dev.squall.base.Hlc;
import dev.squall.fabric.Fabric;
import dev.squall.log.Journal;
import dev.squall.log.Soundness;
import dev.squall.order.Multicast;
import dev.squall.store.PoolSpec;
import dev.squall.store.ShardStore;
import dev.squall.store.StoreKind;
import dev.squall.table.ShardColumn;
import dev.squall.view.Holding;
import dev.squall.view.Member;
import dev.squall.view.View;
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
 * <p>In {@link Trouble} it is IMPAIRED: it takes what comes as long as it has a place, and serves
 * nothing. Steps belong to the group agent; recovery runs elsewhere and is waited for by looking.
 */
public final class ShardReplica {

    /** Where the replica is in its life. */
    public enum Phase {
        RECOVERING,
        WAITING,
        CATCHING_UP,
        READY,
        IMPAIRED,
        STOPPED
    }

    final int id;
    final int index;
    final PoolSpec pool;
    final PutQueue puts;
    final TimeWaiters waiters;
    private final ShardParts parts;
    final Loading loading;
    final Health health;
    private final Intake intake;
    private boolean exact;
    private long lastView;
    private volatile @Nullable ShardEpoch epoch;
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
        this.health = new Health(id, new Wholeness(id, persistent(), parts.marks(), parts.whole()));
        this.puts = new PutQueue(id, new Admission(pool.layout().minReplicas()));
        this.intake = new Intake(loading, puts);
        this.waiters = new TimeWaiters(parts.answers());
    }

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
        var now = phase;
        boolean apart = now == Phase.STOPPED || now == Phase.RECOVERING;
        return health.trouble.is() && !apart ? Phase.IMPAIRED : now;
    }

    /** Why it does not take puts; empty when it does. */
    public String reason() {
        var why = health.trouble.reason();
        return why.isEmpty() ? reason : why;
    }

    /** What it lacks to take puts at all, though it is ready; empty = nothing. */
    public String lacks() {
        return puts.admission().lacks();
    }

    /** The store, once recovered. */
    public @Nullable ShardStore store() {
        return loading.store();
    }

    /** The store, once it has everything; null while it is being filled. */
    @Nullable ShardStore readableStore() {
        return readable ? store() : null;
    }

    /** The time up to which its past is complete, in microseconds. */
    public long frontierTime() {
        return frontierTime;
    }

    /** The protocol's state in the current view; null between views. The group agent's. */
    public @Nullable Multicast multicast() {
        var current = epoch;
        return current == null ? null : current.multicast;
    }

    boolean persistent() {
        return pool.store() == StoreKind.PERSISTENT;
    }

    /** The journal of a persistent shard, once recovered. */
    @Nullable Journal journal() {
        return loading.journal();
    }

    @Nullable ShardEpoch epoch() {
        return epoch;
    }

    /** The shard begins in a view. */
    void begin(View view, ShardPlace place, PoolMaps.Role role, Fabric fabric) {
        var next = new ShardEpoch(parts, view, place, role, fabric, health::check, this::apply);
        lastView = view.id();
        boolean sound = health.begins(next);
        exact = next.holds() && sound;
        epoch = next;
        if (sound && phase != Phase.RECOVERING) {
            catchUp(next);
        }
    }

    private void catchUp(ShardEpoch in) {
        if (in.empty && loading.lastVersion() > 0) {
            reload(0, "drops what all the others have lost");
            return;
        }
        if (!health.mark(exact, in.view.id())) { // before anything is appended
            phase = Phase.WAITING;
            return;
        }
        var store = loading.loaded().store();
        store.madeIn(in.made);
        store.goOn(in.role.sources(), in.role.micros());
        boolean retains = !pool.dropsAnything();
        in.catchUp = new CatchUp(in.multicast, loading.log(), in.holders, retains);
        phase = Phase.CATCHING_UP;
        reason = in.catchUp.reason();
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
        long received = current == null ? -1 : current.multicast.received();
        // Who has not read its log yet cannot deliver what it has received.
        exact &= phase != Phase.RECOVERING;
        long whole = health.report(current, loading.again());
        exact &= whole != Holding.BROKEN;
        return new Holding(id, lastView, exact, whole, received, loading.lastVersion());
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
        boolean applied = trim < 0 || (exact && phase != Phase.RECOVERING);
        if (trim >= 0 && phase != Phase.RECOVERING) {
            health.settle(ended, trim);
        }
        if (ended.catchUp != null) {
            ended.catchUp.end();
        }
        intake.clear();
        epoch = null;
        if (!applied || health.lostTrack(ended)) {
            puts.lostTrack("shard " + id + ": others may have delivered what this node has not");
        }
        puts.again();
        if (health.trouble.is()) {
            puts.failAll("shard " + id + " " + reason());
            readable = false;
        }
        if (phase == Phase.READY || phase == Phase.CATCHING_UP) {
            phase = Phase.WAITING;
            reason = "waits for the next view";
        }
    }

    /** The group goes on without this node: nobody knows what became of what was sent. */
    void out(String why) {
        wedge();
        puts.failAll("shard " + id + ": " + why);
        end(-1);
        exact = false;
    }

    /** Whether nobody waits for a put, or to be filled. */
    boolean idle() {
        var current = epoch;
        return puts.isEmpty() && (current == null || current.heldElsewhere());
    }

    /**
     * Takes a turn: what came, what is to be sent, delivered and answered. Returns how much.
     *
     * @param promise the smallest promise of its members, read before
     * @param settled whether it is on disk, wherever it counts, who makes up the shard
     */
    int step(Hlc hlc, long promise, boolean settled, long now) {
        int work = phase == Phase.RECOVERING && recovered(now) ? 1 : 0;
        var current = epoch;
        if (health.step(now) && current != null && phase == Phase.WAITING) {
            catchUp(current);
        }
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
        work += repairs(current) ? 1 : 0;
        try {
            work += applies(current) ? catchUp(current, settled, now) : 0;
        } catch (Soundness.Harmed _) {
            exact = false;
            health.spoil(current); // the next turn repairs it
        }
        if (!applies(current)) {
            return work; // others go on meanwhile, as far as their rings reach
        }
        if (phase == Phase.READY && !health.trouble.is()) {
            work += puts.send(current, hlc, now);
        }
        int count = intake.full() ? 0 : health.deliver(current);
        if (count < 0) {
            exact = false;
            return work;
        }
        work += count;
        if (exact) {
            current.multicast.table().raise(ShardColumn.PERSISTED, loading.loaded().persisted());
        }
        if (phase == Phase.READY) {
            puts.answer(current);
        }
        boolean trusted = phase == Phase.READY && current.multicast.whole();
        current.frontier.step(current.multicast, trusted ? promise : 0);
        long decided = loading.loaded().store().tickets().settledBefore() - 1;
        frontierTime = Math.max(frontierTime, Math.min(current.frontier.time(), decided));
        return work;
    }

    private boolean applies(ShardEpoch current) {
        return (phase == Phase.READY || phase == Phase.CATCHING_UP) && !health.spoils(current);
    }

    /** Begins to cut the log where harm was found in it. */
    private boolean repairs(ShardEpoch current) {
        boolean has = phase == Phase.READY || phase == Phase.CATCHING_UP;
        if (!has || current.multicast.wedged()) {
            return false;
        }
        long keep = health.repair(current, loading.log());
        if (keep == CatchUp.NONE) {
            return false;
        }
        exact = false;
        return reload(keep, "cuts its log at damage, and is filled again") > 0;
    }

    private int catchUp(ShardEpoch current, boolean settled, long now) {
        var catchUp = current.catchUp;
        if (catchUp == null || current.multicast.wedged()) {
            return 0;
        }
        long excess = catchUp.excess();
        if (excess != CatchUp.NONE) {
            return reload(excess, "drops what the group never agreed on");
        }
        boolean has = catchUp.step(now);
        if (phase == Phase.READY) {
            current.catchUp = catchUp.sends() ? catchUp : null;
            return 0;
        }
        if (has && !current.holds()) {
            long upTo = intake.finish();
            has = current.filled(loading.loaded().persisted(), upTo);
        }
        if (!has || !settled) {
            reason = catchUp.reason();
            return 0;
        }
        if (!health.mark(true, current.view.id())) {
            return 0;
        }
        exact = true;
        phase = Phase.READY;
        reason = "";
        readable = true;
        return 1;
    }

    /** Drops what lies behind a version: it comes from the others, or was never agreed on. */
    private int reload(long version, String why) {
        loading.cut(version);
        frontierTime = 0; // what it said of the past may have rested on it
        readable = false;
        phase = Phase.RECOVERING;
        reason = why;
        return 1;
    }

    private String whyLate() {
        return phase == Phase.READY
                ? "shard " + id + " could not send it in time: its replicas are behind"
                : "shard " + id + " " + reason();
    }

    private boolean recovered(long now) {
        if (!health.reads(loading, now)) {
            return false;
        }
        boolean again = loading.done();
        phase = Phase.WAITING;
        reason = "waits for the next view";
        var in = epoch;
        if (in == null || health.spoils(in)) {
            return true;
        }
        if (again && in.catchUp != null) {
            in.catchUp.cut(loading.log());
            phase = Phase.CATCHING_UP;
        } else if (!in.multicast.wedged()) { // it has said nothing yet
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
        intake.take(current, exact, sequence, sender, m, at);
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
