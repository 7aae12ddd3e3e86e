package dev.squall.node;

import dev.squall.log.Log;
import dev.squall.store.Labelled;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.LabelLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A labelled version on its way from the old end of its shard's log to the new one. It stays sealed
 * as it is.
 *
 * @param m log memory that holds it
 * @param of which version it is
 */
record KeptRecord(MemorySegment m, Labelled of) implements Message {

    private long at() {
        return Log.offset(of.location());
    }

    /** None: nobody asks for it, and it belongs to the log that it comes from. */
    @Override
    public List<String> keys() {
        return List.of();
    }

    @Override
    public String by() {
        return "";
    }

    @Override
    public int length() {
        return RecordLayout.length(m, at());
    }

    @Override
    public void write(MemorySegment to, long offset, long stamp) {
        MemorySegment.copy(m, at(), to, offset, length());
        if (BatchLayout.record(to, offset) != offset) { // was one of several in a record
            RecordLayout.writeRequest(to, offset, 0, RecordLayout.ANY, 0, 0);
        }
        LabelLayout.writeKept(to, offset, of.label(), of.record(), of.version(), of.timestamp());
        RecordLayout.stamp(to, offset, stamp);
    }
}
