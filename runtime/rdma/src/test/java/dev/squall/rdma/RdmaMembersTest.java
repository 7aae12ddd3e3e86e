package dev.squall.rdma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.squall.fabric.FabricEnds;
import dev.squall.fabric.Otherwise;
import dev.squall.fabric.tcp.TcpFabric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members over a device: memory in pieces, peers without one, and what is left behind. */
@Tag("rdma")
@Timeout(60)
class RdmaMembersTest {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final long SMALL_PIECE_BYTES = 64 << 10;

    private static MemorySegment word(long value) {
        var word = Arena.ofAuto().allocate(8, 8);
        word.set(LONG, 0, value);
        return word;
    }

    /** Member 2 has no device. */
    private static FabricEnds.Opener mixed(Otherwise otherwise) {
        var rdma = new RdmaOpener(otherwise, Pinned.PIECE_BYTES);
        return (self, bind, peers, listener) ->
                self.node() == 2
                        ? new TcpFabric(self, bind, peers, listener)
                        : rdma.open(self, bind, peers, listener);
    }

    /** As with a region beyond 2 GiB, only smaller: short and long writes over the pieces' ends. */
    @Test
    void writesGoOverTheEndsOfPieces() {
        var opener = new RdmaOpener(Otherwise.REFUSE, SMALL_PIECE_BYTES);
        try (var ends = new FabricEnds(opener, 2)) {
            ends.connectAll();
            var random = new SplittableRandom(3);
            var wanted = Arena.ofAuto().allocate(FabricEnds.REGION_BYTES, 64);
            int[] sizes = {8, 200, 3000, 70_000, 300_000, 1_000_000};
            for (int n = 0; n < 120; n++) {
                int size = sizes[n % sizes.length];
                long end = SMALL_PIECE_BYTES * (1 + random.nextInt(15));
                long at = Math.max(8, end - random.nextInt(size));
                var source = Arena.ofAuto().allocate(size, 8).fill((byte) (n + 1));
                MemorySegment.copy(source, 0, wanted, at, size);
                ends.write(ends.end(1), 2, source, 0, at, size);
            }
            wanted.set(LONG, 0, 1);
            ends.write(ends.end(1), 2, word(1), 0, 0, 8);
            var memory = ends.end(2).memory();
            ends.pump("the last write", () -> memory.get(LONG, 0) == 1);
            assertEquals(-1, memory.mismatch(wanted));
        }
    }

    @Test
    void whoHasNoDeviceIsReachedOverTheCarrier() {
        try (var ends = new FabricEnds(mixed(Otherwise.CARRY), 3)) {
            ends.connectAll();
            for (int from = 1; from <= 3; from++) {
                for (int to = 1; to <= 3; to++) {
                    if (from != to) {
                        ends.write(ends.end(from), to, word(from), 0, 8L * from, 8);
                        long at = 8L * from;
                        long value = from;
                        var memory = ends.end(to).memory();
                        ends.pump("the write", () -> memory.get(LONG, at) == value);
                    }
                }
            }
        }
    }

    @Test
    void whoHasNoDeviceIsRefusedWhenOneIsDemanded() {
        try (var ends = new FabricEnds(mixed(Otherwise.REFUSE), 3)) {
            for (int id = 1; id <= 3; id++) {
                ends.open(id, "test");
            }
            ends.pump("1 and 3", () -> ends.end(1).connected().contains(3));
            ends.turns(100);
            assertFalse(ends.end(1).connected().contains(2));
            assertFalse(ends.end(3).connected().contains(2));
        }
    }

    /** Queues, memory and connections of members that have come and gone are not left behind. */
    @Test
    void whatWasMadeIsFreed() throws IOException {
        var before = resources();
        for (int round = 0; round < 5; round++) {
            try (var ends =
                    new FabricEnds(new RdmaOpener(Otherwise.REFUSE, Pinned.PIECE_BYTES), 3)) {
                ends.connectAll();
                ends.write(ends.end(1), 2, word(1), 0, 0, 8);
                ends.close(2);
                ends.pump("2 to be lost", () -> ends.end(1).lost().contains(2));
                ends.open(2, "test");
                ends.pump("2 to be back", () -> ends.end(1).connected().contains(2));
                ends.write(ends.end(3), 2, word(1), 0, 0, 8);
            }
        }
        assertEquals(before, resources());
    }

    /** What the kernel counts: queue pairs, completion queues, domains, connections, memory. */
    private static String resources() throws IOException {
        var process = new ProcessBuilder("rdma", "resource", "show").start();
        try (var out = process.getInputStream()) {
            var text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(text.contains("cm_id"), text);
            return text;
        }
    }
}
