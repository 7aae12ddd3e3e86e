package dev.squall.sim.check;

import dev.squall.base.Failure;
import dev.squall.base.Key;
import dev.squall.node.NodeCore;
import dev.squall.node.PutAnswer;
import dev.squall.node.Route;
import dev.squall.store.Outcome;
import dev.squall.store.PoolSpec;
import dev.squall.store.ReadResult;
import dev.squall.store.StoreKind;
import dev.squall.store.StoredObject;
import dev.squall.wire.LabelLayout;
import dev.squall.wire.RecordLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * "A key has one history", though it moves from shard to shard: its versions and times grow over
 * all of them, conditions hold across a move, a producer's number applies once in all of them, the
 * newest version is found everywhere, and a past that was served is served alike by whichever map.
 */
final class OneHistory extends Checker {

    /** Answers about the past that are asked again. */
    private static final int CUTS_MAX = 400;

    /** A version and where it was put. */
    private record Made(int shard, Entry.Item item, boolean bounded) {}

    /** A producer's number, and where it was applied. */
    private record Once(int shard, Entry entry) {}

    /** What was served; version 0 = nothing. */
    private record Past(String key, long micros, int shard, long version, boolean bounded) {}

    /**
     * To be looked at when everything rests: a shard that takes nothing any more says only then
     * what of it was never agreed on.
     */
    private record Suspect(PoolSpec pool, Consumer<Living> look) {}

    private final Map<String, TreeMap<Long, Made>> made = new HashMap<>();
    private final Map<String, Once> producers = new HashMap<>();
    private final List<Past> past = new ArrayList<>();
    private final List<Suspect> suspects = new ArrayList<>();
    private final Set<String> forsaken = new HashSet<>();
    private boolean died;

    /** A node is gone, with all that it had in memory alone. */
    void died() {
        died = true;
    }

    /** Whether something of a pool may be lost that nobody has promised to keep. */
    private boolean mayBeLost(PoolSpec pool) {
        return forsaken.contains(pool.name()) || (died && pool.store() != StoreKind.PERSISTENT);
    }

    private static String id(String pool, Entry entry) {
        return pool + " " + entry.producer();
    }

    @Override
    void appended(Replica replica, Entry entry, boolean first) {
        int shard = replica.history.shard;
        boolean put = !entry.imported() && !entry.chunk() && shard != Checkers.SYSTEM_SHARD;
        if (!first || !put) {
            return;
        }
        boolean bounded = replica.store.pool().bounded();
        entry.objects().forEach(item -> put(replica, new Made(shard, item, bounded)));
        if (!entry.producer().isEmpty()) {
            var twice =
                    producers.put(id(replica.store.pool().name(), entry), new Once(shard, entry));
            boolean known = twice != null && !isSame(twice.entry, entry);
            if (known && twice.shard != shard && !isAnew(replica, twice.shard)) {
                var again = new Once(shard, entry);
                suspects.add(
                        new Suspect(replica.store.pool(), living -> twice(twice, again, living)));
            }
        }
    }

    /** Each shard that a ticket names has a part of it. */
    private static boolean isSame(Entry one, Entry other) {
        return one.equals(other)
                || (!one.ticket().isEmpty() && one.ticket().equals(other.ticket()));
    }

    private void put(Replica replica, Made now) {
        var versions = made.computeIfAbsent(now.item.key(), _ -> new TreeMap<>());
        var lower = versions.lowerEntry(now.item.version());
        var before = lower == null ? null : lower.getValue();
        versions.put(now.item.version(), now);
        if (before != null && before.shard != now.shard && !isAnew(replica, before.shard)) {
            suspects.add(new Suspect(replica.store.pool(), living -> across(now, living)));
        }
    }

    private void twice(Once first, Once again, Living living) {
        boolean both =
                isHeld(first.shard, first.entry.version(), living)
                        && isHeld(again.shard, again.entry.version(), living);
        if (both) {
            throw violated("%s, and again %s".formatted(first, again));
        }
    }

    /** What was there before is what has not been lost since, as it may. */
    private void across(Made now, Living living) {
        var versions = made.getOrDefault(now.item.key(), new TreeMap<>());
        var lower = versions.lowerEntry(now.item.version());
        if (lower != null && lower.getValue().shard != now.shard && held(now, living)) {
            across(lower.getValue(), now);
        }
    }

    /** Whether the pool has been made anew since it had a shard, or may have lost what it held. */
    private boolean isAnew(Replica replica, int shard) {
        var core = replica.subject.core();
        return mayBeLost(replica.store.pool())
                || !core.pools().shards(replica.store.pool().name()).contains(shard);
    }

    private void across(Made before, Made now) {
        long there = before.item.delete() ? 0 : before.item.version();
        long expected = now.item.expected();
        boolean met = expected == RecordLayout.ANY || expected == there;
        if (!met && !now.bounded) {
            throw violated(
                    "%s required %s, but %s was there"
                            .formatted(now, Entry.text(expected), before));
        }
        if (!before.item.delete() && now.item.timestamp() <= before.item.timestamp()) {
            throw violated("after %s comes %s".formatted(before, now));
        }
    }

    @Override
    void answered(Asked asked, PutAnswer answer, ShardHistory history, List<Replica> replicas) {
        if (answer.outcome() instanceof Outcome.Repeated(long version, long timestamp)
                && !asked.changes().isEmpty()) {
            var versions = made.getOrDefault(asked.changes().getFirst().key(), new TreeMap<>());
            var first = versions.get(version);
            if (first != null && first.item.timestamp() != timestamp) {
                throw violated("%s was answered %s, it is %s".formatted(asked, answer, first));
            }
        }
    }

