package dev.squall.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.fabric.FabricEnds.End;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every fabric promises, whatever carries it. A fabric's own test extends this. */
@Timeout(60)
public abstract class FabricContract {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final int WRITES = 3000;
    private static final long RALLIES = Long.getLong("squall.fabric.rallies", 10_000);

    /** More than buffers and sockets take in: two million. */
    private static final long POSTS_MAX = Long.getLong("squall.fabric.posts", 2_000_000);

    /** Opens ends of this fabric. */
    protected abstract FabricEnds.Opener opener();

    private FabricEnds ends(int count) {
        var ends = new FabricEnds(opener(), count);
        ends.connectAll();
        return ends;
    }

    private static MemorySegment bytes(long size) {
        return Arena.ofAuto().allocate(size, 64);
    }

    /** Whoever sees a write's effect sees all that were posted before, whole and in place. */
    @Test
    void writesArriveInTheOrderInWhichTheyWerePosted() {
        try (var ends = ends(2)) {
            var random = new Random(6);
            var from = ends.end(1);
            var to = ends.end(2);
            for (long n = 1; n <= WRITES; n++) {
                int size = 8 * (1 + random.nextInt(n % 50 == 0 ? 100_000 : 100));
                var source = bytes(size);
                for (long at = 0; at < size; at += 8) {
                    source.set(LONG, at, n);
                }
                long place = 8 * (1 + random.nextLong((FabricEnds.REGION_BYTES - size) / 8));
                ends.write(from, 2, source, 0, place, size);
                var counter = bytes(8);
                counter.set(LONG, 0, n);
                ends.write(from, 2, counter, 0, 0, 8);
                long seen = to.memory.get(LONG, 0);
                assertTrue(seen <= n, "counter " + seen);
                if (seen == n) {
                    check(to, place, size, n);
                }
            }
            ends.pump("the last write", () -> to.memory.get(LONG, 0) == WRITES);
        }
    }

    private static void check(End to, long place, int size, long n) {
        for (long at = 0; at < size; at += 8) {
            assertEquals(n, to.memory.get(LONG, place + at), "write " + n + " at " + at);
        }
    }

    @Test
    void aShortWriteIsCapturedWhenItIsPosted() {
        try (var ends = ends(2)) {
            var source = bytes(Fabric.INLINE_BYTES_MAX);
            for (int n = 1; n <= 100; n++) {
                source.fill((byte) n);
                ends.write(ends.end(1), 2, source, 0, n * 4096L, source.byteSize());
                source.fill((byte) 0);
            }
            var memory = ends.end(2).memory;
            ends.pump("all", () -> memory.get(ValueLayout.JAVA_BYTE, 101 * 4096L - 1) == 100);
            for (int n = 1; n <= 100; n++) {
                assertEquals(n, memory.get(ValueLayout.JAVA_BYTE, n * 4096L));
            }
        }
    }

    @Test
    void aWriteLargerThanEveryBufferArrives() {
        try (var ends = ends(2)) {
            var source = bytes(FabricEnds.REGION_BYTES);
            new Random(8).ints(source.byteSize() / 4).forEach(new Filler(source)::put);
            ends.write(ends.end(1), 2, source, 0, 0, source.byteSize());
            ends.pump("all of it", () -> ends.end(2).memory.mismatch(source) == -1);
        }
    }

    private static final class Filler {

        private final MemorySegment memory;
        private long at;

        Filler(MemorySegment memory) {
            this.memory = memory;
        }

        void put(int value) {
            memory.set(ValueLayout.JAVA_INT, at, value);
            at += 4;
        }
    }

    /** A peer that does not take what is sent is felt as a write that is not taken. */
    @Test
    void aPeerThatStandsStillIsFeltAndNothingIsLost() {
        try (var ends = ends(2)) {
            var from = ends.end(1);
            var source = bytes(8);
            long posted = 0;
            ends.write(from, 2, source, 0, 16, 8); // a way may open a little after it is told of
            boolean full = false; // one that stores at once never is
            while (!full && posted < POSTS_MAX) {
                source.set(LONG, 0, posted + 1);
                full = !from.fabric.write(2, FabricEnds.REGION, source, 0, 0, 8);
                posted += full ? 0 : 1;
                if (posted % 1000 == 0) {
                    from.fabric.poll();
                    from.fabric.flush();
                }
            }
            assertTrue(posted > 1000, "took only " + posted);
            long all = posted;
            ends.pump("the rest", () -> ends.end(2).memory.get(LONG, 0) == all);
            source.set(LONG, 0, all + 1);
            ends.write(from, 2, source, 0, 8, 8);
            ends.pump("more", () -> ends.end(2).memory.get(LONG, 8) == all + 1);
        }
    }

    @Test
    void aWriteOutOfBoundsIsRefusedAndItsWriterDropped() {
        long end = FabricEnds.REGION_BYTES;
        long[][] places = {
            {end - 7, 8}, {-8, 8}, {Long.MAX_VALUE - 3, 8}, {end, 5000}, {0, end + 8}
        };
        for (var place : places) {
            refused(FabricEnds.REGION, place[0], place[1]);
        }
        refused(FabricEnds.REGION + 1, 0, 8);
    }

