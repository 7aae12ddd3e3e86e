package dev.squall.sim.check;

import dev.squall.base.Failure;
import dev.squall.log.Log;
import dev.squall.node.BatchAnswer;
import dev.squall.node.PutAnswer;
import dev.squall.node.Route;
import dev.squall.node.ShardReplica;
import dev.squall.store.ReadResult;
import dev.squall.store.ShardStore;
import dev.squall.store.StoredObject;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All checkers of a run: told what happens, they throw a {@link Violation}. */
public final class Checkers {

    /** The metadata's own shard; its listener is the node's directory, so its log is read. */
    static final int SYSTEM_SHARD = 0;

    /** Told of every version that a replica has more, for people to read. */
    public interface Watcher {
        void appended(int node, int shard, Entry entry);
    }

    private final Map<Integer, ShardHistory> histories = new TreeMap<>();
    private final Map<Integer, Map<Integer, Replica>> replicas = new TreeMap<>();
    private final Set<Subject> subjects = new LinkedHashSet<>();
    private final Views views = new Views();
    private final SameOrder order = new SameOrder(views);
    private final WholeReads wholeReads = new WholeReads();
    private final OneHistory one = new OneHistory();
    private final List<Checker> checkers =
            List.of(
                    order,
                    new Times(),
                    new AppliesOnce(),
                    new Refusals(),
                    new Sessions(),
                    new KeptCuts(),
                    new Opened(),
                    new Conditions(),
                    new ServedCuts(),
                    new Acknowledged(),
                    new Budgets(),
                    new LabelsKeep(),
                    new WholeBatches(),
                    wholeReads,
                    new Persisted(),
                    new HeldReads(),
                    new Agreed(),
                    new Tables(),
                    views,
                    new WholeObjects(),
                    one,
                    new Converged());
    private final Watcher watcher;

    public Checkers(Watcher watcher) {
        this.watcher = watcher;
    }

    /** A node begins a life: what is known of its replicas is over. */
    public void began(Subject subject) {
        subjects.add(subject);
        replicas.put(subject.node(), new TreeMap<>());
    }

    /** A node's life is over. */
    public void ended(Subject subject) {
        subjects.remove(subject);
        one.died();
        replicas.remove(subject.node());
    }

    /** A node has lost its disk: what it knew, it does not know any more. */
    public void wiped(int node) {
        views.wiped(node);
    }

    /** Whether all that is durable on a node's disk is so on that of another one that runs. */
    public boolean held(Subject subject) {
        return new Copies(replicas).held(subject);
    }

    /** A replica has stored a version, in this instant. */
    public void stored(Subject subject, ShardStore store, StoredObject object) {
        var shard = shard(subject, store.shard());
        var replica = shard == null ? null : replica(subject, shard);
        if (replica == null) {
            return;
        }
        long at = BatchLayout.record(object.memory(), object.at());
        if (replica.location(RecordLayout.version(object.memory(), at)) == Replica.NOWHERE) {
            readOn(replica); // with what came before it and nobody is told of
        }
    }

    private static @Nullable ShardReplica shard(Subject subject, int id) {
        for (var shard : subject.core().replicas()) {
            if (shard.id() == id) {
                return shard;
            }
        }
        return null;
    }

    /** A node's group agent has had a turn. */
    public void turned(Subject subject) {
        for (var shard : subject.core().replicas()) {
            var replica = replica(subject, shard);
            if (replica == null) {
                continue;
            }
            readOn(replica);
            replica.completeMicros = shard.frontierTime();
            boolean ready = shard.phase() == ShardReplica.Phase.READY;
            if (ready && !replica.ready) {
                replica.readyFrom = replica.lastVersion();
                checkers.forEach(c -> c.ready(replica));
            }
            replica.ready = ready;
        }
        forgetDropped(subject);
        var mine = List.copyOf(replicas.getOrDefault(subject.node(), Map.of()).values());
        checkers.forEach(c -> c.turned(subject, mine));
    }

    private void forgetDropped(Subject subject) {
        var known = replicas.get(subject.node());
        if (known != null) {
            known.keySet().removeIf(id -> shard(subject, id) == null);
        }
    }

    private void readOn(Replica replica) {
        var log = replica.store.log();
        long last = replica.location(replica.lastVersion());
        var memory = last == Replica.NOWHERE ? null : log.memory(last);
        long from = memory == null ? log.first() : Log.after(last, memory);
        log.visit(
                from,
                (location, m, at) -> {
                    take(replica, Entry.of(m, at), location);
                    return true;
                });
    }

    /** What is known of a replica; begins with what it has recovered. */
    private @Nullable Replica replica(Subject subject, ShardReplica shard) {
        var known = replicas.getOrDefault(subject.node(), new TreeMap<>());
        var replica = known.get(shard.id());
        var store = shard.store();
        boolean anew = replica == null || replica.store != store; // cut to what the others have
        if (anew && store != null) {
            var history = histories.computeIfAbsent(shard.id(), ShardHistory::new);
            var fresh = new Replica(subject, shard, store, history);
            known.put(shard.id(), fresh);
            recover(fresh);
            if (replica != null) {
                var before = replica;
                checkers.forEach(c -> c.cut(before, fresh));
            }
            return fresh;
        }
        return replica;
    }

