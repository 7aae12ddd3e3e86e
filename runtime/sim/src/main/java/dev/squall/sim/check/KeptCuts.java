package dev.squall.sim.check;

import dev.squall.log.Log;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * "What is cut off a log is kept beside it": when a replica comes back with a shorter log, the
 * newest file of its shard holds what went, byte for byte, and nothing else.
 */
final class KeptCuts extends Checker {

    private static final int HEADER_BYTES = 64;

    @Override
    void cut(Replica before, Replica after) {
        var had = entries(before);
        var has = versions(after);
        var kept = kept(after);
        for (var entry : kept.values()) {
            boolean dropped = before.trimmed(entry.version()); // though not yet from the disk
            var then = had.get(entry.version());
            boolean rotted = then == null && before.locations.containsKey(entry.version());
            if (!dropped && !rotted && !entry.equals(then)) {
                throw violated("%s never had %s, which it kept".formatted(before, entry));
            }
        }
        for (var entry : had.values()) {
            boolean stays = has.contains(entry.version()) || after.trimmed(entry.version());
            if (!stays && !kept.containsKey(entry.version())) {
                throw violated("%s has lost %s, and did not keep it".formatted(after, entry));
            }
        }
    }

    /** What stays, also of the view that goes on: it was cut, so that nothing of it has rotted. */
    private static Set<Long> versions(Replica replica) {
        var versions = new HashSet<Long>();
        var log = replica.store.log();
        log.visit(
                log.first(),
                (_, m, at) -> {
                    versions.add(RecordLayout.version(m, at));
                    return true;
                });
        return versions;
    }

    /** What it has, but for what has rotted. */
    private static Map<Long, Entry> entries(Replica replica) {
        var entries = new TreeMap<Long, Entry>();
        var log = replica.store.log();
        for (long location : replica.locations.values()) {
            var m = log.memory(location);
            long at = Log.offset(location);
            if (m != null && RecordLayout.valid(m, at, m.byteSize() - at)) {
                entries.put(RecordLayout.version(m, at), Entry.of(m, at));
            }
        }
        return entries;
    }

    private Map<Long, Entry> kept(Replica replica) {
        var directory = "shard-" + replica.history.shard;
        List<String> cuts =
                replica.subject.files(directory).stream()
                        .filter(n -> n.startsWith("cut-"))
                        .toList();
        var found = new TreeMap<Long, Entry>();
        if (cuts.isEmpty()) {
            return found;
        }
        var bytes = replica.subject.read(directory + "/" + cuts.getLast());
        var m = Arena.ofAuto().allocate(bytes.length, 32);
        MemorySegment.copy(bytes, 0, m, ValueLayout.JAVA_BYTE, 0, bytes.length);
        long at = HEADER_BYTES;
        while (at < bytes.length) {
            if (!RecordLayout.valid(m, at, bytes.length - at)) {
                throw violated("%s: no record at byte %d of %s".formatted(replica, at, cuts));
            }
            if (RecordLayout.kind(m, at) != RecordLayout.KIND_DAMAGED) {
                found.put(RecordLayout.version(m, at), Entry.of(m, at));
            }
            at += RecordLayout.footprint(RecordLayout.length(m, at));
        }
        return found;
    }
}
