package dev.squall.node;

import dev.squall.base.Check;
import dev.squall.fabric.Fabric;
import dev.squall.order.DeliverySink;
import dev.squall.order.Fragments;
import dev.squall.order.Frontier;
import dev.squall.order.Multicast;
import dev.squall.order.MulticastLayout;
import dev.squall.table.ShardColumn;
import dev.squall.view.Member;
import dev.squall.view.View;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One shard in one view: its members, their multicast, and how they come to the same log. Made anew
 * with every view; its memory stays registered until every peer has left the view too.
 *
 * <p>Belongs to the group agent; others may look.
 */
final class ShardEpoch {

    /** Shards of a cluster, and the node table: 2^13 regions in a view. */
    private static final int SHARD_BITS = 13;

    /** Looks at each message before it is delivered. */
    interface Arrival {

        /** Throws when the message is not what was sent; nothing is delivered from then on. */
        void check(ShardEpoch in, long sequence, MemorySegment ring, long at);
    }

    /** Views whose regions are told apart; nobody lags that far behind. */
    private static final long VIEW_MASK = (1 << 17) - 1;

    private final int shard;
    final View view;

    /** The view in which the shard was made, or began anew. */
    final long made;

    /** Whether it begins with nothing in it. */
    final boolean empty;

    /** What the shard is in this view. */
    final PoolMaps.Role role;

    final List<Member> members;
    final List<Integer> holders;
    private final List<Member> senders;
    private final Arrival arrival;
    private final DeliverySink sink;
    private final DeliverySink joined;
    private final BlockAreas areas;

    /** The members' ranks in the view. */
    final int[] viewRanks;

    final int rank;
    final int region;
    final Multicast multicast;
    final Frontier frontier = new Frontier();
    private final boolean[] holder;
    @Nullable CatchUp catchUp;

    /**
     * Makes the shard's memory and lets the peers write into it.
     *
     * @param parts the replica, of which this is a part
     * @param view the view
     * @param place who makes up the shard in it
     * @param role what the shard is in it
     * @param arrival refuses a message that is not what was sent
     * @param sink takes what is delivered
     */
    ShardEpoch(
            ShardParts parts,
            View view,
            ShardPlace place,
            PoolMaps.Role role,
            Fabric fabric,
            Arrival arrival,
            DeliverySink sink) {
        this.shard = parts.id();
        this.role = role;
        this.view = view;
        this.made = place.made();
        this.empty = place.empty();
        this.members = place.members();
        this.rank = rankOf(parts.self());
        Check.that(rank >= 0, "a shard without this node as member", shard);
        this.senders = place.sending();
        this.holders = place.holders().stream().map(this::rankOf).sorted().toList();
        this.holder = new boolean[members.size()];
        holders.forEach(r -> holder[r] = true);
        this.viewRanks = members.stream().mapToInt(m -> view.rank(m.id())).toArray();
        this.region = region(view, shard + 1);
        var senders = place.senders().stream().map(this::rankOf).sorted().toList();
        var layout = new MulticastLayout(members.size(), senders, parts.ringBytes());
        MemorySegment memory = fabric.allocate(layout.bytes());
        this.arrival = arrival;
        this.sink = sink;
        this.joined = new Fragments(members.size(), sink);
        this.areas = new BlockAreas(fabric, view, shard);
        this.multicast =
                new Multicast(layout, memory, rank, this::arrived, parts.pipeline(), areas);
        fabric.register(region, memory);
    }

    /** A message is at every member: it is looked at, and taken when it completes a record. */
    private void arrived(long sequence, int sender, MemorySegment ring, long at) {
        arrival.check(this, sequence, ring, at);
        if (RecordLayout.kind(ring, at) != RecordLayout.KIND_BLOCKS) {
            joined.deliver(sequence, sender, ring, at);
            return;
        }
        multicast
                .pipelines()
                .deliver(
                        sender,
                        ring,
                        at,
                        (area, place) -> arrival.check(this, sequence, area, place),
                        (area, place) -> sink.deliver(sequence, sender, area, place));
    }

