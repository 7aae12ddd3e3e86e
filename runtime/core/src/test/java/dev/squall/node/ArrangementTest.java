package dev.squall.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.store.PoolLayout;
import dev.squall.store.PoolSpec;
import dev.squall.store.Retention;
import dev.squall.store.Senders;
import dev.squall.store.StoreKind;
import dev.squall.view.Layout;
import dev.squall.view.Member;
import dev.squall.view.Seat;
import dev.squall.view.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArrangementTest {

    private static final int SHARDS = 64;

    private static PoolSpec pool(String name, int replicas, PoolLayout layout) {
        return new PoolSpec(
                name, StoreKind.PERSISTENT, SHARDS, replicas, "", Retention.ALL, "any", layout);
    }

    private static PoolSpec pool(int replicas) {
        return pool("p", replicas, PoolLayout.ANY);
    }

    private static List<Member> members(Integer... ids) {
        return List.of(ids).stream().map(ArrangementTest::member).toList();
    }

    private static Member member(int id) {
        return new Member(id, "h", 9000 + id, "http://h:" + id);
    }

    private static Arrangement over(List<Member> members, PoolSpec... pools) {
        return new Arrangement(
                members,
                List.of(pools).stream()
                        .map(spec -> new Metadata.Pool(spec, PoolMaps.first(spec, 1, 1), null))
                        .toList());
    }

    private static List<Integer> ids(Arrangement.Placed at) {
        return at.members().stream().map(Member::id).toList();
    }

    private static List<Integer> some(Random random, int most) {
        var ids = new ArrayList<>(IntStream.rangeClosed(1, 12).boxed().toList());
        Collections.shuffle(ids, random);
        return ids.stream().limit(1 + random.nextInt(most)).sorted().toList();
    }

    /** Two views after each other, whatever came and went: who stays best stays where it is. */
    @Test
    void aChangeMovesOnlyWhatMustMove() {
        var random = new Random(1);
        for (int round = 0; round < 300; round++) {
            var pool = pool(1 + random.nextInt(4));
            var before = over(members(some(random, 12).toArray(Integer[]::new)), pool);
            var after = members(some(random, 12).toArray(Integer[]::new));
            for (int shard = 0; shard < SHARDS; shard++) {
                var was = before.fresh(pool, shard, List.of()).members();
                var holders = was.stream().filter(after::contains).map(Member::id).toList();
                if (holders.isEmpty()) {
                    continue;
                }
                var wanted = Layout.members(after, "p", shard, pool.replicas());
                var moved = over(after, pool).of(pool, shard, holders, List.of());
                if (Set.copyOf(wanted).equals(Set.copyOf(was))) {
                    assertEquals(was, moved.members(), "its best members are the same");
                }
                assertTrue(moved.members().containsAll(wanted), "all who are wanted");
                assertTrue(
                        ids(moved).containsAll(holders) || holders.containsAll(ids(moved)),
                        "nobody who holds it goes while others are to be filled");
                var tidy = over(after, pool).of(pool, shard, ids(moved), List.of());
                assertEquals(wanted, tidy.members(), "then who is too many goes");
                assertEquals(
                        tidy,
                        over(after, pool).of(pool, shard, ids(tidy), List.of()),
                        "and that is all");
            }
        }
    }

    /** Of n members the newest gets 1/n of all replicas, and no other shard changes. */
    @Test
    void aNewMemberTakesItsShareAndNoMore() {
        for (int n = 4; n <= 10; n++) {
            var old = IntStream.range(1, n).mapToObj(ArrangementTest::member).toList();
            var all = new ArrayList<>(old);
            all.add(member(n));
            int moved = 0;
            int shards = 0;
            for (var name : List.of("a", "b", "c", "d", "e", "f", "g", "h")) {
                var pool = pool(name, 3, PoolLayout.ANY);
                for (int shard = 0; shard < SHARDS; shard++) {
                    var was = over(old, pool).fresh(pool, shard, List.of());
                    var is = over(all, pool).fresh(pool, shard, List.of());
                    boolean moves = ids(is).contains(n);
                    assertTrue(moves || is.equals(was), "moved without need");
                    assertEquals(
                            moves ? 2 : 3,
                            ids(was).stream().filter(ids(is)::contains).count(),
                            "one member goes for the new one");
                    moved += moves ? 1 : 0;
                    shards++;
                }
            }
            double share = moved / (3.0 * shards);
            assertEquals(1.0 / n, share, 0.25 / n, "its share of " + n);
        }
    }

    @Test
    void whoHoldsTheShardStaysUntilTheOthersAreFilled() {
        var pool = pool(2);
        var arrangement = over(members(1, 2, 3, 4), pool);
        var wanted = ids(arrangement.fresh(pool, 0, List.of()));
        var others = IntStream.rangeClosed(1, 4).boxed().filter(i -> !wanted.contains(i)).toList();
        var filling = arrangement.of(pool, 0, others, List.of());
        assertEquals(4, filling.members().size());
        assertTrue(others.containsAll(ids(filling).subList(0, 2)), "who holds it leads");
        assertEquals(wanted, ids(arrangement.of(pool, 0, ids(filling), List.of())));
    }

    @Test
    void aPoolLiesOnTheMembersItNames() {
        var named = pool("n", 2, new PoolLayout(1, List.of(2, 5), false, Senders.ALL));
        var arrangement = over(members(1, 2, 3, 4, 5), named, pool(5));
        for (int shard = 0; shard < SHARDS; shard++) {
            assertEquals(Set.of(2, 5), Set.copyOf(ids(arrangement.fresh(named, shard, List.of()))));
            assertEquals(5, arrangement.fresh(pool(5), shard, List.of()).members().size());
        }
        assertEquals(List.of(), ids(over(members(1, 3), named).fresh(named, 0, List.of())));
    }

    @Test
    void membersThatAPoolHasForItselfCarryNoOther() {
        var alone = pool("n", 2, new PoolLayout(1, List.of(2, 5), true, Senders.ALL));
        var too = pool("t", 1, new PoolLayout(1, List.of(5), false, Senders.ALL));
        var other = pool("o", 3, new PoolLayout(2, List.of(), false, Senders.ALL));
        var five = over(members(1, 2, 3, 4, 5), alone, too, other);
        for (int shard = 0; shard < SHARDS; shard++) {
            assertEquals(Set.of(1, 3, 4), Set.copyOf(ids(five.fresh(other, shard, List.of()))));
            assertEquals(
                    List.of(5),
                    ids(five.fresh(too, shard, List.of())),
                    "whoever names it may use it");
            assertEquals(
                    Set.of(1, 3, 4),
                    Set.copyOf(ids(five.of(other, shard, List.of(1, 2, 3, 4), List.of()))));
        }
        var three = over(members(1, 2, 5), alone, other);
        var kept = ids(three.of(other, 0, List.of(1, 2, 5), List.of()));
        assertEquals(2, kept.size(), "not below its minimum");
        assertTrue(kept.contains(1));
        var none = over(members(2, 5), alone, other);
        assertEquals(2, none.of(other, 0, List.of(2, 5), List.of()).members().size());
        assertEquals(List.of(), ids(none.fresh(other, 0, List.of())), "nobody may take it");
    }

    @Test
    void sendersAreThoseThePoolNamesAndWhoeverFillsTheOthers() {
        var leader = pool("p", 3, new PoolLayout(1, List.of(), false, Senders.LEADER));
        var all = over(members(1, 2, 3), leader);
        var at = all.fresh(leader, 0, List.of());
        assertEquals(ids(at).subList(0, 1), at.senders());
        int last = ids(at).getLast();
        var filling = all.of(leader, 0, List.of(last), List.of());
        assertEquals(last, ids(filling).getFirst());
        assertEquals(List.of(last), filling.senders(), "it can fill, and it can send");

        var named = pool("p", 3, new PoolLayout(1, List.of(), false, Senders.parse("2,7")));
        assertEquals(List.of(2), all.fresh(named, 0, List.of()).senders());
        var source = all.of(named, 0, List.of(3), List.of());
        assertEquals(Set.of(2, 3), Set.copyOf(source.senders()), "3 fills the others");
        var without = over(members(1, 3), named).fresh(named, 0, List.of());
        assertEquals(ids(without).subList(0, 1), without.senders(), "nobody named is there");
    }

    private static View view(Integer... ids) {
        return new View(1, members(ids).stream().map(m -> new Seat(m, 1)).toList());
    }

    @Test
    void aMapIsProvisionalAsLongAsAnotherViewWouldHelp() {
        var pool = pool(2);
        var spec = List.of(new Metadata.Pool(pool, PoolMaps.first(pool, 1, 1), null));
        var map = new ShardMap(view(1, 2, 3), Map.of()).with(spec.getFirst(), spec);
        assertFalse(map.provisional(spec));
        var place =
                new ShardPlace(
                        members(1, 2, 3), List.of(1, 2, 3), List.of(1), List.of(), 1, 1, false);
        var surplus = new ShardMap(view(1, 2, 3), Map.of(1, place));
        assertTrue(surplus.provisional(spec), "one of the three is too many");
        var waits = new ShardPlace(List.of(), List.of(), List.of(4), List.of(4), 1, 1, false);
        assertFalse(new ShardMap(view(1, 2, 3), Map.of(1, waits)).provisional(spec));
    }

    @Test
    void aGuestWhoseDiskDoesNotLetItIsNone() {
        var pool = pool(1);
        var able = over(members(1, 2), pool).among(members(1));
        assertEquals(List.of(1), ids(able.of(pool, 0, List.of(1), members(2))));
    }
}
