package dev.squall.node;

import static dev.squall.node.ThreeNodes.await;
import static dev.squall.node.ThreeNodes.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.node.ClusterStatus.ShardStatus;
import dev.squall.store.Outcome;
import dev.squall.store.PoolLayout;
import dev.squall.store.PoolSpec;
import dev.squall.store.ReadResult;
import dev.squall.store.Retention;
import dev.squall.store.Senders;
import dev.squall.store.StoreKind;
import dev.squall.view.Member;
import dev.squall.wire.RecordLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Minimum, named members and senders of a pool, on real nodes. */
@Timeout(120)
class LayoutOfPoolsTest {

    @TempDir private Path data = Path.of("."); // set by JUnit

    private static PoolSpec pool(String name, int shards, int replicas, PoolLayout layout) {
        return new PoolSpec(
                name, StoreKind.PERSISTENT, shards, replicas, "", Retention.ALL, "any", layout);
    }

    private static Put put(String key, String text) {
        var bytes = MemorySegment.ofArray(text.getBytes(StandardCharsets.UTF_8));
        return Put.of(key, bytes, AckLevel.DURABLE);
    }

    private static void stored(PutAnswer answer) {
        assertInstanceOf(Outcome.Stored.class, answer.outcome());
    }

    private static Set<Integer> members(Node node, String key) {
        return Set.copyOf(node.route(key).members().stream().map(Member::id).toList());
    }

    private static ShardStatus shard(Node node, String pool) {
        return node.status().shards().stream()
                .filter(s -> s.pool().equals(pool))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aShardWithTooFewMembersIsReadAndGoesOnWhenOneComesBack() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            var layout = new PoolLayout(3, List.of(), false, Senders.ALL);
            three.node(1).createPool(pool("careful", 1, 3, layout)).join();
            stored(three.node(1).put(put("/careful/a", "before")).join());
            three.node(3).close();
            await("the others to go on", () -> three.node(1).state().view() > 1);
            await("them to serve", () -> three.node(1).state().ready());

            var refused = failure(three.node(1).put(put("/careful/a", "without")));
            assertEquals(Failure.Kind.UNAVAILABLE, refused.kind());
            var why = "needs 3 members, has 2: [1, 2]; it takes no puts until another one joins";
            assertTrue(String.valueOf(refused.getMessage()).endsWith(why), refused::getMessage);
            assertEquals("inadequate", shard(three.node(1), "careful").state());
            assertEquals(why, shard(three.node(1), "careful").reason());
            var store = three.node(2).store(three.node(2).route("/careful/a").shard());
            assertInstanceOf(ReadResult.Found.class, store.orElseThrow().get("/careful/a"));

            three.restart(3);
            stored(three.node(2).put(put("/careful/a", "after")).join());
            assertEquals("ready", shard(three.node(2), "careful").state());
        }
    }

    @Test
    void whoeverDoesNotSendSaysWhoDoes() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            var layout = new PoolLayout(1, List.of(), false, Senders.LEADER);
            three.node(1).createPool(pool("led", 1, 3, layout)).join();
            var route = three.node(1).route("/led/a");
            assertEquals(1, route.senders().size());
            int leader = route.senders().getFirst().id();
            for (int n = 1; n <= 3; n++) {
                var node = three.node(n);
                assertEquals(n == leader, node.route("/led/a").sends());
                assertTrue(node.route("/led/a").local());
                if (n == leader) {
                    stored(node.put(put("/led/a", "direct")).join());
                } else {
                    stored(node.putAnywhere(put("/led/a", "routed")).join());
                    var bytes = MemorySegment.ofArray(new byte[9]);
                    var part = new Batch.Part("/led/b", false, bytes, RecordLayout.ANY);
                    var batch = new Batch(List.of(part), AckLevel.DURABLE, null, "");
                    assertEquals(AckLevel.DURABLE, node.batch(batch).join().ack());
                    var refused = failure(node.put(put("/led/a", "wrong")));
                    assertEquals(Failure.Kind.UNAVAILABLE, refused.kind());
                    var text = "put at one of the members [" + leader + "]";
                    assertTrue(
                            String.valueOf(refused.getMessage()).endsWith(text),
                            refused::getMessage);
                }
            }
            three.node(leader).close();
            int other = leader % 3 + 1;
            await(
                    "another leader",
                    () -> {
                        var now = three.node(other).route("/led/a").senders();
                        return now.size() == 1 && now.getFirst().id() != leader;
                    });
            stored(three.node(other).putAnywhere(put("/led/a", "later")).join());
        }
    }

    @Test
    void aPoolThatHasMembersForItselfMovesTheOthersAway() throws IOException {
        try (var three = ThreeNodes.start(data, 3)) {
            three.node(1).createPool(pool("all", 2, 3, PoolLayout.ANY)).join();
            for (int i = 0; i < 20; i++) {
                stored(three.node(1).put(put("/all/" + i, "v" + i)).join());
            }
            var alone = new PoolLayout(1, List.of(3), true, Senders.ALL);
            three.node(2).createPool(pool("alone", 2, 1, alone)).join();
            assertEquals(Set.of(3), members(three.node(1), "/alone/a"));
            for (int i = 0; i < 20; i++) {
                var key = "/all/" + i;
                await(
                        "node 3 to be left alone",
                        () -> members(three.node(1), key).equals(Set.of(1, 2)));
            }
            await(
                    "node 3 to know it",
                    () ->
                            three.node(3).status().shards().stream()
                                    .noneMatch(s -> s.pool().equals("all")));
            three.node(2).deletePool("alone").join();
            await(
                    "node 3 to take its share again",
                    () -> members(three.node(1), "/all/1").size() == 3);
            await("node 3 to have it", () -> three.node(3).state().ready());
            stored(three.node(3).put(put("/all/1", "again")).join());
        }
    }
}