    /** The view has ended: the memory stays until every peer has left it, too. */
    void retire(Regions regions) {
        regions.retire(view.id(), region);
        areas.retire(regions);
    }

    /** The number under which all members of a view register something; 0 is the node table. */
    static int region(View view, int index) {
        return (int) (view.id() & VIEW_MASK) << SHARD_BITS | index;
    }

    boolean holds() {
        return holders.contains(rank);
    }

    /** Those who send, in rank order. */
    List<Member> senders() {
        return senders;
    }

    /** Whether this member is the first of those who send. */
    boolean sendsFirst() {
        return senders.getFirst().id() == members.get(rank).id();
    }

    /** Node ids of those who hold the shard, or have been filled, as everybody has noticed. */
    List<Integer> whole() {
        var whole = new ArrayList<Integer>();
        for (int r = 0; r < members.size(); r++) {
            if (holder[r] || countedByAll(r)) {
                whole.add(members.get(r).id());
            }
        }
        return whole;
    }

    /**
     * Pushes to a peer what it has not been sent.
     *
     * @param created how many shards the peer has made memory for
     * @return whether it has been sent everything now
     */
    boolean push(Fabric fabric, int peer, long created) {
        int to = rankOf(peer);
        return to < 0 || (created > shard && multicast.push(fabric, peer, to, region));
    }

    int rankOf(int node) {
        for (int r = 0; r < members.size(); r++) {
            if (members.get(r).id() == node) {
                return r;
            }
        }
        return -1;
    }

    /**
     * Takes notice of members that have been filled: from now on what is durable is so at them too.
     * They count themselves as holders only when everybody has (see {@link #countedByAll}), or
     * something could be called durable that no disk has which survives.
     */
    void count() {
        var table = multicast.table();
        for (int r = 0; r < table.rows(); r++) {
            if (holder[r] || table.get(r, ShardColumn.FILLED) != 0) {
                table.raise(ShardColumn.counted(r, table.rows()), 1);
            }
        }
    }

    private boolean counts(int member) {
        int column = ShardColumn.counted(member, members.size());
        return holder[member] || multicast.table().mine(column) != 0;
    }

    /** Whether this member can be spared: another one has everything, or there is no other. */
    boolean heldElsewhere() {
        var table = multicast.table();
        for (int r = 0; r < table.rows(); r++) {
            if (r != rank && counts(r)) {
                return true;
            }
        }
        return table.rows() == 1;
    }

    /** Whether the shard can do without this member: another one has everything. */
    boolean heldByOthers() {
        return members.size() > 1 && heldElsewhere();
    }

    /**
     * This member has everything up to a version. Returns true once that is on disk, and everybody
     * waits for this member before something is called durable.
     */
    boolean filled(long persisted, long upTo) {
        if (persisted >= upTo) {
            multicast.table().raise(ShardColumn.PERSISTED, persisted);
            multicast.table().raise(ShardColumn.FILLED, 1);
        }
        return countedByAll();
    }

    /** Whether every member waits for this one before it calls something durable. */
    boolean countedByAll() {
        return countedByAll(rank);
    }

    private boolean countedByAll(int member) {
        return multicast.table().min(ShardColumn.counted(member, members.size())) != 0;
    }

    /**
     * The smallest value of a column over the members that count: those who held the shard when the
     * view began, and those who have been filled since. What is on all their disks is durable, for
     * a log that is still being filled is nobody's source after a restart.
     */
    long minOfFilled(int column) {
        var table = multicast.table();
        long min = Long.MAX_VALUE;
        for (int r = 0; r < table.rows(); r++) {
            if (counts(r)) {
                min = Math.min(min, table.get(r, column));
            }
        }
        return min;
    }

    /** Nothing is taken in, sent or delivered any more. */
    void wedge() {
        multicast.wedge();
    }
}
