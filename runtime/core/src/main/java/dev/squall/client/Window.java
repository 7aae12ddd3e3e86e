package dev.squall.client;

import dev.squall.base.Failure;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a client has under way: as many requests and bytes as its options allow, each with a slot
 * that its id names, and each change with a producer's number. This is where a cluster that is
 * overloaded makes its callers wait. Any thread.
 */
final class Window {

    private static final int SLOT_BITS = 12;
    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;

    private final ClientOptions options;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final AtomicReferenceArray<@Nullable Call<?>> slots;
    private final int[] free;
    private final Lane[] lanes;
    private int freeCount;
    private long bytes;
    private long generation;

    Window(ClientOptions options) {
        int requests = options.requestsMax();
        this.options = options;
        this.slots = new AtomicReferenceArray<>(requests);
        this.free = new int[requests];
        for (int i = 0; i < requests; i++) {
            free[i] = requests - 1 - i;
        }
        this.freeCount = requests;
        this.lanes = new Lane[2 * (requests / Lane.WINDOW + 1)];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = new Lane(i);
        }
    }

    /**
     * Lets a call in.
     *
     * @param nanosMax how long to wait for room at most; 0 = do not
     * @throws Failure {@code OVERLOADED} when there is none
     */
    void enter(Call<?> call, long nanosMax) {
        lock.lock();
        try {
            long left = nanosMax;
            while (!admit(call)) {
                if (left <= 0) {
                    throw full();
                }
                left = room.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new Failure(Failure.Kind.OVERLOADED, "interrupted while it waited for room");
        } finally {
            lock.unlock();
        }
    }

    private Failure full() {
        return new Failure(
                Failure.Kind.OVERLOADED,
                "%d requests and %d bytes are under way; this client's limits are %d and %d"
                        .formatted(
                                slots.length() - freeCount,
                                bytes,
                                options.requestsMax(),
                                options.bytesMax()));
    }

    private boolean admit(Call<?> call) {
        boolean fits = bytes == 0 || bytes + call.bytes <= options.bytesMax();
        var lane = call.numbered ? lane() : null;
        if (freeCount == 0 || !fits || (call.numbered && lane == null)) {
            return false;
        }
        int slot = free[--freeCount];
        bytes += call.bytes;
        if (lane != null) {
            call.lane = lane;
            call.sequence = lane.take();
        }
        call.id = ++generation << SLOT_BITS | slot;
        slots.set(slot, call);
        return true;
    }

    /** The first that has room, so that as few producers as possible are to be remembered. */
    private @Nullable Lane lane() {
        for (var lane : lanes) {
            if (lane.hasRoom()) {
                return lane;
            }
        }
        return null;
    }

    /** A call has come to its end; false when it had before. */
    boolean leave(Call<?> call) {
        lock.lock();
        try {
            int slot = (int) (call.id & SLOT_MASK);
            if (slots.get(slot) != call) {
                return false;
            }
            slots.set(slot, null);
            free[freeCount++] = slot;
            bytes -= call.bytes;
            if (call.lane != null) {
                call.lane.done(call.sequence);
            }
            room.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The call of an id, if it is under way. */
    @Nullable Call<?> find(long id) {
        int slot = (int) (id & SLOT_MASK);
        var call = id < 0 || slot >= slots.length() ? null : slots.get(slot);
        return call != null && call.id == id ? call : null;
    }

    /** The call in a slot, if there is one. */
    @Nullable Call<?> at(int slot) {
        return slots.get(slot);
    }

    int slots() {
        return slots.length();
    }

    /** How long a caller waits for room, in nanoseconds. */
    long patienceNanos() {
        return TimeUnit.MILLISECONDS.toNanos(options.timeoutMillis());
    }
}
