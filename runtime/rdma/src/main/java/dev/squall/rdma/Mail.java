package dev.squall.rdma;

import dev.squall.fabric.Fabric;
import dev.squall.memory.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What two members tell each other over their carrier before there is a queue pair between them,
 * and when they part, by writes into a small region for each writer:
 *
 * <pre>
 *    0  i64  address of the writer's {@link Box} for the reader; not 0
 *    8  i32  its key
 *   12  i32  the port from which the writer calls the reader; 0 = it waits for the reader's call
 *   16  i64  region, offset, length of the write that the writer had to refuse
 * </pre>
 *
 * The port tells a call that belongs to this connection of the carrier from any other.
 */
final class Mail {

    /** Regions of mail: this number and the writer's node id. */
    static final int REGIONS = Integer.MIN_VALUE;

    private static final int OFFER_BYTES = 16;
    private static final int REFUSED = 16;
    private static final int BYTES = 40;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

    private final Fabric carrier;
    private final int self;
    private final int peer;
    private final MemorySegment in = Region.allocate(BYTES);
    private final MemorySegment out = Region.allocate(BYTES);
    private boolean waits;

    /** Opens the box for what a peer writes. */
    Mail(Fabric carrier, int self, int peer) {
        this.carrier = carrier;
        this.self = self;
        this.peer = peer;
        carrier.register(REGIONS + peer, in);
    }

    /** Tells the peer where it may announce its memory. */
    void offer(Box box, int port) {
        out.set(LONG, 0, box.address());
        out.set(INT, 8, box.key());
        out.set(INT, 12, port);
        waits = true;
        send();
    }

    /** Sends the offer if it is not sent yet. */
    void send() {
        waits = waits && !carrier.write(peer, REGIONS + self, out, 0, 0, OFFER_BYTES);
    }

    /** Whether the peer has said where its box is. */
    boolean isOffered() {
        return boxAddress() != 0;
    }

    long boxAddress() {
        return in.get(LONG, 0);
    }

    int boxKey() {
        return in.get(INT, 8);
    }

    /** From which port the peer calls. */
    int port() {
        return in.get(INT, 12);
    }

    /** Tells the peer why the connection is about to end. */
    void refuse(int region, long offset, long length) {
        out.set(LONG, REFUSED, region);
        out.set(LONG, REFUSED + 8, offset);
        out.set(LONG, REFUSED + 16, Math.max(length, 1));
        // Full only when the peer does not read; then the bare end of the connection must do.
        var _ = carrier.write(peer, REGIONS + self, out, REFUSED, REFUSED, BYTES - REFUSED);
    }

    /** What the peer had to refuse, or empty. */
    String refused(Registry registry) {
        long length = in.get(LONG, REFUSED + 16);
        if (length == 0) {
            return "";
        }
        int region = (int) in.get(LONG, REFUSED);
        long bytes = registry.bytes(region);
        return describe(region, in.get(LONG, REFUSED + 8), length)
                + (bytes < 0 ? ", not registered" : " of %d bytes".formatted(bytes));
    }

    static String describe(int region, long offset, long length) {
        return "a write of %d bytes at %d into region %d".formatted(length, offset, region);
    }

    /** Nothing is taken in any more. */
    void close() {
        carrier.unregister(REGIONS + peer);
    }
}
