package dev.squall.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Anonymous memory straight from the operating system: zeroed, page-aligned, and resident only
 * where it was touched, so that a ring or a log segment costs nothing before it is used. ({@link
 * Arena#allocate} writes zeros through everything it hands out.)
 *
 * <p><b>Lifetime.</b> The memory lives as long as any segment or slice of it is reachable and is
 * then returned to the system by the garbage collector. So a reader needs no lease beside its
 * reference, and nobody can close memory under a reader.
 */
public final class Region {

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x2 | 0x20 | 0x4000;
    private static final int MADV_HUGEPAGE = 14;
    private static final long HUGE_PAGE_BYTES = 2 << 20;
    private static final MethodHandle MMAP;
    private static final MethodHandle MADVISE;
    private static final MethodHandle MUNMAP;

    static {
        var linker = Linker.nativeLinker();
        var libc = linker.defaultLookup();
        MMAP =
                link(
                        linker,
                        libc.findOrThrow("mmap"),
                        FunctionDescriptor.of(
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG));
        MADVISE =
                link(
                        linker,
                        libc.findOrThrow("madvise"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.JAVA_INT));
        MUNMAP =
                link(
                        linker,
                        libc.findOrThrow("munmap"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    }

    /** Bytes handed out between two collections that are asked for: 512 MiB. */
    private static final long COLLECT_BYTES = 512L << 20;

    private static final AtomicLong UNCOLLECTED = new AtomicLong();

    private Region() {}

    /**
     * Memory of this size, freed some time after nobody references it any more.
     *
     * @throws OutOfMemoryError when the system gives none
     */
    public static MemorySegment allocate(long bytes) {
        collectNowAndThen(bytes);
        return adopt(map(bytes), bytes, Arena.ofAuto());
    }

    /**
     * Memory of this size on huge pages, if the system has them to give: for what is large and read
     * at random, where a miss in the table of pages costs as much as one in memory. A page is
     * resident as a whole (2 MiB) once a byte of it was touched, so this is not for what may stay
     * almost empty. Freed like that of {@link #allocate(long)}.
     */
    public static MemorySegment allocateHuge(long bytes) {
        if (bytes < HUGE_PAGE_BYTES) {
            return allocate(bytes);
        }
        collectNowAndThen(bytes);
        long whole = bytes + HUGE_PAGE_BYTES;
        var mapped = adopt(map(whole), whole, Arena.ofAuto());
        long aligned = -mapped.address() & (HUGE_PAGE_BYTES - 1);
        var memory = mapped.asSlice(aligned, bytes);
        try {
            // Refused where the system knows no huge pages: then they are ordinary ones.
            int _ = (int) MADVISE.invokeExact(memory, bytes, MADV_HUGEPAGE);
        } catch (Throwable e) {
            throw rethrow(e);
        }
        return memory;
    }

    /** Memory of this size, freed when the arena is closed. */
    public static MemorySegment allocate(long bytes, Arena arena) {
        return adopt(map(bytes), bytes, arena);
    }

    /**
     * A whole file as memory that every process which maps it shares, freed some time after nobody
     * references it any more.
     *
     * @param bytes what the file has, at least
     */
    public static MemorySegment map(FileChannel file, long bytes) throws IOException {
        collectNowAndThen(bytes);
        return file.map(FileChannel.MapMode.READ_WRITE, 0, bytes, Arena.ofAuto());
    }

    /**
     * The collector frees regions but does not feel their weight: a few small objects stand for
     * gigabytes. So a collection is asked for whenever this much has been handed out.
     */
    private static void collectNowAndThen(long bytes) {
        if (UNCOLLECTED.addAndGet(bytes) > COLLECT_BYTES) {
            UNCOLLECTED.set(0);
            System.gc();
        }
    }

    private static MemorySegment map(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("a region of " + bytes + " bytes");
        }
        try {
            var memory =
                    (MemorySegment)
                            MMAP.invokeExact(
                                    MemorySegment.NULL,
                                    bytes,
                                    PROT_READ_WRITE,
                                    MAP_PRIVATE_ANONYMOUS_NORESERVE,
                                    -1,
                                    0L);
            if (memory.address() == -1L) {
                throw new OutOfMemoryError("the system gave no " + bytes + " bytes of memory");
            }
            return memory;
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    @SuppressWarnings("restricted") // gives the raw mapping its size and its owner
    private static MemorySegment adopt(MemorySegment memory, long bytes, Arena arena) {
        return memory.reinterpret(bytes, arena, m -> unmap(m, bytes));
    }

    private static void unmap(MemorySegment memory, long bytes) {
        try {
            int _ = (int) MUNMAP.invokeExact(memory, bytes);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle link(Linker linker, MemorySegment symbol, FunctionDescriptor type) {
        return linker.downcallHandle(symbol, type);
    }

    private static RuntimeException rethrow(Throwable e) {
        switch (e) {
            case RuntimeException r -> throw r;
            case Error r -> throw r;
            default -> throw new IllegalStateException(e);
        }
    }
}