    @Override
    void lost(ShardHistory history, List<Entry> entries) {
        for (var entry : entries) {
            for (var item : entry.objects()) {
                var pool = Key.pool(item.key());
                forsaken.add(pool);
                var versions = made.get(item.key());
                if (versions != null && !entry.imported()) {
                    versions.remove(item.version());
                    producers.remove(id(pool, entry));
                }
            }
        }
    }

    /** A past was served, by whichever map. */
    String served(Subject subject, String key, long micros) {
        try {
            var core = subject.core();
            var route = core.routeAt(key, micros);
            var result = core.reads().settled(key, micros);
            boolean bounded = route.pool().bounded();
            boolean dropped = bounded && version(result) == 0; // or may have been, and come back
            if (past.size() < CUTS_MAX && known(result) && !dropped) {
                past.add(new Past(key, micros, route.shard(), version(result), bounded));
            }
            return "served as " + text(result);
        } catch (Failure e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Whether it says what was; not that it is gone, or was: a delete may be lost. */
    private static boolean known(ReadResult result) {
        return switch (result) {
            case ReadResult.Found _ -> true;
            case ReadResult.Missing(var why) ->
                    why == ReadResult.Why.NO_KEY || why == ReadResult.Why.NOT_YET;
        };
    }

    private static String text(ReadResult result) {
        return switch (result) {
            case ReadResult.Found(var object) -> Entry.text(object.version());
            case ReadResult.Missing(var why) -> why.toString();
        };
    }

    private static long version(ReadResult result) {
        return result instanceof ReadResult.Found(var object) ? object.version() : 0;
    }

    /** The living replicas of a shard. */
    interface Living {
        List<Replica> of(int shard);
    }

    /**
     * Everything has come to rest. What no replica has any more is lost: whether it may be is for
     * others to say.
     */
    void settled(Collection<Subject> subjects, Living living) {
        made.values()
                .forEach(
                        versions -> versions.entrySet().removeIf(e -> !held(e.getValue(), living)));
        suspects.stream().filter(s -> !mayBeLost(s.pool)).forEach(s -> s.look.accept(living));
        suspects.clear();
        past.removeIf(p -> p.version != 0 && !held(p, living));
        for (var subject : subjects) {
            made.forEach((key, versions) -> newest(subject.core(), subject, key, versions));
            past.removeIf(p -> gone(subject.core(), p));
            past.forEach(p -> askAgain(subject, p));
        }
    }

    private static boolean held(Made made, Living living) {
        return isHeld(made.shard, made.item.version(), living);
    }

    private static boolean isHeld(int shard, long version, Living living) {
        return living.of(shard).stream().anyMatch(r -> r.location(version) != Replica.NOWHERE);
    }

    private boolean held(Past p, Living living) {
        var versions = made.getOrDefault(p.key, new TreeMap<>());
        var version = versions.get(p.version);
        return version != null && held(version, living);
    }

    private static boolean gone(NodeCore core, Past p) {
        return !core.pools().shards(Key.pool(p.key)).contains(p.shard);
    }

    private void newest(
            NodeCore core, Subject subject, String key, NavigableMap<Long, Made> versions) {
        var shards = core.pools().shards(Key.pool(key));
        versions.values().removeIf(v -> !shards.contains(v.shard)); // the pool was made anew
        var last = versions.lastEntry();
        var route = route(core, key);
        if (last == null || route == null || mayBeLost(route.pool())) {
            return;
        }
        var wanted = last.getValue();
        var found = core.reads().newestOrDeleted(key);
        if (!same(wanted, found)) {
            throw violated(
                    "node %d: the newest of %s is %s, found is %s"
                            .formatted(
                                    subject.node(),
                                    key,
                                    wanted,
                                    found == null
                                            ? "nothing"
                                            : Entry.of(found.memory(), found.at())));
        }
    }

    private static boolean same(Made wanted, @Nullable StoredObject found) {
        if (found == null) {
            return wanted.bounded || wanted.item.delete();
        }
        // A replica that was filled since has it as it was carried forward, and never had it else;
        // and so another shard may have taken it over.
        boolean copy =
                LabelLayout.isKept(found.memory(), found.at())
                        || RecordLayout.imported(found.memory(), found.at());
        boolean carried = copy && found.version() > wanted.item.version();
        return carried || found.version() == wanted.item.version();
    }

    private static @Nullable Route route(NodeCore core, String key) {
        try {
            var route = core.route(key);
            return route.local() ? route : null;
        } catch (Failure _) {
            return null;
        }
    }

    private void askAgain(Subject subject, Past p) {
        var core = subject.core();
        long now;
        try {
            var route = core.routeAt(p.key, p.micros);
            if (!route.local() || mayBeLost(route.pool())) {
                return;
            }
            now = version(core.reads().settled(p.key, p.micros));
        } catch (Failure _) {
            return;
        }
        boolean took = p.bounded && now == 0;
        if (now != p.version && !took) {
            throw violated(
                    "node %d: %s at %d was served as %s, now it is %s"
                            .formatted(
                                    subject.node(),
                                    p.key,
                                    p.micros,
                                    Entry.text(p.version),
                                    Entry.text(now)));
        }
    }
}
