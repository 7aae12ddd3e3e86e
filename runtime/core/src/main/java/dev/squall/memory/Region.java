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
import java.util.function.Consumer;

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
    private static final int MADV_FREE = 8;
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
        handedOut(bytes, true);
        return adopt(map(bytes), Arena.ofAuto(), Region::unmap);
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
        handedOut(bytes, true);
        return adopt(mapHuge(bytes), Arena.ofAuto(), Region::unmap);
    }

    /** Raw memory of this size, on huge pages if it has the size of one at least. */
    static MemorySegment mapHuge(long bytes) {
        if (bytes < HUGE_PAGE_BYTES) {
            return map(bytes);
        }
        var whole = map(bytes + HUGE_PAGE_BYTES);
        long before = -whole.address() & (HUGE_PAGE_BYTES - 1);
        cut(whole, 0, before);
        cut(whole, before + bytes, HUGE_PAGE_BYTES - before);
        var memory = whole.asSlice(before, bytes);
        advise(memory, MADV_HUGEPAGE);
        return memory;
    }

    private static void cut(MemorySegment raw, long from, long bytes) {
        if (bytes > 0) {
            unmap(raw.asSlice(from, bytes));
        }
    }

    /** Lets the system take what stands in raw memory, if it is short of pages. */
    static void forsake(MemorySegment raw) {
        advise(raw, MADV_FREE);
    }

    /** Refused where the system does not know of such a thing: then nothing comes of it. */
    private static void advise(MemorySegment raw, int advice) {
        try {
            int _ = (int) MADVISE.invokeExact(raw, raw.byteSize(), advice);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    /** Memory of this size, freed when the arena is closed. */
    public static MemorySegment allocate(long bytes, Arena arena) {
        return adopt(map(bytes), arena, Region::unmap);
    }

    /**
     * A whole file as memory that every process which maps it shares, freed some time after nobody
     * references it any more.
     *
     * @param bytes what the file has, at least
     */
    public static MemorySegment map(FileChannel file, long bytes) throws IOException {
        handedOut(bytes, true);
        return file.map(FileChannel.MapMode.READ_WRITE, 0, bytes, Arena.ofAuto());
    }

    /**
     * The collector frees regions but does not feel their weight: a few small objects stand for
     * gigabytes. So a collection is asked for whenever this much has been handed out, unless what
     * was freed meanwhile is enough to go on with.
     *
     * @param fresh whether it comes from the system, since nothing that was freed was there
     */
    static void handedOut(long bytes, boolean fresh) {
        if (UNCOLLECTED.addAndGet(bytes) > COLLECT_BYTES && fresh) {
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
            return sized(memory, bytes);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    @SuppressWarnings("restricted") // gives the raw mapping its size
    private static MemorySegment sized(MemorySegment raw, long bytes) {
        return raw.reinterpret(bytes);
    }

    /** Gives raw memory an owner, and what becomes of it when that has gone. */
    @SuppressWarnings("restricted")
    static MemorySegment adopt(MemorySegment raw, Arena arena, Consumer<MemorySegment> then) {
        return raw.reinterpret(arena, _ -> then.accept(raw));
    }

    /** Gives raw memory back to the system. */
    static void unmap(MemorySegment raw) {
        try {
            int _ = (int) MUNMAP.invokeExact(raw, raw.byteSize());
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
