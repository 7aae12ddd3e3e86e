package dev.squall.bench.member;

import dev.squall.node.AckLevel;
import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import dev.squall.store.Outcome;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Durable puts of random sizes to a few keys, each with its own {@link Stamp}. Every answer is told
 * at once, so that it is known outside before the process can be killed for long.
 */
final class StampedPuts implements PutSource {

    private final String[] keys;
    private final int sizeMax;
    private final int life;
    private final int member;
    private final Consumer<Message> tell;
    private final AtomicLong number = new AtomicLong();

    StampedPuts(String[] keys, int sizeMax, int life, int member, Consumer<Message> tell) {
        this.keys = keys;
        this.sizeMax = sizeMax;
        this.life = life;
        this.member = member;
        this.tell = tell;
    }

    @Override
    public Put next() {
        var random = ThreadLocalRandom.current();
        var stamp = new Stamp(life, member, number.incrementAndGet());
        var payload = stamp.payload(random.nextInt(Stamp.BYTES, sizeMax + 1));
        return Put.of(
                keys[random.nextInt(keys.length)],
                MemorySegment.ofArray(payload),
                AckLevel.DURABLE);
    }

    @Override
    public void answered(Put put, PutAnswer answer) {
        if (!(answer.outcome() instanceof Outcome.Stored(long version, long timestamp))) {
            throw new IllegalStateException("a put was answered " + answer.outcome());
        }
        tell.accept(
                Message.of(
                        "acknowledged",
                        "key",
                        put.key(),
                        "version",
                        version,
                        "timestamp",
                        timestamp,
                        "stamp",
                        Stamp.read(put.payload()),
                        "checksum",
                        Stamp.checksum(put.payload())));
    }
}
