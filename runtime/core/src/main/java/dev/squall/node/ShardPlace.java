package dev.squall.node;

import dev.squall.store.PoolSpec;
import dev.squall.store.StoreKind;
import dev.squall.view.Decision;
import dev.squall.view.Member;
import dev.squall.view.View;
import java.util.List;

/**
 * Where one shard is.
 *
 * @param members who make it up, in rank order; empty while it waits for its holders, or for
 *     members that its pool may use
 * @param senders node ids of those of them who send
 * @param holders node ids of those members whose logs are what the shard agreed on; the others are
 *     filled from them
 * @param waitsFor node ids of those who hold it and are not there; empty while it is served
 * @param placed the view in which it came here
 * @param made the view in which the shard was made, or began anew
 * @param empty whether it begins with nothing in it, whatever somebody may still have of it
 */
record ShardPlace(
        List<Member> members,
        List<Integer> senders,
        List<Integer> holders,
        List<Integer> waitsFor,
        long placed,
        long made,
        boolean empty) {

    ShardPlace {
        members = List.copyOf(members);
        senders = List.copyOf(senders);
        holders = List.copyOf(holders);
        waitsFor = List.copyOf(waitsFor);
    }

    /** Of a shard that nobody held before, or of which all who held it have lost it. */
    static ShardPlace fresh(Arrangement.Placed at, long view) {
        var ids = at.members().stream().map(Member::id).toList();
        return new ShardPlace(at.members(), at.senders(), ids, List.of(), view, view, true);
    }

    /** Nobody is left who holds it: it waits for these. */
    static ShardPlace waiting(Decision.Held last) {
        return new ShardPlace(
                List.of(),
                List.of(),
                last.holders(),
                last.members(),
                last.placed(),
                last.made(),
                false);
    }

    /** Why nobody makes it up, for people. */
    String reason(PoolSpec pool) {
        var named = pool.layout().members();
        return waitsFor.isEmpty()
                ? "needs %d %s, has 0: %s"
                        .formatted(
                                pool.layout().minReplicas(),
                                pool.layout().minReplicas() == 1 ? "member" : "members",
                                named.isEmpty()
                                        ? "other pools have all members for themselves"
                                        : "of " + named + " none is a member now")
                : "waits for one of the members %s, which hold it".formatted(waitsFor);
    }

    /** Whether a node is one of its members. */
    boolean includes(int node) {
        return members.stream().anyMatch(m -> m.id() == node);
    }

    /** The first who sends; there is one as long as there are members. */
    Member leader() {
        var first = sending();
        return first.isEmpty() ? members.getFirst() : first.getFirst();
    }

    /** Those of its members who send. */
    List<Member> sending() {
        return members.stream().filter(m -> senders.contains(m.id())).toList();
    }

    /**
     * Who made it up last, whether they are there or not.
     *
     * @param in the view of the map that has it here
     */
    Decision.Held held(StoreKind store, View in) {
        var last = waitsFor.isEmpty() ? members.stream().map(Member::id).toList() : waitsFor;
        var memory = store == StoreKind.PERSISTENT ? null : in;
        return new Decision.Held(last, holders, placed, made, memory);
    }
}
