package dev.squall.rdma;

import dev.squall.memory.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * What one peer tells this node beside the data, by writes into memory that is there for that peer
 * alone; it lives as long as the connection. Little-endian:
 *
 * <pre>
 *     0  i64  rings of this node for which the peer is ready again
 *     8  i64  announcements of this node that the peer has read
 *    64  i64  announcements of the peer
 *   128  1024 announcements of {@link Announcement#BYTES} bytes; the n-th at place n modulo 1024
 * </pre>
 *
 * An announcement is written before it is counted. Belongs to the fabric's thread.
 */
final class Box {

    /** Announcements on their way that a peer has not read yet. */
    static final int ANNOUNCEMENTS_MAX = 1024;

    /** Where a node writes how far it is: two words. */
    static final long TAKEN = 0;

    /** The bytes there. */
    static final int TAKEN_BYTES = 16;

    /** Where a node counts its announcements: one word. */
    static final long COUNT = 64;

    private static final long READ = 8;
    private static final long FIRST = 128;
    private static final long BYTES = FIRST + (long) ANNOUNCEMENTS_MAX * Announcement.BYTES;

    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    private final MemorySegment memory = Region.allocate(BYTES);
    private final Pinned pinned;
    private long applied;

    Box(Device device) throws IOException {
        pinned = device.pin(memory, Pinned.WRITE);
    }

    long address() {
        return pinned.address();
    }

    int key() {
        return pinned.remoteKey(0);
    }

    /** Where the n-th announcement lies in a box. */
    static long place(long n) {
        return FIRST + n % ANNOUNCEMENTS_MAX * Announcement.BYTES;
    }

    /** How many rings of this node the peer has taken and is ready for anew. */
    long ringsTaken() {
        return (long) WORD.getAcquire(memory, TAKEN);
    }

    /** How many announcements of this node the peer has read. */
    long announcementsRead() {
        return (long) WORD.getAcquire(memory, READ);
    }

    /** How many announcements of the peer were read here. */
    long applied() {
        return applied;
    }

    /** Reads what the peer has announced since. */
    void read(Targets targets) {
        long count = (long) WORD.getAcquire(memory, COUNT);
        while (applied < count) {
            targets.apply(Announcement.read(memory, place(applied++)));
        }
    }

    void close() {
        pinned.retire();
    }
}
