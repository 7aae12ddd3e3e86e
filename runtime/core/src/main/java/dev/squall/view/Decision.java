package dev.squall.view;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the majority of a view has decided about its end: who is in the next one, and what everybody
 * had. From the reports follows, the same for everyone, up to where each shard is delivered (the
 * ragged trim) and who holds what.
 *
 * @param view the next view
 * @param previous the id of the view that it follows
 * @param metadata node ids of those whose log of the system shard is what was agreed on
 * @param reports of members of either view
 */
public record Decision(View view, long previous, List<Integer> metadata, List<Report> reports) {

    /** The trim of a shard of which nothing was under way. */
    public static final long NOTHING = -1;

    public Decision {
        metadata = List.copyOf(metadata);
        reports = List.copyOf(reports);
    }

    /** Before anything was decided: the configured members. */
    public static Decision configured(List<Member> members) {
        return new Decision(View.configured(members), -1, List.of(), List.of());
    }

    /** The report of a node, or null. */
    public @Nullable Report report(int node) {
        for (var r : reports) {
            if (r.node() == node) {
                return r;
            }
        }
        return null;
    }

    /** All messages of the next view are stamped above, and so is what is promised in it. */
    public long floor() {
        return reports.stream().mapToLong(Report::floor).max().orElse(0);
    }

    /**
     * A time that no version of earlier views is later than, in any shard of which somebody
     * reported who held it, and up to which nothing was promised to readers either.
     */
    public long boundary() {
        return reports.stream().mapToLong(r -> Math.max(r.floor(), r.latest())).max().orElse(0);
    }

    /** Whether a batch over several shards may be open in a shard, as somebody reported. */
    public boolean busy(int shard) {
        return reports.stream().anyMatch(r -> r.busy().contains(shard));
    }

    /**
     * Whose log of a shard is what the shard agreed on, so that the others are filled from it; by
     * which rules, {@link Sources} says.
     *
     * @param shard the shard
     * @param last where it was before
     * @return node ids with a seat in the next view; empty when nobody is left who holds it
     */
    public List<Integer> holders(int shard, Held last) {
        return new Sources(this, shard, last).nodes();
    }

    /** Whether a node could hold a shard: it has not said that its disk does not let it. */
    public boolean able(int node, int shard) {
        var r = report(node);
        var h = r == null ? null : r.holding(shard);
        return h == null || h.whole() != Holding.BROKEN;
    }

    /** The members of the next view that could hold a shard. */
    public List<Member> able(int shard) {
        return view.members().stream().filter(m -> able(m.id(), shard)).toList();
    }

    /**
     * Who has the most of a shard, when nobody is left who held all of it: what was in memory
     * alone.
     *
     * @return node ids with a seat in the next view; empty when nobody has anything
     */
    public List<Integer> remains(int shard, Held last) {
        var left = new ArrayList<Integer>();
        long most = 0;
        for (var e : new Sources(this, shard, last).members().entrySet()) {
            long has = e.getValue().lastVersion();
            if (has > most) {
                most = has;
                left.clear();
            }
            if (has == most && most > 0) {
                left.add(e.getKey());
            }
        }
        return left;
    }

    /**
     * Where a shard was.
     *
     * @param members the node ids of those who made it up
     * @param holders those of them who held it when that began; the others were to be filled
     * @param placed the view in which it began there
     * @param made the view in which the shard was made: a disk that does not know it is another
     * @param memory of a shard that is in memory alone, the view in which it began there: who has
     *     died since then has lost what it held; null = it is on disk
     */
    public record Held(
            List<Integer> members,
            List<Integer> holders,
            long placed,
            long made,
            @Nullable View memory) {

        /** Whether what a member held outlives it. */
        boolean lasting() {
            return memory == null;
        }

        /** Whether a member still has what it held when the shard began there. */
        boolean remembers(Report r) {
            return memory == null
                    ? r.since() <= placed && r.knows() >= made
                    : memory.seats(r.node(), r.incarnation());
        }
    }

    /**
     * Up to where the messages of a shard are delivered in the view that ends: what all hold who
     * took part in it to the last. Nobody can have delivered more, for a message is delivered only
     * when every member has published that it holds it, and they publish nothing any more.
     *
     * @param shard the shard
     * @param view the view that ends
     * @return the place in the total order before which all is delivered, or {@link #NOTHING}
     */
    public long trim(int shard, long view) {
        long trim = Long.MAX_VALUE;
        for (var r : reports) {
            var h = r.holding(shard);
            if (h != null && r.live() && h.view() == view && h.received() >= 0) {
                trim = Math.min(trim, h.received());
            }
        }
        return trim == Long.MAX_VALUE ? NOTHING : trim;
    }
}
