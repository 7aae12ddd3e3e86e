package dev.squall.fabric.shm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The first file of a node's {@link Home}: who it is, its doorbell, who may write, and where its
 * registered memory is. Little-endian, mapped by the node and by all neighbours:
 *
 * <pre>
 *       0  i64  magic              64  i32  bell: see {@link Bell}
 *       8  i32  protocol: 1       128  i32  entries in use, grows
 *      12  i32  node             4096  128 slots of 256 bytes, one for each writer
 *      16  i64  incarnation     36864  16384 entries of 32 bytes, one for each region
 *
 *   slot   0  i64  open: the token of the connection that may write; 0 = nobody   by the node
 *          8  i32  the writer's node id                                           by the node
 *        128  i64  posts: grows with every turn in which the writer has written   by the writer
 *        136  i32  how the writer writes: 1 = here, 2 = over its sockets          by the writer
 *
 *   entry  0  i64  number: of the memory's file, never used again; 0 = free       by the node
 *          8  i32  region
 *         12  i32  1 = the file can be mapped, 0 = the memory is the node's own
 *         16  i64  bytes
 * </pre>
 *
 * Each field has one writer. An entry's number is written last and cleared first, so that who reads
 * it before and after sees the rest whole.
 */
final class HomeFile {

    static final int SLOTS = 128;

    /** Regions that a node may have registered at a time: 16384. */
    static final int ENTRIES_MAX = 1 << 14;

    static final long BYTES = 36_864 + 32L * ENTRIES_MAX;

    static final int BELL = 64;

    /** The writer has not said yet how it writes. */
    static final int BY_NOTHING = 0;

    /** The writer stores into memory. */
    static final int BY_MEMORY = 1;

    /** The writer sends frames. */
    static final int BY_SOCKETS = 2;

    private static final long MAGIC = 0x6873_6c6c_6175_7153L;
    private static final int PROTOCOL = 1;

    private static final int USED = 128;
    private static final int SLOTS_AT = 4096;
    private static final int SLOT_BYTES = 256;
    private static final int NODE_IN_SLOT = 8;
    private static final int POSTS = 128;
    private static final int WAY = 136;
    private static final int ENTRIES_AT = 36_864;
    private static final int ENTRY_BYTES = 32;

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    final MemorySegment memory;

    HomeFile(MemorySegment memory) {
        this.memory = memory;
    }

    /** Says who it belongs to; the magic comes last. */
    void sign(int node, long incarnation) {
        memory.set(ValueLayout.JAVA_INT, 8, PROTOCOL);
        memory.set(ValueLayout.JAVA_INT, 12, node);
        memory.set(ValueLayout.JAVA_LONG, 16, incarnation);
        LONG.setRelease(memory, 0L, MAGIC);
    }

    /** Whether it belongs to this life of this node, which speaks as we do. */
    boolean isOf(int node, long incarnation) {
        return (long) LONG.getAcquire(memory, 0L) == MAGIC
                && memory.get(ValueLayout.JAVA_INT, 8) == PROTOCOL
                && memory.get(ValueLayout.JAVA_INT, 12) == node
                && memory.get(ValueLayout.JAVA_LONG, 16) == incarnation;
    }

    private static long slot(int slot) {
        return SLOTS_AT + (long) slot * SLOT_BYTES;
    }

    /** Gives a slot to a writer, who may not write yet. */
    void give(int slot, int node) {
        long at = slot(slot);
        INT.setRelease(memory, at + WAY, BY_NOTHING);
        INT.setRelease(memory, at + NODE_IN_SLOT, node);
    }

    /** Lets the writer of a slot write from now on. */
    void open(int slot, long token) {
        LONG.setRelease(memory, slot(slot), token);
    }

    /** Takes a slot back. */
    void close(int slot) {
        LONG.setVolatile(memory, slot(slot), 0L);
        INT.setRelease(memory, slot(slot) + NODE_IN_SLOT, 0);
    }

    /** The slot that is open for a writer's connection; -1 = none yet. */
    int openSlot(int node, long token) {
        for (int s = 0; s < SLOTS; s++) {
            if (isOpen(s, token) && (int) INT.getAcquire(memory, slot(s) + NODE_IN_SLOT) == node) {
                return s;
            }
        }
        return -1;
    }

    boolean isOpen(int slot, long token) {
        return (long) LONG.getAcquire(memory, slot(slot)) == token;
    }

    long posts(int slot) {
        return (long) LONG.getAcquire(memory, slot(slot) + POSTS);
    }

    /** The writer of a slot has written something. */
    void post(int slot) {
        long at = slot(slot) + POSTS;
        LONG.setRelease(memory, at, (long) LONG.get(memory, at) + 1);
    }

    int way(int slot) {
        return (int) INT.getAcquire(memory, slot(slot) + WAY);
    }

    void way(int slot, int way) {
        INT.setRelease(memory, slot(slot) + WAY, way);
    }

    private static long entry(int entry) {
        return ENTRIES_AT + (long) entry * ENTRY_BYTES;
    }

    /** Fills an entry. */
    void enter(int entry, long number, int region, boolean shared, long bytes) {
        long at = entry(entry);
        INT.setOpaque(memory, at + 8, region);
        INT.setOpaque(memory, at + 12, shared ? 1 : 0);
        LONG.setOpaque(memory, at + 16, bytes);
        LONG.setRelease(memory, at, number);
        int used = (int) INT.get(memory, (long) USED);
        if (entry >= used) {
            INT.setRelease(memory, (long) USED, entry + 1);
        }
    }

    /** Empties an entry. */
    void leave(int entry) {
        LONG.setVolatile(memory, entry(entry), 0L);
    }

    /** The number of an entry's memory; 0 = it is free. */
    long number(int entry) {
        return (long) LONG.getAcquire(memory, entry(entry));
    }

    int region(int entry) {
        return (int) INT.getOpaque(memory, entry(entry) + 8);
    }

    boolean shared(int entry) {
        return (int) INT.getOpaque(memory, entry(entry) + 12) == 1;
    }

    long bytes(int entry) {
        return (long) LONG.getOpaque(memory, entry(entry) + 16);
    }

    /** The entry of a region; -1 = it is not registered. */
    int find(int region) {
        int used = Math.min((int) INT.getAcquire(memory, (long) USED), ENTRIES_MAX);
        for (int e = 0; e < used; e++) {
            if (number(e) != 0 && region(e) == region) {
                return e;
            }
        }
        return -1;
    }
}
