package dev.squall.node;

import dev.squall.store.StoredObject;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.LabelLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A record on its way into another shard. That of an object stays sealed as it is; one that is
 * about no object is sealed here.
 *
 * @param m memory that holds it and does not change
 * @param at where it begins there
 * @param source the number of the shard that it comes from
 * @param version the object's
 * @param timestamp the object's, microseconds
 * @param label the number of its label; 0 = none
 */
record ImportRecord(MemorySegment m, long at, int source, long version, long timestamp, int label)
        implements Message {

    /** A key's version. */
    static ImportRecord of(StoredObject object, int source, int label) {
        return new ImportRecord(
                object.memory(), object.at(), source, object.version(), object.timestamp(), label);
    }

    /** What is about no key. */
    static ImportRecord of(MemorySegment record, int source) {
        return new ImportRecord(record, 0, source, 0, 0, 0);
    }

    /** None: nobody asks for it, and nothing of it may be elsewhere. */
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
        return RecordLayout.length(m, at);
    }

    @Override
    public void write(MemorySegment to, long offset, long stamp) {
        MemorySegment.copy(m, at, to, offset, length());
        if (LabelLayout.isKept(to, offset)) {
            LabelLayout.writePut(to, offset);
        }
        boolean part = BatchLayout.record(to, offset) != offset;
        RecordLayout.writeImport(to, offset, source, version, timestamp);
        if (part) { // was one of several in a record, and is a record of its own here
            RecordLayout.writeRequest(to, offset, 0, version, 0, 0);
        }
        LabelLayout.number(to, offset, label);
        RecordLayout.stamp(to, offset, stamp);
        if (version == 0) {
            RecordLayout.seal(to, offset);
        }
    }
}
