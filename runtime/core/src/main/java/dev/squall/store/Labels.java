package dev.squall.store;

import dev.squall.log.Log;
import dev.squall.store.VersionChain.By;
import dev.squall.wire.LabelLayout;
import dev.squall.wire.RecordLayout;
import dev.squall.wire.VersionLink;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What a shard does with the records that are about labels: which version a label is for, what they
 * say of it in this log, and whether they are taken. For the shard's writer; see {@link Kept}.
 */
final class Labels {

    /**
     * The version that a label is for.
     *
     * @param location where its record stands
     * @param next the version that came after it; 0 = none
     */
    private record Target(
            String key,
            long version,
            long location,
            long bytes,
            int label,
            long next,
            long nextTime) {}

    private final Log log;
    private final ShardIndex index;
    private final Kept kept;
    private final Tickets tickets;
    private final Room room;
    private @Nullable Labelled carried;
    private @Nullable Target target;

    Labels(Log log, ShardIndex index, Tickets tickets, Room room) {
        this.log = log;
        this.index = index;
        this.tickets = tickets;
        this.room = room;
        this.kept = index.kept();
    }

    /** Why a LABEL or KEPT changes nothing, or null; then it is taken next. */
    @Nullable Outcome refusal(MemorySegment m, long at) {
        carried = null;
        target = null;
        if (LabelLayout.isKept(m, at)) {
            carried = kept.accepts(m, at);
            return carried == null ? new Outcome.Absent() : null;
        }
        if (tickets.held(m, at)) {
            return new Outcome.Held(RecordLayout.key(m, at));
        }
        var found = target(m, at);
        target = found;
        if (found == null) {
            return new Outcome.Absent();
        }
        boolean more = LabelLayout.number(m, at) != 0 && found.label == 0;
        var full = more ? kept.refusal(1, found.bytes) : null;
        return full == null ? room.refusal(m, at) : full;
    }

    /** Which version a label is for; null = none that could have one. */
    private @Nullable Target target(MemorySegment m, long at) {
        long head = index.newest(m, at);
        long wanted = RecordLayout.expected(m, at);
        long location = wanted == RecordLayout.ANY ? head : index.place(m, at, head, wanted);
        var object = location <= 0 ? null : log.memory(location);
        if (object == null) {
            return null;
        }
        log.soundness().demandAll(object, location);
        long offset = Log.offset(location);
        int kind = RecordLayout.kind(object, offset);
        if (kind != RecordLayout.KIND_PUT && kind != RecordLayout.KIND_KEPT) {
            return null; // a delete, or an object in chunks
        }
        var key = RecordLayout.key(object, offset);
        long version = RecordLayout.objectVersion(object, offset);
        long bytes = RecordLayout.footprint(RecordLayout.length(object, offset));
        var there = kept.find(key, version);
        if (there != null) {
            return new Target(
                    key, version, location, bytes, there.label(), there.next(), there.nextTime());
        }
        return fresh(head, location, key, version, bytes);
    }

    private Target fresh(long head, long location, String key, long version, long bytes) {
        if (location == head) {
            return new Target(key, version, location, bytes, 0, 0, 0);
        }
        long depth = index.depthOf(location);
        long next = VersionChain.notAfter(log, head, By.DEPTH, depth + 1);
        var m = log.memory(next);
        if (m == null) {
            throw new IllegalStateException("a version is not the newest, and nothing after it");
        }
        log.soundness().demand(m, next);
        long at = Log.offset(next);
        long newer = RecordLayout.objectVersion(m, at);
        long time = RecordLayout.objectTimestamp(m, at);
        return new Target(key, version, location, bytes, 0, newer, time);
    }

    /** Takes into the log what {@link #refusal} has just not refused. Returns its place. */
    long enter(MemorySegment m, long at, long version, long timestamp) {
        var of = carried;
        var is = target;
        if (of != null) {
            return carry(m, at, of, version, timestamp);
        }
        if (is == null) {
            throw new IllegalStateException("a label for nothing");
        }
        return index.append(
                m,
                at,
                version,
                timestamp,
                (copy, offset) ->
                        LabelLayout.writeTarget(
                                copy, offset, is.version, is.location, is.next, is.nextTime));
    }

    private long carry(MemorySegment m, long at, Labelled of, long version, long timestamp) {
        boolean newest = index.newest(m, at) == of.location();
        return index.append(
                m,
                at,
                version,
                timestamp,
                (copy, offset) -> {
                    LabelLayout.writePlace(copy, offset, of.label(), newest);
                    if (newest) {
                        relink(copy, offset, of.location());
                    } else {
                        LabelLayout.writeNext(copy, offset, of.next(), of.nextTime());
                    }
                });
    }

    /** Takes over the links of the record whose place a copy takes. */
    private void relink(MemorySegment copy, long offset, long from) {
        var m = log.memory(from);
        if (m == null) {
            throw new IllegalStateException("a labelled version was dropped: " + from);
        }
        log.soundness().demand(m, from);
        long at = Log.offset(from);
        long depth = VersionLink.depth(m, at);
        VersionLink.write(
                copy, offset, VersionLink.previous(m, at), VersionLink.jump(m, at), depth);
    }

    /** Takes a LABEL or KEPT out of a peer's log into this one, whose places are others. */
    long replay(MemorySegment m, long at, long version, long timestamp) {
        return index.append(m, at, version, timestamp, this::relocate);
    }

    private void relocate(MemorySegment m, long at) {
        long head = index.newest(m, at);
        if (RecordLayout.kind(m, at) == RecordLayout.KIND_LABEL) {
            long place = index.place(m, at, head, RecordLayout.expected(m, at));
            LabelLayout.writeTarget(m, at, Math.max(place, 0));
        } else if (LabelLayout.isNewest(m, at)) {
            if (head == 0) {
                VersionLink.write(m, at, 0, 0, VersionLink.depth(m, at));
            } else {
                relink(m, at, head);
            }
        }
    }
}
