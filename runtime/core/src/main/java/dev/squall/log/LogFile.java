package dev.squall.log;

import dev.squall.base.Version;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;

/**
 * A file of a log as people look at it: a segment, or what was cut off a log (see {@link CutOff}).
 * It is only read, so that this may be done beside a node that runs.
 *
 * <p>What holds a file together is checked as recovery does it: the header and the prologue by
 * their sums, each record by both of its own, and versions must grow. The first record that fails
 * ends the look, for where the next one begins stands in it.
 */
final class LogFile {

    /** Sees the records, in order. */
    interface Visitor {

        /** One record, which is what was written. */
        void record(MemorySegment m, long at);
    }

    /**
     * What was found.
     *
     * @param records how many are what was written
     * @param last the newest version among them
     * @param end where they end; what is behind is of a segment that was dropped
     * @param badAt where the first thing begins that is not what was written; -1 = nowhere
     * @param why what is wrong there; empty = nothing
     */
    record Found(int records, long last, long end, long badAt, String why) {

        boolean whole() {
            return badAt < 0;
        }
    }

    private final MemorySegment m;

    /** All of its bytes. */
    LogFile(MemorySegment m) {
        this.m = m;
    }

    long bytes() {
        return m.byteSize();
    }

    /** Whether its header and prologue are what was written: the others need them to be. */
    boolean begins() {
        return SegmentHeader.whole(m);
    }

    /** In words, if it {@link #begins}. */
    String describe() {
        return "shard %d, segment %d, format %d, begins behind %s, prologue of %d bytes"
                .formatted(
                        SegmentHeader.shard(m),
                        SegmentHeader.number(m),
                        SegmentHeader.format(m),
                        text(SegmentHeader.previous(m)),
                        SegmentHeader.prologue(m));
    }

    static String text(long version) {
        return Version.view(version) + ":" + Version.sequence(version);
    }

    /** Looks at all of it, up to what is not what was written. */
    Found look(Visitor visitor) {
        if (!begins()) {
            return new Found(0, 0, 0, 0, "no whole header of a segment, or its prologue is harmed");
        }
        if (!SegmentHeader.readable(m)) {
            return new Found(
                    0, 0, 0, 8, "format " + SegmentHeader.format(m) + " is not known here");
        }
        long at = LogSegment.begin(SegmentHeader.prologue(m));
        long version = SegmentHeader.previous(m);
        int records = 0;
        while (at < m.byteSize() && !EndMark.stands(m, at)) {
            var why = wrong(at, version);
            if (!why.isEmpty()) {
                return new Found(records, version, at, at, why);
            }
            visitor.record(m, at);
            records++;
            version = damage(at) ? version : RecordLayout.version(m, at);
            at += RecordLayout.footprint(RecordLayout.length(m, at));
        }
        return new Found(records, version, at, -1, "");
    }

    /** In a file of what was cut off: bytes that are no record stand in one. */
    private boolean damage(long at) {
        return RecordLayout.kind(m, at) == RecordLayout.KIND_DAMAGED;
    }

    private String wrong(long at, long version) {
        long left = m.byteSize() - at;
        if (left < RecordLayout.HEADER_BYTES) {
            return "%d bytes are left, a record has at least %d"
                    .formatted(left, RecordLayout.HEADER_BYTES);
        }
        if (!RecordLayout.headerValid(m, at, Long.MAX_VALUE)) {
            return "the record's header is not what was written";
        }
        long footprint = RecordLayout.footprint(RecordLayout.length(m, at));
        if (footprint > left) {
            return "the record has %d bytes, %d are left".formatted(footprint, left);
        }
        if (!RecordLayout.bodyIntact(m, at)) {
            return "the record's key, producer or payload is not what was written";
        }
        return damage(at) || RecordLayout.version(m, at) > version
                ? ""
                : "version %s does not come after %s"
                        .formatted(text(RecordLayout.version(m, at)), text(version));
    }
}
