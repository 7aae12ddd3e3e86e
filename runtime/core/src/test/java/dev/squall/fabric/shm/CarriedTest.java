package dev.squall.fabric.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.fabric.FabricEnds;
import dev.squall.fabric.Otherwise;
import dev.squall.memory.Region;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members that cannot share memory, or not all of it. */
@Timeout(60)
class CarriedTest {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final int PRIVATE = 9;

    @TempDir private Path here = Path.of("."); // set by JUnit
    @TempDir private Path there = Path.of("."); // set by JUnit

    /** Member 2 has a root of its own, as on another machine. */
    private FabricEnds.Opener apart(Otherwise otherwise) {
        return (self, bind, peers, listener) ->
                new ShmOpener(otherwise, self.node() == 2 ? there : here)
                        .open(self, bind, peers, listener);
    }

    private static MemorySegment word(long value) {
        var word = Arena.ofAuto().allocate(8, 8);
        word.set(LONG, 0, value);
        return word;
    }

    @Test
    void whoIsElsewhereIsReachedOverTheCarrier() {
        try (var ends = new FabricEnds(apart(Otherwise.CARRY), 3)) {
            ends.connectAll();
            for (int from = 1; from <= 3; from++) {
                for (int to = 1; to <= 3; to++) {
                    if (from != to) {
                        ends.write(ends.end(from), to, word(from), 0, 8L * from, 8);
                    }
                }
            }
            for (int to = 1; to <= 3; to++) {
                var memory = ends.end(to).memory();
                for (int from = 1; from <= 3; from++) {
                    long wanted = from == to ? 0 : from;
                    long at = 8L * from;
                    ends.pump("the write", () -> memory.get(LONG, at) == wanted);
                }
            }
        }
    }

    @Test
    void whoIsElsewhereIsRefusedWhenMemoryIsDemanded() {
        try (var ends = new FabricEnds(apart(Otherwise.REFUSE), 3)) {
            for (int id = 1; id <= 3; id++) {
                ends.open(id, "test");
            }
            ends.pump("1 and 3", () -> ends.end(1).connected().contains(3));
            ends.turns(100);
            assertFalse(ends.end(1).connected().contains(2));
            assertTrue(ends.end(2).connected().isEmpty());
        }
    }

    /**
     * The write that cannot go through memory comes after those that could, and before the next.
     */
    @Test
    void memoryThatIsNotSharedIsWrittenInOrderAllTheSame() {
        var opener = new ShmOpener(Otherwise.CARRY, here);
        try (var ends = new FabricEnds(opener, 2)) {
            ends.connectAll();
            var own = Region.allocate(4096);
            ends.end(2).fabric().register(PRIVATE, own);
            var memory = ends.end(2).memory();
            for (long n = 1; n <= 1000; n++) {
                ends.write(ends.end(1), 2, word(n), 0, 0, 8);
                assertTrue(own.get(LONG, 0) <= memory.get(LONG, 0), "out of order");
                if (n >= 500) {
                    ends.write(ends.end(1), 2, PRIVATE, word(n), 0, 8);
                }
            }
            ends.pump("the last", () -> own.get(LONG, 0) == 1000);
            assertEquals(1000, memory.get(LONG, 0));
        }
    }
}
