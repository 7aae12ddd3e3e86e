package dev.squall.sim.check;

import dev.squall.base.Version;
import dev.squall.store.StoreKind;
import java.util.List;

/**
 * "Same delivered prefix everywhere in a view": every replica has the same versions in the same
 * order with the same times and bytes, and no version is ever given to two different things. Over
 * restarts too: what a replica recovers is a part of the one order, and goes on where that ends.
 */
final class SameOrder extends Checker {

    private final Views views;

    SameOrder(Views views) {
        this.views = views;
    }

    /**
     * Finds the place of a replica's next version.
     *
     * @param all the living replicas of the shard
     * @return what the version proves to be lost, cut off the history
     */
    List<Entry> place(Replica replica, Entry entry, List<Replica> all) {
        if (replica.diverged) {
            throw violated("%s has %s, and what the others have lost".formatted(replica, entry));
        }
        if (entry.version() <= replica.lastVersion()) {
            throw violated(
                    "%s has %s after %s"
                            .formatted(replica, entry, Entry.text(replica.lastVersion())));
        }
        skipTrimmed(replica, entry);
        int i = replica.next;
        boolean other =
                i < replica.history.size() && replica.history.get(i).version() != entry.version();
        return other ? cut(replica, entry, all) : List.of();
    }

    /**
     * Whether a replica adds this to a branch of its own: all members of a volatile shard are cut
     * off and do not know yet, and the others have begun it anew. Then it has what they have lost;
     * or it had nothing when it was put out, and goes on in its view when it wakes.
     */
    boolean forsaken(Replica replica, Entry entry) {
        if (replica.store.pool().store() != StoreKind.VOLATILE) {
            return false;
        }
        if (replica.next == 0 && replica.history.size() > 0) {
            long mine = Version.view(entry.version());
            long anew = Version.view(replica.history.get(0).version());
            replica.diverged |= mine < anew && views.interrupted(replica.history.shard, mine, anew);
        }
        return replica.diverged;
    }

    /** Takes a version in. Returns whether no other replica had it before. */
    boolean take(Replica replica, Entry entry) {
        var history = replica.history;
        int i = replica.next++;
        if (i == history.size()) {
            history.add(entry);
            return true;
        }
        if (!history.get(i).equals(entry)) {
            throw violated("%s has %s, another has %s".formatted(replica, entry, history.get(i)));
        }
        return false;
    }

    /** A replica far behind may begin anew at what the others still keep. */
    private static void skipTrimmed(Replica replica, Entry entry) {
        int there = replica.history.indexOf(entry.version());
        if (there > replica.next && replica.firstVersion() == entry.version()) {
            replica.next = there;
        }
    }

    private List<Entry> cut(Replica replica, Entry entry, List<Replica> all) {
        int i = replica.next;
        var history = replica.history;
        var other = history.get(i);
        boolean later = Version.view(entry.version()) > Version.view(other.version());
        if (!later || history.indexOf(entry.version()) >= 0) {
            throw violated("%s has %s where another has %s".formatted(replica, entry, other));
        }
        long now = Version.view(entry.version());
        for (var gone : history.entries().subList(i, history.size())) {
            if (!views.interrupted(history.shard, Version.view(gone.version()), now)) {
                throw violated(
                        "%s has %s, and lost %s, though somebody always went on who had it"
                                .formatted(replica, entry, gone));
            }
        }
        for (var r : all) {
            r.diverged |= r.next > i;
        }
        return history.cut(i);
    }

    /** Finds the place of a recovered log in the history. */
    void locate(Replica replica, List<Entry> recovered) {
        if (recovered.isEmpty()) {
            return;
        }
        var history = replica.history;
        int from = Math.max(history.indexOf(recovered.getFirst().version()), 0);
        int same = 0;
        while (same < recovered.size()
                && from + same < history.size()
                && history.get(from + same).equals(recovered.get(same))) {
            same++;
        }
        replica.next = from + same;
        for (var entry : recovered.subList(same, recovered.size())) {
            if (!history.lost(entry)) {
                throw violated("%s recovered %s, which nobody had".formatted(replica, entry));
            }
            replica.diverged = true;
        }
    }
}
