package dev.squall.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Memory that others have used before, as they left it: for whoever writes a byte before he reads
 * it. Fresh memory costs a page fault and a page of zeros at each first touch, and large puts spent
 * a third of their time on that; this has neither.
 *
 * <p><b>Lifetime.</b> As that of a {@link Region}: it lives until its arena is closed, or nobody
 * can reach it any more. Only then it is kept here for the next one who wants as much.
 *
 * <p><b>What is kept</b> belongs to the system as soon as that is short of memory ({@code
 * MADV_FREE}): then its pages come back as zeros. So it counts as resident and costs nobody
 * anything.
 *
 * <p>Any thread, without locks.
 */
public final class SecondHand {

    /** What is kept at most, in bytes: 640 MiB, a little more than a collection sets free. */
    public static final long KEPT_BYTES_MAX = 640L << 20;

    /** Sizes are powers of two from 64 KiB to 64 MiB; what is larger is not kept. */
    private static final int SMALLEST = 16;

    private static final int LARGEST = 26;

    private static final List<ConcurrentLinkedDeque<MemorySegment>> KEPT =
            IntStream.rangeClosed(SMALLEST, LARGEST)
                    .mapToObj(_ -> new ConcurrentLinkedDeque<MemorySegment>())
                    .toList();

    private static final AtomicLong BYTES = new AtomicLong();

    private SecondHand() {}

    /**
     * Memory with any content, page-aligned, on huge pages where they fit; freed some time after
     * nobody references it any more.
     */
    public static MemorySegment allocate(long bytes) {
        return allocate(bytes, Arena.ofAuto(), true);
    }

    /** The same, given back when an arena is closed. */
    public static MemorySegment allocate(long bytes, Arena arena) {
        return allocate(bytes, arena, false);
    }

    private static MemorySegment allocate(long bytes, Arena arena, boolean collected) {
        int size = Math.max(SMALLEST, Long.SIZE - Long.numberOfLeadingZeros(bytes - 1));
        if (size > LARGEST) {
            return collected ? Region.allocateHuge(bytes) : Region.allocate(bytes, arena);
        }
        var kept = KEPT.get(size - SMALLEST).pollFirst();
        if (kept != null) {
            BYTES.addAndGet(-kept.byteSize());
        }
        if (collected) {
            Region.handedOut(1L << size, kept == null);
        }
        var raw = kept == null ? Region.mapHuge(1L << size) : kept;
        return Region.adopt(raw, arena, SecondHand::keep).asSlice(0, bytes);
    }

    /** Nobody can reach it any more. */
    private static void keep(MemorySegment raw) {
        long bytes = raw.byteSize();
        if (BYTES.addAndGet(bytes) > KEPT_BYTES_MAX) {
            BYTES.addAndGet(-bytes);
            Region.unmap(raw);
            return;
        }
        Region.forsake(raw);
        int size = Long.numberOfTrailingZeros(bytes);
        KEPT.get(size - SMALLEST).addFirst(raw);
    }

    /** Bytes that are kept now. */
    public static long bytes() {
        return BYTES.get();
    }
}
