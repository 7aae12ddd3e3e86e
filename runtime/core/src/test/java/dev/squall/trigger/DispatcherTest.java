package dev.squall.trigger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.base.Failure;
import dev.squall.store.Retention;
import dev.squall.trigger.UdlDescriptor.Dispatch;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class DispatcherTest {

    private static final int MANY = 3 * Lane.QUEUE_MAX;
    private static final int SEEDS = 10;

    private static Stage stage(int shards, Dispatch dispatch) {
        var stage = new Stage(shards, Retention.ALL);
        stage.dispatcher.bind(List.of(Stage.binding(dispatch, "")));
        return stage;
    }

    /** However lanes and deliveries take turns, an object that found its lane full is not lost. */
    @ParameterizedTest
    @EnumSource
    void everyObjectIsHandledOnceThoughTheLanesWereFull(Dispatch dispatch) {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var stage = stage(2, dispatch);
            var put = new ArrayList<Long>();
            for (int i = 0; i < MANY; i++) {
                int shard = random.nextInt(2);
                put.add(stage.put(shard, "/in/" + shard + "/" + random.nextInt(20)));
                // Now and then lanes run: rarely at first, so that they fill up.
                if (random.nextInt(MANY) < i / 40) {
                    stage.lanes.get(random.nextInt(stage.lanes.size())).step();
                }
            }
            stage.settle();
            var which = dispatch + ", seed " + seed;
            var versions = stage.seen.stream().map(Stage.Seen::version).sorted().toList();
            assertEquals(put, versions, which);
            assertEquals(MANY, stage.stats().handled(), which);
            assertEquals(0, stage.stats().dropped(), which);
            if (dispatch != Dispatch.ANY_LANE) {
                assertKeysInOrder(stage.seen, which);
            }
        }
    }

    private static void assertKeysInOrder(List<Stage.Seen> seen, String which) {
        Map<String, Long> last = new HashMap<>();
        for (var s : seen) {
            var before = last.put(s.key(), s.version());
            assertTrue(
                    before == null || before < s.version(), which + ": " + s + " after " + before);
        }
    }

    @Test
    void allLanesShareTheWork() {
        for (var dispatch : List.of(Dispatch.PER_KEY, Dispatch.ANY_LANE)) {
            var stage = stage(1, dispatch);
            for (int i = 0; i < 200; i++) {
                stage.put(0, "/in/" + i);
            }
            assertEquals(Dispatcher.LANES, stage.lanes.size());
            for (var lane : stage.lanes) {
                int before = stage.seen.size();
                while (lane.step() > 0) {}
                int share = stage.seen.size() - before;
                assertTrue(share > 50 && share < 150, dispatch + ": a lane handled " + share);
            }
        }
    }

    @Test
    void aTriggerIsAnsweredAndOneTooManyIsRefused() {
        var stage = stage(1, Dispatch.ONE_LANE);
        var answers = new ArrayList<CompletableFuture<Optional<byte[]>>>();
        for (int i = 0; i <= Lane.QUEUE_MAX; i++) {
            answers.add(trigger(stage, "/in/" + i));
        }
        assertEquals(
                "1024 objects wait for scripted:1 already, the most there may be",
                failure(answers.removeLast(), Failure.Kind.OVERLOADED));
        stage.settle();
        for (int i = 0; i < Lane.QUEUE_MAX; i++) {
            assertEquals(
                    "saw /in/" + i,
                    new String(answers.get(i).join().orElseThrow(), StandardCharsets.UTF_8));
        }
        assertEquals(Optional.empty(), settled(stage, "/in/silent"), "handled, and no answer");
        assertEquals(
                "no UDL is bound to triggers of /other",
                failure(trigger(stage, "/other"), Failure.Kind.NOT_FOUND));
    }

    private static CompletableFuture<Optional<byte[]>> trigger(Stage stage, String key) {
        return stage.dispatcher.trigger(key, MemorySegment.NULL, 0, "", false);
    }

    private static Optional<byte[]> settled(Stage stage, String key) {
        var answer = trigger(stage, key);
        stage.settle();
        return answer.join();
    }

    private static String failure(CompletableFuture<?> answer, Failure.Kind kind) {
        var e = assertThrows(CompletionException.class, answer::join);
        var failure = assertInstanceOf(Failure.class, e.getCause());
        assertEquals(kind, failure.kind());
        return String.valueOf(failure.getMessage());
    }

    /** Whatever the logic throws is counted and shown, and the next object is handled. */
    @Test
    void aLogicThatThrowsHarmsThatObjectOnly() {
        var stage = stage(1, Dispatch.ONE_LANE);
        var keys = List.of("exception", "assertion", "overflow", "argument");
        for (int i = 0; i < keys.size(); i++) {
            stage.put(0, "/in/" + keys.get(i));
            stage.put(0, "/in/good");
            stage.settle();
            assertEquals(i + 1, stage.stats().failed());
            assertEquals(i + 1, stage.stats().handled());
            var kind = i == 3 ? Failure.Kind.INVALID : Failure.Kind.LOGIC_FAILED;
            var refused = trigger(stage, "/in/" + keys.get(i));
            stage.settle();
            assertTrue(failure(refused, kind).startsWith("scripted:1: "));
            stage.stats().failed.decrement();
        }
        assertEquals("IllegalArgumentException: no picture", stage.stats().lastError());
        assertTrue(stage.stats().lines().getFirst().contains("/in/exception version 1"));
        assertEquals("running", stage.dispatcher.state("scripted:1"));
    }

    /** A lane that gets no turn is one whose logic has not come back from its first object. */
    @Test
    void aLogicThatIsSlowHoldsUpNobody() {
        var stage = new Stage(1, Retention.ALL);
        var slow = Stage.binding("/in/slow", Dispatch.ONE_LANE, "");
        var fast = Stage.binding("/in/fast", Dispatch.ONE_LANE, "");
        stage.dispatcher.bind(List.of(slow, fast));
        for (int i = 0; i < MANY; i++) {
            stage.put(0, "/in/slow/" + i);
            stage.put(0, "/in/fast/" + i);
            stage.lanes.getLast().step();
        }
        assertEquals(MANY, stage.seen.size(), "each was handled as it landed");
        assertTrue(stage.seen.stream().allMatch(s -> s.key().startsWith("/in/fast/")));
        stage.settle();
        assertEquals(
                2L * MANY, stage.stats().handled(), "and the slow one comes to all of its own");
    }

    @Test
    void aLogicThatInterruptsItsThreadDoesNotKeepTheLaneAwake() {
        var stage = stage(1, Dispatch.ONE_LANE);
        stage.put(0, "/in/interrupt");
        stage.settle();
        assertFalse(Thread.currentThread().isInterrupted());
    }

    @Test
    void aLogicThatCannotOpenSaysWhyAndItsObjectsAreCounted() {
        var stage = new Stage(1, Retention.ALL);
        stage.dispatcher.bind(List.of(Stage.binding(Dispatch.ONE_LANE, "open")));
        stage.put(0, "/in/a");
        var answer = trigger(stage, "/in/b");
        stage.settle();
        var why = "failed: IllegalStateException: no model today";
        assertEquals(why, stage.dispatcher.state("scripted:1"));
        assertEquals("scripted:1: " + why, failure(answer, Failure.Kind.UNAVAILABLE));
        assertEquals(2, stage.stats().dropped());
    }

    /** A log may drop what a lane has not come to; that is never passed over in silence. */
    @Test
    void objectsTrimmedBeforeTheirTurnAreCounted() {
        var stage = new Stage(1, new Retention(0, 64 << 10, 0));
        stage.dispatcher.bind(List.of(Stage.binding(Dispatch.ONE_LANE, "")));
        for (int i = 0; i < 2 * MANY; i++) {
            stage.put(0, "/in/" + i % 7);
        }
        stage.settle();
        assertTrue(stage.stats().handled() < 2 * MANY);
        assertEquals(1, stage.stats().dropped(), "one gap");
        assertTrue(stage.stats().lastError().startsWith("objects were trimmed from the log"));
        int versions = new HashSet<>(stage.seen).size();
        assertEquals(stage.seen.size(), versions, "none twice");
        assertEquals(2 * MANY, stage.seen.getLast().version(), "the newest is there");
    }

    @Test
    void aGapThatLeavesNothingIsCountedToo() {
        var stage = new Stage(2, new Retention(0, 64 << 10, 0));
        stage.dispatcher.bind(List.of(Stage.binding(Dispatch.ONE_LANE, "")));
        for (int i = 0; i < MANY; i++) {
            stage.put(0, "/in/" + i % 7);
        }
        // The rest of shard 0 does not concern the binding, and pushes out all that does.
        for (int i = 0; i < MANY; i++) {
            stage.put(0, "/elsewhere/" + i % 7);
        }
        stage.settle();
        assertEquals(Lane.QUEUE_MAX, stage.stats().handled(), "what waited in memory");
        assertEquals(1, stage.stats().dropped());
    }

    @Test
    void aBindingThatGoesFirstHandlesWhatWaitsForIt() {
        var stage = stage(1, Dispatch.ONE_LANE);
        for (int i = 0; i < MANY; i++) {
            stage.put(0, "/in/a");
        }
        var old = stage.lanes.getFirst();
        stage.dispatcher.bind(List.of(Stage.binding(Dispatch.PER_KEY, "")));
        stage.put(0, "/in/a");
        assertTrue(old.isRunning());
        stage.settle();
        assertFalse(old.isRunning(), "closed once it was through");
        var versions = stage.seen.stream().map(Stage.Seen::version).sorted().toList();
        assertEquals(MANY + 1, versions.size());
        assertEquals(MANY + 1L, versions.getLast());
    }

    @Test
    void anUnchangedBindingKeepsItsLane() {
        var stage = stage(1, Dispatch.ONE_LANE);
        stage.dispatcher.bind(List.of(Stage.binding(Dispatch.ONE_LANE, "")));
        assertEquals(1, stage.lanes.size());
        stage.dispatcher.bind(List.of());
        stage.settle();
        assertFalse(stage.lanes.getFirst().isRunning());
        assertEquals("unbound", stage.dispatcher.state("scripted:1"));
    }
}
