package dev.squall.node;

import dev.squall.view.Decision;
import dev.squall.view.Member;
import java.util.List;

/**
 * Where one shard is.
 *
 * @param members who make it up, in rank order; empty while it waits for its holders
 * @param holders node ids of those members whose logs are what the shard agreed on; the others are
 *     filled from them
 * @param waitsFor node ids of those who hold it and are not there; empty while it is served
 * @param placed the view in which it came here
 * @param made the view in which the shard was made, or began anew
 */
record ShardPlace(
        List<Member> members,
        List<Integer> holders,
        List<Integer> waitsFor,
        long placed,
        long made) {

    ShardPlace {
        members = List.copyOf(members);
        holders = List.copyOf(holders);
        waitsFor = List.copyOf(waitsFor);
    }

    /** What it waits for, for people. */
    String reason() {
        return "waits for one of the members %s, which hold it".formatted(waitsFor);
    }

    /** Whether a node is one of its members. */
    boolean includes(int node) {
        return members.stream().anyMatch(m -> m.id() == node);
    }

    /** Who made it up last, whether they are there or not. */
    Decision.Held held() {
        var last = waitsFor.isEmpty() ? members.stream().map(Member::id).toList() : waitsFor;
        return new Decision.Held(last, holders, placed, made);
    }
}
