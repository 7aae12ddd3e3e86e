package dev.squall.trigger;

import dev.squall.udl.ObjectView;
import java.lang.foreign.MemorySegment;

/** What a trigger hands to a UDL: bytes that are stored nowhere. */
record TriggeredObject(String key, MemorySegment bytes, long timestamp, String traceId)
        implements ObjectView {

    @Override
    public long version() {
        return 0;
    }

    @Override
    public String producer() {
        return "";
    }

    @Override
    public ObjectView retain() {
        return this;
    }
}