    private void refused(int region, long target, long length) {
        try (var ends = ends(3)) {
            var bad = ends.end(1);
            var source = bytes(Math.max(8, length)).fill((byte) 1);
            ends.write(bad, 2, region, source, target, length);
            ends.pump("1 to be dropped", () -> ends.end(2).lost.contains(1));
            assertEquals(-1, ends.end(2).memory.mismatch(bytes(FabricEnds.REGION_BYTES)));
            ends.write(ends.end(3), 2, source, 0, 0, 8);
            ends.pump("3 to go on", () -> ends.end(2).memory.get(LONG, 0) != 0);
            assertFalse(ends.end(2).lost.contains(3), "3 did nothing wrong");
        }
    }

    @Test
    void anUnregisteredRegionIsClosed() {
        try (var ends = ends(2)) {
            var source = bytes(8).fill((byte) 1);
            ends.end(2).fabric.unregister(FabricEnds.REGION);
            ends.write(ends.end(1), 2, source, 0, 0, 8);
            ends.pump("1 to be dropped", () -> ends.end(2).lost.contains(1));
            assertEquals(0, ends.end(2).memory.get(LONG, 0));
        }
    }

    @Test
    void whoIsNotOfTheClusterIsNotLetIn() {
        try (var ends = new FabricEnds(opener(), 2)) {
            ends.open(1, "test");
            ends.open(2, "other");
            ends.turns(200);
            assertTrue(ends.end(1).connected.isEmpty());
            assertTrue(ends.end(2).connected.isEmpty());
            assertFalse(ends.end(1).fabric.write(2, 1, bytes(8), 0, 0, 8), "there is no way");
        }
    }

    @Test
    void whomTheOwnerRefusesIsNotLetIn() {
        try (var ends = new FabricEnds(opener(), 2)) {
            ends.open(1, "test").refusal = "full";
            ends.open(2, "test");
            ends.turns(200);
            assertTrue(ends.end(1).connected.isEmpty());
        }
    }

    @Test
    void aPeerThatComesBackIsConnectedAgain() {
        try (var ends = ends(2)) {
            ends.close(2);
            ends.pump("2 to be lost", () -> ends.end(1).lost.contains(2));
            assertFalse(ends.end(1).fabric.write(2, FabricEnds.REGION, bytes(8), 0, 0, 8));
            ends.open(2, "test");
            ends.pump("2 to be back", () -> ends.end(1).connected.size() == 2);
            ends.write(ends.end(1), 2, bytes(8).fill((byte) 1), 0, 0, 8);
            ends.pump("a write", () -> ends.end(2).memory.get(LONG, 0) != 0);
        }
    }

    @Test
    void wakeEndsAWaitFromAnotherThread() throws InterruptedException {
        try (var ends = ends(1)) {
            var fabric = ends.end(1).fabric;
            // However early or late it rings, the wait that was begun or begins next ends.
            for (int i = 0; i < 50; i++) {
                var ringer = Thread.ofPlatform().start(() -> ring(fabric));
                fabric.await(50_000_000_000L, () -> false);
                ringer.interrupt();
                ringer.join();
            }
        }
    }

    private static void ring(Fabric fabric) {
        while (!Thread.currentThread().isInterrupted()) {
            fabric.wake();
            Thread.onSpinWait();
        }
    }

    /** Two members that answer each other, each asleep meanwhile: a lost ring would last 50 s. */
    @Test
    void whatComesEndsAWait() throws InterruptedException {
        try (var ends = ends(2)) {
            var other = Thread.ofPlatform().start(() -> rally(ends.end(2), 1));
            rally(ends.end(1), 2);
            other.join();
            assertEquals(RALLIES, ends.end(1).memory.get(LONG, 0));
        }
    }

    private static void rally(End end, int peer) {
        var counter = bytes(8);
        for (long n = 1; n <= RALLIES; n++) {
            counter.set(LONG, 0, n);
            while (!end.fabric.write(peer, FabricEnds.REGION, counter, 0, 0, 8)) {
                end.turn(0);
            }
            end.fabric.flush();
            while (end.load(0) < n) {
                end.turn(50_000_000_000L);
            }
        }
    }

    /** Writes of all sizes, by threads that sleep when there is nothing; see {@link Soak}. */
    @Test
    void everyWriteOfALongRunIsWholeAndInItsPlace() throws InterruptedException {
        long writes = Long.getLong("squall.fabric.soak", 100_000);
        try (var ends = ends(2)) {
            var soak = new Soak(writes);
            var writer = Thread.ofPlatform().start(() -> soak.write(ends.end(1), 2));
            assertEquals(writes, soak.read(ends.end(2), 1));
            writer.join();
        }
    }

    /** A killed writer leaves nothing half-done that counts, and its next life goes on. */
    @Test
    void aPeerThatIsKilledInTheMiddleOfAWriteDoesNoHarm() throws Exception {
        try (var ends = new FabricEnds(opener(), 2)) {
            var end = ends.open(1, "test");
            for (int life = 1; life <= 3; life++) {
                int lives = life;
                try (var writer = WriterProcess.start(opener(), ends, life)) {
                    ends.pump("it to connect", () -> end.connected.size() == lives);
                    writer.follow(end, ends);
                    writer.kill();
                    ends.pump("its death", () -> end.lost.size() == lives);
                    writer.check(end, end.load(0));
                }
            }
        }
    }
}
