package dev.squall.fabric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.squall.fabric.FabricEnds.End;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * One member writes records of random sizes into a ring of the other's memory and then the counter
 * that guards them; the other holds every byte against what it must be, and writes back how far it
 * is. Both sleep when there is nothing to do.
 *
 * <p>The sizes come from a seed that both know, so that nothing but bytes travels. The number of
 * writes is 100,000, or {@code -Dsquall.fabric.soak=N}.
 */
final class Soak {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final long SEED = 11;
    private static final int WORDS_MAX = 600;
    private static final long RING_AT = 4096;
    private static final long RING_BYTES = 1 << 20;
    private static final int BURST_MAX = 40;
    private static final long WAIT_NANOS = 50_000_000_000L;

    private final long writes;

    Soak(long writes) {
        this.writes = writes;
    }

    /** Where records lie: the same at both sides. */
    private static final class Places {
        private final SplittableRandom random = new SplittableRandom(SEED);
        long at = RING_AT;
        long bytes;
        long end;

        void next() {
            at = at + bytes > RING_AT + RING_BYTES - 8 * WORDS_MAX ? RING_AT : at + bytes;
            bytes = 8L * (1 + random.nextInt(WORDS_MAX));
            end += bytes;
        }
    }

    /** The writer's part. */
    void write(End end, int peer) {
        var places = new Places();
        var bursts = new SplittableRandom(SEED + 1);
        var ring = Arena.ofAuto().allocate(FabricEnds.REGION_BYTES, 8);
        var counter = Arena.ofAuto().allocate(8, 8);
        var ends = new long[1 << 12];
        long n = 0;
        while (n < writes) {
            long burst = Math.min(writes, n + 1 + bursts.nextInt(BURST_MAX));
            while (n < burst) {
                places.next();
                ends[(int) (++n % ends.length)] = places.end;
                awaitRoom(end, ends, n);
                fill(ring, places, n);
                post(end, peer, ring, places.at, places.bytes);
            }
            counter.set(LONG, 0, n);
            post(end, peer, counter, 0, 8);
            end.fabric.flush();
        }
        while (end.load(0) < writes) {
            end.turn(WAIT_NANOS);
        }
    }

    /** A record may lie where one was that the reader has read: half a ring is always free. */
    private static void awaitRoom(End end, long[] ends, long n) {
        long read = end.load(0);
        while (n - read >= ends.length
                || ends[(int) (n % ends.length)] - ends[(int) (read % ends.length)]
                        > RING_BYTES / 2) {
            end.turn(n - read > BURST_MAX ? WAIT_NANOS : 0);
            read = end.load(0);
        }
    }

    private static void fill(MemorySegment ring, Places places, long n) {
        for (long i = 0; i < places.bytes; i += 8) {
            ring.set(LONG, places.at + i, n * 31 + i);
        }
    }

    private static void post(End end, int peer, MemorySegment source, long at, long bytes) {
        while (!end.fabric.write(peer, FabricEnds.REGION, source, at, at, bytes)) {
            end.turn(0);
        }
    }

    /** The reader's part. Returns how many writes it has seen. */
    long read(End end, int peer) {
        var places = new Places();
        var counter = Arena.ofAuto().allocate(8, 8);
        long n = 0;
        while (n < writes) {
            long come = end.load(0);
            if (come == n) {
                end.turn(WAIT_NANOS);
                continue;
            }
            while (n < come) {
                places.next();
                check(end.memory, places, ++n);
            }
            counter.set(LONG, 0, n);
            post(end, peer, counter, 0, 8);
            end.fabric.flush();
        }
        return n;
    }

    private static void check(MemorySegment memory, Places places, long n) {
        for (long i = 0; i < places.bytes; i += 8) {
            long word = memory.get(LONG, places.at + i);
            if (word != n * 31 + i) {
                assertEquals(n * 31 + i, word, "write %d at byte %d".formatted(n, i));
            }
        }
    }
}
