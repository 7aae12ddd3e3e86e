package dev.squall.store;

import dev.squall.base.Counter;
import dev.squall.wire.BatchLayout;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.MemorySegment;

/** Tells a shard's listener what has come into its log, and counts it. For the shard's writer. */
final class Herald {

    private final ShardStore store;
    private final PutListener listener;
    private final Counter puts = new Counter();
    private final Counter putBytes = new Counter();

    Herald(ShardStore store, PutListener listener) {
        this.store = store;
        this.listener = listener;
    }

    PutListener listener() {
        return listener;
    }

    /** Versions told of. Any thread. */
    long puts() {
        return puts.get();
    }

    /** Payload bytes of {@link #puts}. Any thread. */
    long putBytes() {
        return putBytes.get();
    }

    /** A record stands in the log. */
    void tell(MemorySegment m, long at, long location) {
        if (RecordLayout.imported(m, at)) {
            listener.onImport(store, location, new StoredObject(m, at));
            return;
        }
        if (Chunks.isChunk(m, at)) {
            listener.onChunk(store, location, new StoredObject(m, at));
        } else if (BatchLayout.firstObject(m, at) < 0) {
            listener.onWord(store, location, new StoredObject(m, at));
        }
        for (long o = BatchLayout.firstObject(m, at); o >= 0; o = BatchLayout.nextObject(m, o)) {
            puts.add(1);
            putBytes.add(RecordLayout.payloadLength(m, o));
            listener.onPut(store, location + (o - at), new StoredObject(m, o));
        }
    }
}
