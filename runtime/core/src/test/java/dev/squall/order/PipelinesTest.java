package dev.squall.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PipelinesTest {

    private static final int RING = MulticastLayout.RING_BYTES_MIN;
    private static final int MANY = 1 << 20;
    private static final int FROM = 2000;
    private static final int AREA = PipelineLimits.AREA_BYTES_MIN;
    private static final PipelineLimits LIMITS = new PipelineLimits(FROM, AREA);
    private static final int SEEDS = 60;

    private static Group group(int count, int writesMax) {
        return new Group(new MulticastLayout(count, RING), writesMax, LIMITS);
    }

    private static String text(Random random, int length) {
        var text = new StringBuilder();
        random.ints(length, 'a', 'z').forEach(c -> text.append((char) c));
        return text.toString();
    }

    /** Members that send long and short records, in any mix. */
    private static final class Load {

        final Group group;
        final Random random;
        final List<List<String>> sent = new ArrayList<>();
        private final List<String> under = new ArrayList<>();

        Load(Group group, Random random) {
            this.group = group;
            this.random = random;
            for (int r = 0; r < group.members.size(); r++) {
                sent.add(new ArrayList<>());
                under.add("");
            }
        }

        void step() {
            int count = group.members.size();
            int r = random.nextInt(count);
            if (under.get(r).isEmpty() && random.nextInt(3) == 0) {
                boolean isLong = random.nextInt(3) == 0;
                under.set(r, text(random, isLong ? random.nextInt(FROM, AREA - 200) : 20));
            }
            send(r);
            group.turn(random.nextInt(count));
            group.fabric.arrive(random.nextInt(count), random.nextInt(count), 3);
        }

        private void send(int r) {
            var text = under.get(r);
            var member = group.member(r);
            if (text.isEmpty()) {
                return;
            }
            if (text.length() < FROM ? member.send(text) : member.sendLong(text)) {
                sent.get(r).add(text);
                under.set(r, "");
            }
        }

        /** Everything that was begun is sent and arrives. */
        void finish() {
            while (under.stream().anyMatch(t -> !t.isEmpty())) {
                for (int r = 0; r < under.size(); r++) {
                    send(r);
                }
                group.settle();
            }
            group.settle();
        }
    }

    @Test
    void longRecordsOfAllHaveOnePlaceInTheOrderOfAll() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var group = group(2 + random.nextInt(8), 4 + random.nextInt(30));
            var load = new Load(group, random);
            for (int step = 0; step < 1500; step++) {
                load.step();
            }
            load.finish();
            var first = group.member(0).delivered;
            for (var m : group.members) {
                assertEquals(first, m.delivered, "seed " + seed + ": member " + m.rank);
            }
            for (int r = 0; r < group.members.size(); r++) {
                int sender = r;
                var of =
                        first.stream()
                                .filter(d -> d.sender() == sender)
                                .map(d -> d.text())
                                .toList();
                assertEquals(load.sent.get(r), of, "seed " + seed + ": records of " + r);
            }
        }
    }

    /** Wherever a member stops, the survivors of the view deliver the same, and whole records. */
    @Test
    void aMemberThatIsLostInTheMiddleLeavesNoHole() {
        int half = 0;
        for (int seed = 0; seed < 4 * SEEDS; seed++) {
            var random = new Random(seed);
            var group = group(3 + random.nextInt(4), 4 + random.nextInt(30));
            var load = new Load(group, random);
            int steps = random.nextInt(400);
            for (int step = 0; step < steps; step++) {
                load.step();
            }
            int lost = random.nextInt(group.members.size());
            group.member(lost).multicast.wedge();
            for (int step = 0; step < 100; step++) {
                load.step();
            }
            long trim = Long.MAX_VALUE;
            long most = 0;
            for (var m : group.members) {
                m.multicast.wedge();
                if (m.rank != lost) {
                    trim = Math.min(trim, m.multicast.received());
                    most = Math.max(most, m.multicast.received());
                }
            }
            half += most > trim ? 1 : 0;
            var survivor = group.member(lost == 0 ? 1 : 0);
            for (var m : group.members) {
                if (m.rank != lost) {
                    m.multicast.settle(trim);
                }
            }
            for (var m : group.members) {
                var which = "seed " + seed + ": member " + m.rank;
                int count = m.delivered.size();
                assertTrue(count <= survivor.delivered.size(), which + " delivered more");
                assertEquals(survivor.delivered.subList(0, count), m.delivered, which);
                boolean all = m.rank == lost || count == survivor.delivered.size();
                assertTrue(all, which + " delivered less");
            }
        }
        assertTrue(half > SEEDS, "some held what others did not, in " + half + " seeds");
    }

    @Test
    void aRecordLeavesItsSenderAboutOnce() {
        int count = 8;
        var random = new Random(1);
        var group = group(count, MANY);
        sendAll(group, text(random, 100)); // the area is there
        sendAll(group, text(random, FROM));
        long before = group.fabric.written(0);
        var text = text(random, AREA - 500);
        sendAll(group, text);
        long times = 100 * (group.fabric.written(0) - before) / text.length();
        assertTrue(times < 200, "it left " + times + " % of its bytes, to " + count + " members");
        assertEquals(text, group.member(7).texts().getLast());
    }

    private static void sendAll(Group group, String text) {
        var sender = group.member(0);
        while (!(text.length() < FROM ? sender.send(text) : sender.sendLong(text))) {
            group.settle();
        }
        group.settle();
    }

    @Test
    void whatOthersSayIsDeliveredWhileBlocksAreUnderWay() {
        var random = new Random(2);
        var group = group(3, MANY);
        sendAll(group, text(random, FROM));
        var text = text(random, AREA - 500);
        for (int i = 0; i < 3; i++) {
            assertFalse(group.member(0).sendLong(text), "it takes more than a few turns");
            group.turn(0);
        }
        group.member(1).send("meanwhile");
        group.settle();
        assertEquals("meanwhile", group.member(2).texts().getLast());
        sendAll(group, text);
        assertEquals(text, group.member(2).texts().getLast());
    }

    @Test
    void withoutAnAreaAtAMemberRecordsGoInFragments() {
        var random = new Random(3);
        var group = group(3, MANY);
        group.member(2).makesAreas = false;
        var text = text(random, AREA - 500);
        sendAll(group, text);
        assertEquals(List.of(text), group.member(1).texts());
        assertFalse(group.member(0).multicast.pipelines().takes(AREA - 500));
    }

    @Test
    void whatIsLongerThanAnAreaGoesInFragments() {
        var group = group(3, MANY);
        assertFalse(group.member(0).multicast.pipelines().takes(AREA + 1));
        assertTrue(group.member(0).multicast.pipelines().takes(AREA));
        var text = text(new Random(4), 2 * AREA);
        sendAll(group, text);
        assertEquals(List.of(text), group.member(2).texts());
    }
}
