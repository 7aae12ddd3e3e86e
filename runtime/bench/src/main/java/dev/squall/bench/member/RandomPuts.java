package dev.squall.bench.member;

import dev.squall.node.AckLevel;
import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Puts of one size to random keys. All share one payload, which lies in the caller's cache as a
 * freshly made one would.
 */
final class RandomPuts implements PutSource {

    private static final long SEED = 42;

    private final String[] keys;
    private final MemorySegment payload;
    private final AckLevel ack;

    RandomPuts(String[] keys, int size, AckLevel ack) {
        this.keys = keys;
        this.payload = MemorySegment.ofArray(randomBytes(size));
        this.ack = ack;
    }

    /** Keys of a pool: {@code /pool/k0}, {@code /pool/k1} and so on. */
    static String[] keys(String pool, int count) {
        var keys = new String[count];
        for (int i = 0; i < count; i++) {
            keys[i] = "/" + pool + "/k" + i;
        }
        return keys;
    }

    private static byte[] randomBytes(int size) {
        var bytes = new byte[size];
        new Random(SEED).nextBytes(bytes);
        return bytes;
    }

    @Override
    public Put next() {
        return Put.of(keys[ThreadLocalRandom.current().nextInt(keys.length)], payload, ack);
    }

    @Override
    public void answered(Put put, PutAnswer answer) {}

    /** Each key once, then from the beginning again. */
    PutSource inTurn() {
        var next = new AtomicInteger();
        return new PutSource() {
            @Override
            public Put next() {
                int i = Math.floorMod(next.getAndIncrement(), keys.length);
                return Put.of(keys[i], payload, ack);
            }

            @Override
            public void answered(Put put, PutAnswer answer) {}
        };
    }
}
