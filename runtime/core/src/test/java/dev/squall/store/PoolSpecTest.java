package dev.squall.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PoolSpecTest {

    private static PoolSpec spec(int shards, int replicas, String affinity, String tier) {
        return new PoolSpec(
                "p", StoreKind.VOLATILE, shards, replicas, affinity, Retention.ALL, tier);
    }

    private static String refusal(Supplier<PoolSpec> make) {
        var failure = assertThrows(Failure.class, make::get);
        assertEquals(Failure.Kind.INVALID, failure.kind());
        return String.valueOf(failure.getMessage());
    }

    @Test
    void aRefusalNamesTheValueAndTheLimit() {
        assertEquals("shards is 0; allowed are 1 to 64", refusal(() -> spec(0, 1, "", "any")));
        assertEquals("shards is 65; allowed are 1 to 64", refusal(() -> spec(65, 1, "", "any")));
        assertEquals("replicas is 0; at least 1 is needed", refusal(() -> spec(1, 0, "", "any")));
        assertEquals(
                "affinity has 257 characters; the limit is 256",
                refusal(() -> spec(1, 1, "x".repeat(257), "any")));
        assertTrue(refusal(() -> spec(1, 1, "(a", "any")).startsWith("affinity '(a': "));
        assertEquals(
                "tier is 'sky'; allowed are edge, cloud, any",
                refusal(() -> spec(1, 1, "", "sky")));
        assertEquals(
                "sessionMillis is 0; allowed are 1 to 2592000000",
                refusal(() -> spec(1, 1, "", "any").withSessions(0)));
        assertEquals(
                "retention must not be negative: versions -1, bytes 0, age 0 ms",
                assertThrows(Failure.class, () -> new Retention(-1, 0, 0)).getMessage());
    }

    @Test
    void whatIsWrittenIsRead() {
        var spec =
                new PoolSpec(
                        "p",
                        StoreKind.PERSISTENT,
                        7,
                        3,
                        "^/p/([^/]+)",
                        new Retention(5, 1L << 40, 3_600_000),
                        "edge",
                        PoolLayout.ANY,
                        90_000,
                        new Budget(1L << 33, Budget.Full.REFUSE));
        assertEquals(spec, PoolSpec.read("p", spec.write()));
        for (var senders : List.of("all", "leader", "2,5")) {
            var layout = new PoolLayout(2, List.of(5, 2, 9), true, Senders.parse(senders));
            var laidOut = spec.laidOut(layout);
            assertEquals(laidOut, PoolSpec.read("p", laidOut.write()));
        }
        assertEquals(PoolLayout.ANY, PoolSpec.read("p", "store: volatile").layout());
    }

    @Test
    void aBudgetIsReadAsItWasWrittenAndRefusedWhereItMakesNoSense() {
        var spec = spec(1, 1, "", "any");
        assertEquals(Budget.NONE, PoolSpec.read("p", "store: volatile").budget());
        var evicts = spec.withBudget(new Budget(64 << 20, Budget.Full.EVICT));
        assertEquals(evicts, PoolSpec.read("p", evicts.write()));
        assertTrue(evicts.bounded() && evicts.dropsAnything());
        var refuses = spec.withBudget(new Budget(64 << 20, Budget.Full.REFUSE));
        assertTrue(!refuses.bounded() && !refuses.dropsAnything());
        assertEquals(
                "budget is -1 bytes; it cannot be negative",
                refusal(() -> spec.withBudget(new Budget(-1, Budget.Full.REFUSE))));
        assertTrue(
                refusal(() -> spec.withBudget(new Budget(0, Budget.Full.EVICT)))
                        .startsWith("full is evict, but there is no budget"));
        var disk = PoolSpec.read("p", "store: persistent");
        assertTrue(
                refusal(() -> disk.withBudget(new Budget(1 << 20, Budget.Full.EVICT)))
                        .startsWith("full is evict, which is for volatile pools"));
        var trigger = PoolSpec.read("p", "store: trigger");
        assertTrue(
                refusal(() -> trigger.withBudget(new Budget(1 << 20, Budget.Full.REFUSE)))
                        .startsWith("budget is 1048576 bytes, but a trigger pool"));
        var tiny = new Budget(1000, Budget.Full.REFUSE);
        assertEquals(
                "budget is 1000 bytes a shard; at least 4096 are needed",
                assertThrows(Failure.class, () -> tiny.checkAtLeast(16 << 10)).getMessage());
    }

    private static String refusal(int replicas, int min, List<Integer> members, String senders) {
        return refusal(() ->
                spec(1, replicas, "", "any")
                        .laidOut(new PoolLayout(min, members, false, Senders.parse(senders))));
    }

    @Test
    void aLayoutThatCannotBeIsRefused() {
        assertEquals("minReplicas is 0; at least 1 is needed", refusal(1, 0, List.of(), "all"));
        assertEquals(
                "minReplicas is 3; replicas is 2, and it cannot be more",
                refusal(2, 3, List.of(), "all"));
        assertEquals(
                "replicas is 3, but members names 2: [1, 2]", refusal(3, 1, List.of(2, 1), "all"));
        assertEquals("members names a node twice: [1, 1]", refusal(1, 1, List.of(1, 1), "all"));
        assertEquals("members names node 0; ids begin at 1", refusal(1, 1, List.of(0), "all"));
        assertEquals(
                "senders names 3, which is not among members [1, 2]",
                refusal(1, 1, List.of(1, 2), "2,3"));
        assertEquals(
                "senders is 'some'; allowed are all, leader, or node ids as in 1,2",
                refusal(1, 1, List.of(), "some"));
        assertEquals(
                "exclusive is true, but members names nobody",
                assertThrows(Failure.class, () -> new PoolLayout(1, List.of(), true, Senders.ALL))
                        .getMessage());
    }

    @Test
    void aDocumentThatNobodyWroteIsRefused() {
        assertEquals(
                "pool p.store is 'magic'; allowed are [persistent, trigger, volatile]",
                refusal(() -> PoolSpec.read("p", "store: magic")));
        assertEquals("pool p.store missing", refusal(() -> PoolSpec.read("p", "shards: 1")));
        assertEquals(
                "pool p.retention.bytes is -1; allowed are 0 to 9223372036854775807",
                refusal(() -> PoolSpec.read("p", "{store: volatile, retention: {bytes: -1}}")));
    }

    @Test
    void keysWithTheSameLabelLieInOneShard() {
        var placement = spec(16, 1, "^/p/([^/]+)", "any").placement();
        assertEquals("gate", placement.label("/p/gate/1"));
        assertEquals(placement.shard("/p/gate/1"), placement.shard("/p/gate/2"));
        assertEquals("/other", placement.label("/other"), "no match: the key for itself");
        var whole = spec(16, 1, "[a-z]+-", "any").placement();
        assertEquals("cam-", whole.label("/p/cam-1"), "without a group, the whole match");
    }

    @Test
    void keysSpreadOverAllShards() {
        var placement = spec(8, 1, "", "any").placement();
        var seen = new TreeSet<Integer>();
        int[] load = new int[8];
        for (int i = 0; i < 8000; i++) {
            int shard = placement.shard("/p/" + i);
            seen.add(shard);
            load[shard]++;
        }
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7), List.copyOf(seen));
        for (int of : load) {
            assertTrue(of > 800 && of < 1200, "of 8000 keys a shard has " + of);
        }
    }
}
