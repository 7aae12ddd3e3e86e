package dev.squall.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.table.ShardColumn;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.Records;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MulticastTest {

    private static final int RING = MulticastLayout.RING_BYTES_MIN;
    private static final int MANY = 1 << 20;
    private static final int SEEDS = 30;

    /** Any mix of sending, waiting, small ways and late arrivals gives one order, nothing lost. */
    @Test
    void allMembersDeliverTheSameMessagesInTheSameOrder() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            int count = 1 + random.nextInt(5);
            var senders = senders(count, random);
            var layout = new MulticastLayout(count, senders, RING);
            var group = new Group(layout, 4 + random.nextInt(30));
            var sent = new ArrayList<List<String>>();
            for (int r = 0; r < count; r++) {
                sent.add(new ArrayList<>());
            }
            for (int step = 0; step < 1500; step++) {
                int r = random.nextInt(count);
                var text = r + ":" + step + ":" + "x".repeat(random.nextInt(2000));
                boolean sends = senders.contains(r) && random.nextInt(3) == 0;
                if (sends && group.member(r).send(text)) {
                    sent.get(r).add(text);
                }
                group.turn(random.nextInt(count));
                group.fabric.arrive(random.nextInt(count), random.nextInt(count), 3);
            }
            group.settle();
            assertOneOrder(group, senders, sent, "seed " + seed);
        }
    }

    /** All of so many members, or some of them. */
    private static List<Integer> senders(int count, Random random) {
        var ranks = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        int wanted = random.nextBoolean() ? count : 1 + random.nextInt(count);
        Collections.shuffle(ranks, random);
        return ranks.stream().limit(wanted).sorted().toList();
    }

    private static void assertOneOrder(
            Group group, List<Integer> senders, List<List<String>> sent, String which) {
        var first = group.member(0).delivered;
        for (var m : group.members) {
            assertEquals(first, m.delivered, which + ": member " + m.rank);
        }
        for (int r = 0; r < sent.size(); r++) {
            int sender = r;
            var of = first.stream().filter(d -> d.sender() == sender).map(d -> d.text()).toList();
            assertEquals(sent.get(r), of, which + ": messages of " + r);
        }
        for (int i = 0; i < first.size(); i++) {
            var d = first.get(i);
            assertEquals(d.sequence(), d.timestamp(), which + ": the place that was announced");
            int turn = (int) (d.sequence() % senders.size());
            assertEquals(senders.get(turn), d.sender(), which + ": the round robin");
            assertTrue(i == 0 || first.get(i - 1).sequence() < d.sequence(), which);
        }
    }

    @Test
    void whoIsNoSenderHasNoTurn() {
        var group = new Group(new MulticastLayout(3, List.of(1), RING), MANY);
        for (int i = 0; i < 100; i++) {
            assertTrue(group.member(1).send("m" + i));
        }
        group.settle();
        for (var m : group.members) {
            assertEquals(100, m.delivered.size());
            assertEquals(99, m.delivered.getLast().sequence(), "rank 1 has every place");
            assertEquals(1, m.delivered.getLast().sender());
            assertEquals(m.rank == 1 ? 100 : 0, m.multicast.sent(), "no nulls of " + m.rank);
        }
        assertFalse(group.member(0).multicast.sends());
        assertThrows(IllegalStateException.class, () -> group.member(0).send("x"));
    }

    @Test
    void whoHasNothingToSayIsStoodInForByNulls() {
        var group = new Group(3, RING, MANY);
        for (int i = 0; i < 100; i++) {
            assertTrue(group.member(1).send("m" + i));
        }
        group.settle();
        for (var m : group.members) {
            assertEquals(100, m.delivered.size());
            assertEquals(298, m.delivered.getLast().sequence(), "99 rounds of 3, then rank 1");
            assertEquals(m.rank == 2 ? 99 : 100, m.multicast.sent(), "turns of " + m.rank);
        }
        group.settle();
        assertEquals(100, group.member(0).multicast.sent(), "an idle group sends no more nulls");
    }

    @Test
    void nothingIsDeliveredBeforeEveryMemberHoldsIt() {
        var group = new Group(3, RING, MANY);
        group.member(0).send("a");
        for (int i = 0; i < 10; i++) {
            for (int r = 0; r < 2; r++) { // member 2 hears nothing and takes no turn
                group.turn(r);
                group.fabric.arrive(r, 1 - r, MANY);
            }
        }
        assertEquals(1, group.member(1).multicast.table().get(0, ShardColumn.SENT));
        assertEquals(List.of(), group.member(0).delivered);
        assertEquals(List.of(), group.member(1).delivered);
        group.settle();
        for (var m : group.members) {
            assertEquals(List.of("a"), m.texts());
        }
    }

    @Test
    void aFullRingSaysNoAndTakesMoreOnceAllHaveConsumed() {
        var group = new Group(3, RING, MANY);
        var sent = new ArrayList<String>();
        for (int round = 0; round < 5; round++) {
            int before = sent.size();
            while (group.member(0).send("m" + sent.size() + "x".repeat(500))) {
                sent.add("m" + sent.size() + "x".repeat(500));
            }
            int taken = sent.size() - before;
            assertTrue(taken > 80 && taken < RING / 500, "round " + round + " took " + taken);
            assertFalse(group.member(0).send("x".repeat(500)), "still full");
            group.settle();
        }
        for (var m : group.members) {
            assertEquals(sent, m.texts());
        }
    }

    /** The slowest member sets the pace; nobody's ring is written over before it has read. */
    @Test
    void aMemberThatStandsStillHoldsTheSenderBack() {
        var group = new Group(2, RING, MANY);
        int accepted = 0;
        for (int i = 0; i < 10_000; i++) {
            accepted += group.member(0).send("m" + i) ? 1 : 0;
            group.turn(0);
            group.fabric.arrive(0, 1, MANY);
        }
        assertTrue(accepted < RING / 96, "accepted " + accepted);
        group.settle();
        assertEquals(accepted, group.member(1).delivered.size());
    }

    @Test
    void messagesOfEverySizeGoRoundTheRingsEnd() {
        var group = new Group(2, RING, MANY);
        int longest = group.member(0).multicast.messageBytesMax();
        var random = new Random(5);
        var sent = new ArrayList<String>();
        for (int i = 0; i < 400; i++) {
            int room = longest - RecordLayout.HEADER_BYTES - "/k".length();
            var text = "y".repeat(i % 7 == 0 ? room : random.nextInt(room));
            while (!group.member(0).send(text)) {
                group.settle();
            }
            sent.add(text);
        }
        group.settle();
        assertEquals(sent, group.member(1).texts());
    }

    @Test
    void recordsLongerThanAMessageAreJoinedInTheirPlace() {
        var group = new Group(3, RING, 8);
        var random = new Random(9);
        var text = new StringBuilder();
        random.ints(3 * RING, 'a', 'z').forEach(c -> text.append((char) c));
        var record = Records.put("/k", text.toString());
        try (var whole = new LongRecord(RecordLayout.length(record, 0))) {
            MemorySegment.copy(record, 0, whole.memory(), 0, RecordLayout.length(record, 0));
            boolean through = false;
            for (int i = 0; !through; i++) {
                through = whole.send(group.member(0).multicast, i, false);
                group.member(1).send("between " + i);
                group.turn(random.nextInt(3));
                group.fabric.arrive(random.nextInt(3), random.nextInt(3), 2);
            }
        }
        group.settle();
        for (var m : group.members) {
            assertEquals(group.member(0).texts(), m.texts());
            var joined = m.delivered.stream().filter(d -> d.sender() == 0).toList();
            assertEquals(1, joined.size());
            assertEquals(text.toString(), joined.getFirst().text());
            assertTrue(joined.getFirst().timestamp() > 0, "stamped by the fragment that ends it");
        }
        assertTrue(group.member(2).delivered.size() > 10, "others were heard meanwhile");
    }

    @Test
    void aWedgedMemberSendsTakesInAndDeliversNothing() {
        var group = new Group(3, RING, MANY);
        group.member(0).send("before");
        group.settle();
        group.member(1).multicast.wedge();
        group.member(0).send("late");
        assertTrue(group.member(1).multicast.wedged());
        assertFalse(group.member(1).send("from the wedged"));
        group.settle();
        for (var m : group.members) {
            assertEquals(List.of("before"), m.texts(), "member " + m.rank);
        }
    }

    @Test
    void survivorsDeliverUpToTheTrimAndNotBeyond() {
        var group = new Group(3, RING, MANY);
        group.member(2).multicast.wedge(); // it is lost: nothing is delivered any more
        group.member(0).send("one");
        group.member(1).send("two");
        group.member(0).send("three");
        group.settle();
        var survivors = List.of(group.member(0), group.member(1));
        long trim = Long.MAX_VALUE;
        for (var m : survivors) {
            assertEquals(List.of(), m.texts(), "member " + m.rank);
            m.multicast.wedge();
            trim = Math.min(trim, m.multicast.received());
        }
        for (var m : survivors) {
            m.multicast.settle(trim);
            assertEquals(List.of("one", "two"), m.texts(), "member " + m.rank);
            assertEquals(trim, m.multicast.delivered());
        }
    }

    @Test
    void whatMayOpenATicketIsSeenBeforeItIsDelivered() {
        var group = new Group(2, RING, MANY);
        var multicast = group.member(0).multicast;
        group.member(1).multicast.wedge(); // it is lost: nothing is delivered any more
        group.member(0).send("before");
        group.settle();
        assertFalse(multicast.opens());
        var prepare = Records.put("/k", "a share");
        RecordLayout.kind(prepare, 0, RecordLayout.KIND_PREPARE);
        RecordLayout.seal(prepare, 0);
        group.member(0).send(prepare);
        group.member(0).send("behind");
        group.settle();
        assertEquals(List.of(), group.member(0).texts());
        assertTrue(multicast.opens());
    }

    @Test
    void aMessageBeyondTheLimitIsRefusedByName() {
        var multicast = new Group(1, RING, MANY).member(0).multicast;
        try {
            multicast.reserve(multicast.messageBytesMax() + 1);
            throw new AssertionError("taken");
        } catch (IllegalStateException e) {
            assertEquals("a message longer than the ring allows: 16385", e.getMessage());
        }
    }
}
