package dev.squall.fabric.shm;

import dev.squall.fabric.Fabric;
import dev.squall.memory.Region;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What two neighbours tell each other over their connection, by writes of the carrier into a small
 * region for each writer:
 *
 * <pre>
 *    0  i64  token: the writer's connection, which asks for a slot
 *    8  i64  rings: grows when the writer wakes who sleeps at its sockets
 *   16  i64  region, offset, length of the write that the writer had to refuse
 * </pre>
 *
 * The token is the first thing on a connection, after the greeting: a peer that has it knows the
 * connection, and its owner has been told.
 */
final class Mail {

    /** Regions of mail: this number and the writer's node id. */
    static final int REGIONS = Integer.MIN_VALUE;

    private static final int BYTES = 40;
    private static final int RINGS = 8;
    private static final int REFUSED = 16;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final Fabric carrier;
    private final int self;
    private final int peer;
    private final MemorySegment in = Region.allocate(BYTES);
    private final MemorySegment out = Region.allocate(BYTES);

    /** Opens the box for what a peer writes. */
    Mail(Fabric carrier, int self, int peer) {
        this.carrier = carrier;
        this.self = self;
        this.peer = peer;
        carrier.register(REGIONS + peer, in);
    }

    /** Asks for a slot. */
    void ask(long token) {
        out.set(LONG, 0, token);
        send(0, 8);
    }

    /** The connection for which the peer asks for a slot; 0 = it has not. */
    long asked() {
        return in.get(LONG, 0);
    }

    /** Wakes a peer that sleeps at its sockets. */
    void ring() {
        out.set(LONG, RINGS, out.get(LONG, RINGS) + 1);
        send(RINGS, 8);
    }

    /** Tells the peer why the connection is about to end. */
    void refuse(int region, long offset, long length) {
        out.set(LONG, REFUSED, region);
        out.set(LONG, REFUSED + 8, offset);
        out.set(LONG, REFUSED + 16, Math.max(length, 1));
        send(REFUSED, 24);
    }

    /** What the peer had to refuse, or empty. */
    String refused(Home home) {
        long length = in.get(LONG, REFUSED + 16);
        if (length == 0) {
            return "";
        }
        int region = (int) in.get(LONG, REFUSED);
        return describe(region, in.get(LONG, REFUSED + 8), length, home.bytes(region));
    }

    /**
     * @param bytes of the region; -1 = it is not registered
     */
    static String describe(int region, long offset, long length, long bytes) {
        return bytes < 0
                ? "a write into region %d, not registered".formatted(region)
                : "a write of %d bytes at %d into region %d of %d bytes"
                        .formatted(length, offset, region, bytes);
    }

    /** The way is full only when the peer does not read; then it has more than this to look at. */
    private void send(long at, long length) {
        var _ = carrier.write(peer, REGIONS + self, out, at, at, length);
    }

    /** Nothing is taken in any more. */
    void close() {
        carrier.unregister(REGIONS + peer);
    }
}
