package dev.squall.fabric.shm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;

/**
 * A doorbell on a word of memory that all neighbours map. Who has written looks at the word: while
 * it says that nobody sleeps, ringing is one read. The sleeper says first that it is about to
 * sleep, then looks once more for work, then sleeps only if the word is still as it left it; so no
 * ring between its last look and its sleep is lost.
 *
 * <p>A sleeper who has to hear its sockets too sleeps there, and is told there: the word says so.
 * One that was rung by somebody who died half-way sleeps on until its time has passed.
 */
final class Bell {

    private static final int AWAKE = 0;
    private static final int ASLEEP = 1;
    private static final int AT_SOCKETS = 2;

    private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

    private final MemorySegment word;
    private final MemorySegment timespec = Arena.ofAuto().allocate(Kernel.TIMESPEC_BYTES, 8);

    Bell(HomeFile file) {
        this.word = file.memory.asSlice(HomeFile.BELL, 4);
    }

    /**
     * Sleeps until it rings, or the time has passed, or there is work already. May return early.
     *
     * @param nanosMax how long at most
     * @param work asked once rings are heard
     */
    void sleep(long nanosMax, BooleanSupplier work) {
        WORD.setVolatile(word, 0L, ASLEEP);
        if (!work.getAsBoolean()) {
            Kernel.sleep(word, ASLEEP, nanosMax, timespec);
        }
        WORD.setVolatile(word, 0L, AWAKE);
    }

    /** Says that the owner is about to sleep at its sockets, where {@link #ring} cannot wake it. */
    void atSockets() {
        WORD.setVolatile(word, 0L, AT_SOCKETS);
    }

    /** The owner is back from its sockets. */
    void awake() {
        WORD.setVolatile(word, 0L, AWAKE);
    }

    /**
     * Wakes the owner if it sleeps here; from any thread of any process that has written before.
     *
     * @return whether the owner sleeps at its sockets, and the caller is the one to wake it there
     */
    boolean ring() {
        VarHandle.fullFence(); // what was written must be seen by an owner who is seen awake here
        int state = (int) WORD.getVolatile(word, 0L);
        if (state == ASLEEP && WORD.compareAndSet(word, 0L, ASLEEP, AWAKE)) {
            Kernel.wake(word);
        }
        return state == AT_SOCKETS && WORD.compareAndSet(word, 0L, AT_SOCKETS, AWAKE);
    }
}
