package dev.squall.order;

import dev.squall.memory.SecondHand;
import dev.squall.wire.RecordLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A record that is longer than a message, in memory of its own while it is sent or joined. Closed
 * by its owner as soon as it is through. Belongs to one thread.
 */
public final class LongRecord implements LongSend {

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory;
    private int sent;

    /** Room for a record of this length. */
    public LongRecord(int length) {
        memory = SecondHand.allocate(RecordLayout.footprint(length), arena);
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public long at() {
        return 0;
    }

    @Override
    public boolean send(Multicast multicast, long stamp) {
        return send(multicast, stamp, false);
    }

    /**
     * Sends what the ring takes.
     *
     * @param stamp the time of the messages
     * @param sparing whether half of the ring is left to others: an old record is sent so, in the
     *     background of new ones
     * @return whether all of it has been sent now
     */
    public boolean send(Multicast multicast, long stamp, boolean sparing) {
        int whole = RecordLayout.length(memory, 0);
        while (sent < whole && sendOne(multicast, whole, stamp, sparing)) {}
        return sent == whole;
    }

    private boolean sendOne(Multicast multicast, int whole, long stamp, boolean sparing) {
        int room = multicast.messageBytesMax() - RecordLayout.HEADER_BYTES;
        int length = Math.min(whole - sent, room);
        int message = RecordLayout.HEADER_BYTES + length;
        long at = sparing ? multicast.reserveSparing(message) : multicast.reserve(message);
        if (at < 0) {
            return false;
        }
        var ring = multicast.memory();
        RecordLayout.writeHeader(ring, at, RecordLayout.KIND_FRAGMENT, 0, 0, length);
        RecordLayout.flags(ring, at, sparing ? RecordLayout.FLAG_REPLAY : 0);
        RecordLayout.stamp(ring, at, stamp);
        RecordLayout.writeFragment(ring, at, whole, sent);
        MemorySegment.copy(memory, sent, ring, at + RecordLayout.HEADER_BYTES, length);
        RecordLayout.seal(ring, at);
        multicast.commit(message);
        sent += length;
        return true;
    }

    @Override
    public void close() {
        arena.close();
    }
}
