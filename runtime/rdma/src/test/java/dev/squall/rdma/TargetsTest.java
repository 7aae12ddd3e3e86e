package dev.squall.rdma;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The memory of a peer, from what it announces. */
class TargetsTest {

    private static final long PIECE = 1L << 30;
    private static final long BYTES = 5 * PIECE / 2;

    private static Announcement piece(int region, long bytes, int piece) {
        return new Announcement(
                Announcement.ADD, region, bytes, PIECE, piece, 1000 + piece * PIECE, 70 + piece);
    }

    private static Targets.Target found(Targets targets, int region) {
        return Objects.requireNonNull(targets.find(region), "region " + region);
    }

    @Test
    void whatIsWrittenIsRead() {
        var memory = Arena.ofAuto().allocate(2L * Announcement.BYTES, 8);
        var news = new Announcement(1, -2, Long.MAX_VALUE - 3, 1L << 30, 5, 0x7fff_1234_5678L, -9);
        news.write(memory, Announcement.BYTES);
        assertEquals(news, Announcement.read(memory, Announcement.BYTES));
    }

    /** Memory beyond what verbs register at once is found piece by piece. */
    @Test
    void aRegionBeyondTwoGibibytesLiesInPieces() {
        var targets = new Targets();
        targets.apply(piece(4, BYTES, 0));
        targets.apply(piece(4, BYTES, 1));
        assertNull(targets.find(4), "not all of it is announced");
        targets.apply(piece(4, BYTES, 2));
        var target = found(targets, 4);
        assertEquals(1000 + PIECE - 1, target.address(PIECE - 1));
        assertEquals(70, target.key(PIECE - 1));
        assertEquals(1, target.rest(PIECE - 1));
        assertEquals(1000 + 2 * PIECE + 5, target.address(2 * PIECE + 5));
        assertEquals(72, target.key(2 * PIECE + 5));
        assertTrue(target.holds(BYTES - 8, 8));
        assertFalse(target.holds(BYTES - 7, 8));
        assertFalse(target.holds(-1, 8));
        assertFalse(target.holds(Long.MAX_VALUE - 3, 8));
        assertFalse(target.holds(0, -1));
    }

    @Test
    void regionsComeAndGo() {
        var targets = new Targets();
        assertFalse(targets.isOpen());
        for (int region = 0; region < 50; region++) {
            targets.apply(piece(region, 100, 0));
        }
        targets.apply(Announcement.open());
        assertTrue(targets.isOpen());
        for (int round = 0; round < 3; round++) {
            for (int region = 49; region >= 0; region--) {
                assertEquals(region, found(targets, region).region);
            }
        }
        targets.apply(Announcement.remove(49));
        targets.apply(Announcement.remove(0));
        assertNull(targets.find(49));
        assertNull(targets.find(0));
        assertNull(targets.find(50));
        assertEquals(7, found(targets, 7).region);
        targets.apply(piece(7, 200, 0));
        assertEquals(200, found(targets, 7).bytes);
    }
}
