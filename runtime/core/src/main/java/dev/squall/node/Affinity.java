package dev.squall.node;

import dev.squall.base.Failure;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.stream.IntStream;

/** Binds a thread to processors, which Java has no words for. Linux only. */
final class Affinity {

    /** The processor of the highest number that can be named. */
    static final int CPU_MAX = 1023;

    private static final long MASK_BYTES = (CPU_MAX + 1) / 8;

    private Affinity() {}

    /** The processors that the calling thread may run on. */
    static List<Integer> allowed() {
        try (var arena = Arena.ofConfined()) {
            var mask = arena.allocate(MASK_BYTES);
            if (call("sched_getaffinity", mask) != 0) {
                throw unknown("which processors this process may run on cannot be found out");
            }
            return IntStream.rangeClosed(0, CPU_MAX).filter(c -> has(mask, c)).boxed().toList();
        }
    }

    /** The calling thread, and those that it starts, run on these processors from now on. */
    static void bind(List<Integer> cpus) {
        try (var arena = Arena.ofConfined()) {
            var mask = arena.allocate(MASK_BYTES);
            for (int cpu : cpus) {
                int old = mask.get(ValueLayout.JAVA_BYTE, cpu / 8);
                mask.set(ValueLayout.JAVA_BYTE, cpu / 8, (byte) (old | 1 << (cpu % 8)));
            }
            if (call("sched_setaffinity", mask) != 0) {
                throw unknown("a thread cannot be bound to the processors " + cpus);
            }
        }
    }

    private static boolean has(MemorySegment mask, int cpu) {
        return (mask.get(ValueLayout.JAVA_BYTE, cpu / 8) >> (cpu % 8) & 1) != 0;
    }

    /** Both calls name a thread, 0 = the caller, and a mask by its length and place. */
    private static int call(String name, MemorySegment mask) {
        try {
            return (int) handle(name).invokeExact(0, MASK_BYTES, mask);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(String name) {
        var linker = Linker.nativeLinker();
        var symbol =
                linker.defaultLookup()
                        .find(name)
                        .orElseThrow(() -> unknown("this system does not know " + name));
        return linker.downcallHandle(
                symbol,
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS));
    }

    private static Failure unknown(String what) {
        return new Failure(Failure.Kind.INVALID, what + "; leave squall.threads.cpus out");
    }
}
