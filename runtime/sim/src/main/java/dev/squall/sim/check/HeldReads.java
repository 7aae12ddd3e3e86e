package dev.squall.sim.check;

import dev.squall.log.Log;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * "Who holds what he has read reads on undisturbed": the oldest record of a log, when it is in a
 * mapped file, is held for a while, over the time when its segment is dropped and its file may be
 * written over.
 */
final class HeldReads extends Checker {

    /** Records that are held of a node's shard at a time. */
    private static final int HELD_MAX = 8;

    /** A disk that rots turns over no more bytes of a record than these. */
    private static final int TURNED_MAX = 8;

    private record Held(MemorySegment record, MemorySegment was, long version) {}

    private final Map<Replica, ArrayDeque<Held>> held = new HashMap<>();

    @Override
    void turned(Subject subject, List<Replica> replicas) {
        held.keySet().removeIf(r -> !r.subject.alive());
        for (var replica : replicas) {
            var mine = held.computeIfAbsent(replica, _ -> new ArrayDeque<>());
            mine.forEach(h -> check(replica, h));
            long version = replica.firstVersion();
            if (mine.isEmpty() || mine.getLast().version() != version) {
                hold(replica, mine, version);
            }
        }
    }

    private static void hold(Replica replica, ArrayDeque<Held> mine, long version) {
        var log = replica.store.log();
        long at = log.settle(log.first());
        var memory = at < 0 ? null : log.memory(at);
        long offset = Log.offset(at);
        if (memory == null
                || !memory.isReadOnly()
                || !RecordLayout.valid(memory, offset, memory.byteSize() - offset)) {
            return;
        }
        var record = memory.asSlice(offset, RecordLayout.length(memory, offset));
        if (mine.size() == HELD_MAX) {
            mine.remove();
        }
        var was = MemorySegment.ofArray(record.toArray(ValueLayout.JAVA_BYTE));
        mine.add(new Held(record, was, version));
    }

    private void check(Replica replica, Held held) {
        if (held.was().mismatch(held.record()) < 0) {
            return;
        }
        int turned = 0;
        for (long i = 0; i < held.was().byteSize(); i++) {
            byte now = held.record().get(ValueLayout.JAVA_BYTE, i);
            turned += held.was().get(ValueLayout.JAVA_BYTE, i) == now ? 0 : 1;
        }
        if (turned > TURNED_MAX) {
            throw violated(
                    "%s: %d bytes of version %d have changed under who reads it"
                            .formatted(replica, turned, held.version()));
        }
    }
}