    private void recover(Replica replica) {
        long view = replica.subject.core().state().view();
        // What was delivered in this very turn is taken by stored() or readOn().
        var recovered = new Reading(replica, view).entries();
        order.locate(replica, recovered);
        checkers.forEach(c -> c.recovered(replica));
    }

    private void take(Replica replica, Entry entry, long location) {
        if (order.forsaken(replica, entry)) {
            replica.locations.put(entry.version(), location);
            return;
        }
        var lost = order.place(replica, entry, living(replica.history.shard));
        if (!lost.isEmpty()) {
            checkers.forEach(c -> c.lost(replica.history, lost));
        }
        boolean first = order.take(replica, entry);
        replica.locations.put(entry.version(), location);
        checkers.forEach(c -> c.appended(replica, entry, first));
        watcher.appended(replica.subject.node(), replica.history.shard, entry);
    }

    /** Reads every record that there is, so that all that has rotted is known. */
    public void lookThrough() {
        for (var known : replicas.values()) {
            for (var replica : known.values()) {
                var log = replica.store.log();
                log.visit(log.first(), (location, m, _) -> log.soundness().record(m, location));
            }
        }
    }

    /** Whether some replica knows of harm in its log. */
    public boolean harmed() {
        return replicas.values().stream()
                .flatMap(known -> known.values().stream())
                .anyMatch(r -> r.subject.alive() && r.shard.store() == r.store && r.harmed());
    }

    private List<Replica> living(int shard) {
        var found = new ArrayList<Replica>();
        for (var known : replicas.values()) {
            var replica = known.get(shard);
            if (replica != null && replica.subject.alive()) {
                found.add(replica);
            }
        }
        return found;
    }

    /** A client asks for a put. */
    public void asked(Asked asked) {
        checkers.forEach(c -> c.asked(asked));
    }

    /** A put was answered. */
    public void answered(Asked asked, PutAnswer answer) {
        var history = histories.computeIfAbsent(answer.shard(), ShardHistory::new);
        var living = living(answer.shard());
        checkers.forEach(c -> c.answered(asked, answer, history, living));
    }

    /** A put was refused, and not with an outcome that nobody knows. */
    public void refused(Asked asked) {
        checkers.forEach(c -> c.refused(asked));
    }

    /**
     * Reads the past at a replica whose frontier has passed the time.
     *
     * @return what was found, in words
     */
    public String read(Subject subject, String key, long micros) {
        Route route;
        try {
            route = subject.core().routeAt(key, micros);
        } catch (Failure e) {
            return String.valueOf(e.getMessage());
        }
        var replica = replicas.getOrDefault(subject.node(), Map.of()).get(route.shard());
        if (replica == null || replica.diverged || route.source() >= 0) {
            return one.served(subject, key, micros);
        }
        var again = one.served(subject, key, micros);
        var cut = Cut.read(replica.store, key, micros);
        checkers.forEach(c -> c.served(cut, replica));
        return cut.found() + ", " + again;
    }

    /** A batch was answered as done. */
    public void answered(Asked asked, BatchAnswer answer) {
        wholeReads.batch(asked, answer);
    }

    /**
     * A node was read for the newest version of a key.
     *
     * @return the batch over several shards that it is of, or empty
     */
    public String newest(Subject subject, String key) {
        try {
            if (subject.core().reads().newest(key) instanceof ReadResult.Found(var object)) {
                long at = BatchLayout.record(object.memory(), object.at());
                return Entry.of(object.memory(), at).ticket();
            }
        } catch (Failure _) {
            // its shard has moved on
        }
        return "";
    }

    /**
     * A node was read for the newest version of a key, after a part of a ticket had been seen.
     * Whoever is cut off from the group, or is being filled, is a reader of the past.
     */
    public void newestAfter(String ticket, Subject subject, String key) {
        if (subject.core().state().view() != newestView()) {
            return;
        }
        try {
            var route = subject.core().route(key);
            boolean all = route.source() < 0 || reads(subject, route.source());
            if (all && reads(subject, route.shard())) {
                var found = subject.core().reads().newestOrDeleted(key);
                if (found == null && route.pool().bounded()) {
                    return; // dropped since
                }
                long newest = found == null ? 0 : found.version();
                wholeReads.readAfter(ticket, route.shard(), key, newest);
            }
        } catch (Failure _) {
            // nothing was read
        }
    }

    private boolean reads(Subject subject, int shard) {
        var replica = replicas.getOrDefault(subject.node(), Map.of()).get(shard);
        return replica != null
                && replica.shard.phase() == ShardReplica.Phase.READY
                && replica.shard.store() == replica.store;
    }

    private long newestView() {
        return replicas.values().stream()
                .flatMap(all -> all.values().stream())
                .mapToLong(r -> r.subject.core().state().view())
                .max()
                .orElse(0);
    }

    /**
     * Everything has come to rest, and all members are there.
     *
     * @param restMicros since when, by the slowest wall clock
     */
    public void settled(long restMicros) {
        for (var history : histories.values()) {
            var living = living(history.shard);
            if (!living.isEmpty()) {
                checkers.forEach(c -> c.settled(history, living, restMicros));
            }
        }
        one.settled(subjects, this::living);
    }
}
