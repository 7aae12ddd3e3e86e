package dev.squall.bench.member;

import dev.squall.node.AckLevel;
import dev.squall.node.Put;
import dev.squall.node.PutAnswer;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ThreadLocalRandom;

/** Puts of one size to random keys, each of which says who put it and when. */
final class ClockedPuts implements PutSource {

    private final String[] keys;
    private final int size;
    private final AckLevel ack;
    private final int member;

    ClockedPuts(String[] keys, int size, AckLevel ack, int member) {
        this.keys = keys;
        this.size = size;
        this.ack = ack;
        this.member = member;
    }

    @Override
    public Put next() {
        var key = keys[ThreadLocalRandom.current().nextInt(keys.length)];
        var payload = MemorySegment.ofArray(new byte[size]);
        Clocked.stamp(payload, member);
        return Put.of(key, payload, ack);
    }

    @Override
    public void answered(Put put, PutAnswer answer) {}
}
