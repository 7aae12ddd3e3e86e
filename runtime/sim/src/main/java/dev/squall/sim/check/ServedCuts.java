package dev.squall.sim.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * "A served cut never changes": once a replica says that its past is complete up to a time, nothing
 * comes at or below that time, at any replica and after any restart; and whoever is asked again
 * gives the same answer, unless retention took it or it was lost with every replica.
 */
final class ServedCuts extends Checker {

    /** Answers that are asked again, in each shard. */
    private static final int CUTS_MAX = 200;

    /** An answer, and the oldest version that was kept where it was given. */
    private record Served(Cut cut, long kept) {

        /** Whether it was nothing because retention had taken what another still has. */
        private boolean lacked(Cut now) {
            return cut.version() == 0 && now.version() != 0 && now.restsOn() < kept;
        }
    }

    private final Map<Integer, Long> servedUpTo = new HashMap<>();
    private final Map<Integer, List<Served>> cuts = new HashMap<>();
    private final Set<Integer> bounded = new HashSet<>();

    @Override
    void appended(Replica replica, Entry entry, boolean first) {
        if (entry.earliest() <= replica.completeMicros) {
            throw violated(
                    "%s was complete up to %d, then came %s"
                            .formatted(replica, replica.completeMicros, entry));
        }
        long served = servedUpTo.getOrDefault(replica.history.shard, 0L);
        if (first && entry.earliest() <= served) {
            throw violated(
                    "%s: reads up to %d were served, then came %s"
                            .formatted(replica, served, entry));
        }
    }

    @Override
    void served(Cut cut, Replica by) {
        if (by.diverged) {
            return; // the group has lost what this one still has, and goes on without it
        }
        if (by.store.pool().bounded()) {
            bounded.add(cut.shard());
        }
        servedUpTo.merge(cut.shard(), cut.micros(), Math::max);
        var known = cuts.computeIfAbsent(cut.shard(), _ -> new ArrayList<>());
        if (cut.known() && known.size() < CUTS_MAX) {
            known.add(new Served(cut, by.store.pool().bounded() ? by.firstVersion() : 0));
        }
    }

    @Override
    void ready(Replica replica) {
        askAgain(replica);
    }

    @Override
    void settled(ShardHistory history, List<Replica> replicas, long restMicros) {
        replicas.forEach(this::askAgain);
    }

    @Override
    void lost(ShardHistory history, List<Entry> entries) {
        servedUpTo.remove(history.shard);
        var known = cuts.getOrDefault(history.shard, new ArrayList<>());
        known.removeIf(s -> s.cut.version() != 0 && history.indexOf(s.cut.version()) < 0);
        // What was not found, or deleted, may have hung on a version that is lost now.
        long earliest = entries.stream().mapToLong(Entry::earliest).min().orElse(0);
        known.removeIf(s -> s.cut.version() == 0 && s.cut.micros() >= earliest);
        // What is lost may also have been what retention took something older for.
        known.removeIf(s -> s.cut.version() == 0 && bounded.contains(history.shard));
    }

    private void askAgain(Replica replica) {
        for (var served : cuts.getOrDefault(replica.history.shard, List.of())) {
            var cut = served.cut;
            boolean has =
                    !replica.diverged
                            && cut.version() <= replica.lastVersion()
                            && covers(replica, cut);
            var now = Cut.read(replica.store, cut.key(), cut.micros());
            boolean kept = !trimmed(replica, cut, now) && !served.lacked(now);
            if (has && !now.equals(cut) && !now.refused() && kept) {
                throw violated(
                        "%s: %s at %d was served as %s, now it is %s"
                                .formatted(
                                        replica,
                                        cut.key(),
                                        cut.micros(),
                                        cut.found(),
                                        now.found()));
            }
        }
    }

    /** Whether the replica has come as far as whoever served the cut. */
    private static boolean covers(Replica replica, Cut cut) {
        if (cut.version() != 0) {
            return true;
        }
        var history = replica.history;
        boolean behind = replica.next < history.size();
        if (behind && replica.store.pool().bounded()) {
            return false; // what it lacks may be what retention took something older for
        }
        return history.entries().subList(replica.next, history.size()).stream()
                .allMatch(e -> e.earliest() > cut.micros());
    }

    private static boolean trimmed(Replica replica, Cut cut, Cut now) {
        boolean limited = replica.store.pool().bounded();
        boolean took = cut.version() == 0 || replica.trimmed(cut.restsOn());
        return limited && now.version() == 0 && took;
    }
}
