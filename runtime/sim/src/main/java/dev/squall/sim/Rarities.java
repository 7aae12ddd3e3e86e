package dev.squall.sim;

import dev.squall.store.PoolSpec;
import dev.squall.store.StoreKind;
import java.util.List;
import java.util.StringJoiner;

/**
 * What seldom happens, and then where it hurts: several faults in the one moment that decides, and
 * a disk that does not keep what it was given. How many of each there are in a life.
 *
 * @param interregna faults while some know of the next view and others do not
 * @param gaps blackouts while a member is being filled, after which others come back late
 * @param drops pools that are deleted just before all lose their power
 * @param wipes times that a node loses its disk
 * @param flips bits that turn over on the disk of a node that is down
 * @param forgets disks that fail to sync, and then only seem to hold what they were given
 * @param tickets faults in the steps of batches over several shards
 * @param noises bits that turn over in a record on its way to a node
 * @param sicknesses disks that are full, or fail
 */
record Rarities(
        int interregna,
        int gaps,
        int drops,
        int wipes,
        int flips,
        int forgets,
        int tickets,
        int noises,
        int sicknesses) {

    /** Those of the moment that decides. */
    Rarities(int interregna, int gaps, int drops, int wipes, int flips, int forgets, int tickets) {
        this(interregna, gaps, drops, wipes, flips, forgets, tickets, 0, 0);
    }

    static Rarities draw(Chance c, int nodes, List<PoolSpec> pools) {
        boolean persistent = pools.stream().anyMatch(p -> p.store() == StoreKind.PERSISTENT);
        return new Rarities(
                c.with(0.25) ? c.between(1, 4) : 0,
                c.with(0.04) && persistent ? c.between(1, 2) : 0,
                c.with(0.04) && persistent ? c.between(1, 2) : 0,
                c.with(0.08) && nodes >= LostDisks.NODES_MIN ? c.between(1, 3) : 0,
                0,
                0,
                c.with(0.15) ? c.between(1, 4) : 0);
    }

    /** With what is wrong with disks and ways, drawn last. */
    Rarities withRot(Chance c) {
        return new Rarities(
                interregna,
                gaps,
                drops,
                wipes,
                c.with(0.12) ? c.between(1, 2) : 0,
                c.with(0.12) ? c.between(1, 3) : 0,
                tickets,
                c.with(0.08) ? c.between(1, 3) : 0,
                c.with(0.12) ? c.between(1, 2) : 0);
    }

    boolean none() {
        return interregna + gaps + drops + wipes + flips + forgets + tickets + noises + sicknesses
                == 0;
    }

    /** Those that there are, in words. */
    String describe() {
        var text = new StringJoiner(", ", ", ", "").setEmptyValue("");
        count(text, interregna, "interregna");
        count(text, gaps, "gaps");
        count(text, drops, "drops");
        count(text, wipes, "wipes");
        count(text, flips, "flips");
        count(text, forgets, "forgetful disks");
        count(text, tickets, "faults in tickets");
        count(text, noises, "noises");
        count(text, sicknesses, "sick disks");
        return text.toString();
    }

    private static void count(StringJoiner text, int count, String what) {
        if (count > 0) {
            text.add(count + " " + what);
        }
    }
}
