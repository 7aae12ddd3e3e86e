package dev.squall.sim.check;

import dev.squall.log.Log;
import dev.squall.memory.Align;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * "What is cut off a log is kept beside it": when a replica comes back with a shorter log, the
 * newest file of its shard holds what went, byte for byte, and nothing else. Memory may have had a
 * record that rotted on the disk: then its harmed bytes are kept.
 */
final class KeptCuts extends Checker {

    private static final int HEADER_BYTES = 64;

    /** A record that rots does so in no more bytes than these. */
    private static final int TURNED_MAX = 8;

    @Override
    void cut(Replica before, Replica after) {
        var had = entries(before);
        var has = versions(after);
        var cut = kept(after);
        for (var entry : cut.records.values()) {
            boolean dropped = before.trimmed(entry.version()); // though not yet from the disk
            var then = had.get(entry.version());
            boolean rotted = then == null && before.locations.containsKey(entry.version());
            boolean same = then != null && (then.equals(entry) || isPart(entry, then));
            if (!dropped && !rotted && !same) {
                throw violated("%s never had %s, which it kept".formatted(before, entry));
            }
        }
        for (var entry : had.values()) {
            boolean stays = has.contains(entry.version()) || after.trimmed(entry.version());
            boolean kept = cut.records.containsKey(entry.version());
            if (!stays && !kept && !cut.hasHarmed(before, entry.version())) {
                throw violated("%s has lost %s, and did not keep it".formatted(after, entry));
            }
        }
    }

    /** Of a batch that has rotted in front, what is whole is found as a record of its own. */
    private static boolean isPart(Entry entry, Entry batch) {
        return !entry.objects().isEmpty()
                && batch.objects().size() > entry.objects().size()
                && batch.objects().containsAll(entry.objects());
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

    /** What the newest file holds: records, and the bytes of what is none. */
    private record Kept(Map<Long, Entry> records, List<MemorySegment> damages) {

        /** Whether it has a record of the log but for the bits that turned over on the disk. */
        boolean hasHarmed(Replica before, long version) {
            var log = before.store.log();
            long location = before.location(version);
            var m = log.memory(location);
            if (m == null) {
                return false;
            }
            var record =
                    m.asSlice(Log.offset(location), RecordLayout.length(m, Log.offset(location)));
            return damages.stream().anyMatch(damage -> holds(damage, record));
        }

        private static boolean holds(MemorySegment damage, MemorySegment record) {
            long length = record.byteSize();
            long last = damage.byteSize() - length;
            for (long at = 0; at <= last; at += Align.RECORD_BYTES) {
                if (differing(damage.asSlice(at, length), record) <= TURNED_MAX) {
                    return true;
                }
            }
            return false;
        }

        private static int differing(MemorySegment a, MemorySegment b) {
            int count = 0;
            long from = 0;
            while (count <= TURNED_MAX) {
                long next = a.asSlice(from).mismatch(b.asSlice(from));
                if (next < 0) {
                    return count;
                }
                count++;
                from += next + 1;
            }
            return count;
        }
    }

    private Kept kept(Replica replica) {
        var directory = "shard-" + replica.history.shard;
        List<String> cuts =
                replica.subject.files(directory).stream()
                        .filter(n -> n.startsWith("cut-"))
                        .toList();
        var found = new Kept(new TreeMap<>(), new ArrayList<>());
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
            if (RecordLayout.kind(m, at) == RecordLayout.KIND_DAMAGED) {
                found.damages.add(
                        m.asSlice(
                                RecordLayout.payloadAt(m, at), RecordLayout.payloadLength(m, at)));
            } else {
                found.records.put(RecordLayout.version(m, at), Entry.of(m, at));
            }
            at += RecordLayout.footprint(RecordLayout.length(m, at));
        }
        return found;
    }
}
