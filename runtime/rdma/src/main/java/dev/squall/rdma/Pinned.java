package dev.squall.rdma;

import com.ibm.disni.verbs.IbvMr;
import com.ibm.disni.verbs.IbvPd;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Memory that the device may reach: its pages stay where they are until it is let go. Verbs as
 * DiSNI knows them register at most 2 GiB at once, so it is registered in pieces of equal size, the
 * last one shorter.
 *
 * <p><b>Ends.</b> Writes that were posted and read from here may still be on their way when the
 * owner is done with the memory; it is let go when the last of them has completed. Until then peers
 * can still write into it, which nobody reads any more.
 *
 * <p>Belongs to the fabric's thread.
 */
final class Pinned {

    /** The size of a piece: 1 GiB. */
    static final long PIECE_BYTES = 1L << 30;

    /** The device reads the memory, and nobody writes it. */
    static final int READ = 0;

    /** Peers may write it. */
    static final int WRITE = IbvMr.IBV_ACCESS_LOCAL_WRITE | IbvMr.IBV_ACCESS_REMOTE_WRITE;

    private final MemorySegment memory;
    private final long pieceBytes;
    private final IbvMr[] pieces;
    private int uses;
    private boolean retired;
    private boolean open = true;

    /**
     * Pins memory.
     *
     * @param memory outside the heap; kept alive as long as it is pinned
     * @throws IOException when the system does not let so much be pinned; says what to do
     */
    Pinned(IbvPd domain, MemorySegment memory, long pieceBytes, int access) throws IOException {
        if (!memory.isNative()) {
            throw new IOException("memory on the heap cannot be reached by a device");
        }
        this.memory = memory;
        this.pieceBytes = pieceBytes;
        this.pieces = new IbvMr[count(memory.byteSize(), pieceBytes)];
        for (int i = 0; i < pieces.length; i++) {
            long at = i * pieceBytes;
            int bytes = (int) Math.min(pieceBytes, memory.byteSize() - at);
            try {
                var call = domain.regMr(memory.address() + at, bytes, access);
                pieces[i] = call.execute().getMr();
                call.free();
            } catch (IOException e) {
                free(i);
                throw new IOException(
                        "cannot pin %d bytes of memory (%s); raise the limit of locked memory"
                                        .formatted(memory.byteSize(), e.getMessage())
                                + " (ulimit -l, LimitMEMLOCK, CAP_IPC_LOCK)",
                        e);
            }
        }
    }

    static int count(long bytes, long pieceBytes) {
        return (int) ((bytes + pieceBytes - 1) / pieceBytes);
    }

    MemorySegment memory() {
        return memory;
    }

    /** Where it begins. */
    long address() {
        return memory.address();
    }

    long bytes() {
        return memory.byteSize();
    }

    /** How large each piece but the last is. */
    long pieceBytes() {
        return pieceBytes;
    }

    int count() {
        return pieces.length;
    }

    /** Whether these bytes of the process lie in it. */
    boolean holds(long address, long length) {
        long at = address - memory.address();
        return at >= 0 && at <= memory.byteSize() - length;
    }

    /** By which this process' device finds the piece in which an offset lies. */
    int localKey(long at) {
        return pieces[(int) (at / pieceBytes)].getLkey();
    }

    /** By which peers find a piece. */
    int remoteKey(int piece) {
        return pieces[piece].getRkey();
    }

    /** A write that reads from it was posted. */
    void use() {
        uses++;
    }

    /** Such a write has completed, or never will. */
    void unuse() {
        uses--;
        freeUnused();
    }

    /** Whether posted writes read from it. */
    boolean inUse() {
        return uses > 0;
    }

    /** Whether its owner is done with it, so that it is let go as soon as it is not in use. */
    boolean isRetired() {
        return retired;
    }

    /** The owner is done with it. */
    void retire() {
        retired = true;
        freeUnused();
    }

    private void freeUnused() {
        if (retired && uses == 0 && open) {
            open = false;
            free(pieces.length);
        }
    }

    private void free(int count) {
        for (int i = 0; i < count; i++) {
            var piece = pieces[i];
            Quietly.run("a memory region", () -> piece.deregMr().execute());
        }
    }
}
