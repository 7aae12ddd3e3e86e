package dev.squall.fabric.shm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;

/**
 * The calls of Linux for which Java has no words: a lock that dies with its process, memory that is
 * taken before it is touched, and sleep on a word of memory that other processes can end.
 */
final class Kernel {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final int O_RDWR_NOFOLLOW_CLOEXEC = 0x2 | noFollow() | 0x80000;
    private static final int O_CREAT_EXCL = 0x40 | 0x80;
    private static final int OWNER_ONLY = 0600;
    private static final int LOCK_EX_NB = 2 | 4;
    private static final int PUNCH_HOLE_KEEP_SIZE = 2 | 1;
    private static final int FUTEX_WAIT = 0;
    private static final int FUTEX_WAKE = 1;
    private static final long FUTEX = isArm() ? 98 : 202;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

    private static final MethodHandle OPEN =
            link(
                    "open",
                    FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT, INT),
                    CAPTURE,
                    Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle FLOCK = link("flock", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle FALLOCATE =
            link("fallocate", FunctionDescriptor.of(INT, INT, INT, LONG, LONG), CAPTURE);
    private static final MethodHandle SYSCALL =
            link(
                    "syscall",
                    FunctionDescriptor.of(
                            LONG,
                            LONG,
                            ValueLayout.ADDRESS,
                            INT,
                            INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS,
                            INT),
                    Linker.Option.firstVariadicArg(1));

    /** Bytes of the memory in which {@link #sleep} is told how long. */
    static final int TIMESPEC_BYTES = 16;

    private Kernel() {}

    private static boolean isArm() {
        return System.getProperty("os.arch").equals("aarch64");
    }

    private static int noFollow() {
        return isArm() ? 0x8000 : 0x20000;
    }

    /** Whether this machine knows these calls by these numbers. */
    static boolean available() {
        return System.getProperty("os.name").equals("Linux")
                && (isArm() || System.getProperty("os.arch").equals("amd64"));
    }

    /**
     * Makes a file of this size that only its owner may read and write, with all of its memory: who
     * touches it later never meets a full file system.
     *
     * @throws IOException when it is there already, or there is no room
     */
    static void create(Path file, long bytes) throws IOException {
        int descriptor = open(file, O_RDWR_NOFOLLOW_CLOEXEC | O_CREAT_EXCL);
        try {
            fallocate(descriptor, 0, bytes);
        } finally {
            close(descriptor);
        }
    }

    /** Gives back the memory of a file; those who map it see zeros. */
    static void discard(Path file, long bytes) throws IOException {
        int descriptor = open(file, O_RDWR_NOFOLLOW_CLOEXEC);
        try {
            fallocate(descriptor, PUNCH_HOLE_KEEP_SIZE, bytes);
        } finally {
            close(descriptor);
        }
    }

    /**
     * Locks a file until {@link #close}, or the death of this process.
     *
     * @return what to close, or -1 when somebody else has locked it
     */
    static int lock(Path file) throws IOException {
        int descriptor = open(file, O_RDWR_NOFOLLOW_CLOEXEC);
        try {
            if ((int) FLOCK.invokeExact(descriptor, LOCK_EX_NB) == 0) {
                return descriptor;
            }
            close(descriptor);
            return -1;
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    static void close(int descriptor) {
        try {
            int _ = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    private static int open(Path file, int flags) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            var name = arena.allocateFrom(file.toString());
            int descriptor = (int) OPEN.invokeExact(state, name, flags, OWNER_ONLY);
            if (descriptor < 0) {
                throw failed("open " + file, state);
            }
            return descriptor;
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private static void fallocate(int descriptor, int mode, long bytes) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var state = arena.allocate(STATE);
            if ((int) FALLOCATE.invokeExact(state, descriptor, mode, 0L, bytes) < 0) {
                throw failed("allocate " + bytes + " bytes", state);
            }
        } catch (Throwable e) {
            throw thrown(e);
        }
    }

    private static IOException failed(String what, MemorySegment state) {
        int errno = (int) ERRNO.get(state, 0L);
        var why =
                switch (errno) {
                    case 2 -> "there is none";
                    case 12, 28 -> "no space left";
                    case 13 -> "permission denied";
                    case 17 -> "it is there already";
                    case 24 -> "too many open files";
                    default -> "error " + errno;
                };
        return new IOException("cannot " + what + ": " + why);
    }

    /**
     * Sleeps as long as a word of memory has this value, until {@link #wake}, or the time has
     * passed. May return early.
     *
     * @param timespec {@link #TIMESPEC_BYTES} of the caller's own
     */
    static void sleep(MemorySegment word, int value, long nanos, MemorySegment timespec) {
        timespec.set(LONG, 0, nanos / NANOS_PER_SECOND);
        timespec.set(LONG, 8, nanos % NANOS_PER_SECOND);
        futex(word, FUTEX_WAIT, value, timespec);
    }

    /** Ends the sleep of whoever sleeps on this word, in whichever process. */
    static void wake(MemorySegment word) {
        futex(word, FUTEX_WAKE, 1, MemorySegment.NULL);
    }

    private static void futex(MemorySegment word, int operation, int value, MemorySegment time) {
        try {
            long _ =
                    (long)
                            SYSCALL.invokeExact(
                                    FUTEX, word, operation, value, time, MemorySegment.NULL, 0);
        } catch (Throwable e) {
            throw rethrow(e);
        }
    }

    @SuppressWarnings("restricted") // calls into the C library, with the types that it documents
    private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... how) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, how);
    }

    private static IOException thrown(Throwable e) {
        return e instanceof IOException failed ? failed : new IOException(rethrow(e));
    }

    private static RuntimeException rethrow(Throwable e) {
        switch (e) {
            case RuntimeException r -> throw r;
            case Error r -> throw r;
            default -> throw new IllegalStateException(e);
        }
    }
}
