package dev.squall.bench.member;

import dev.squall.udl.Emitter;
import dev.squall.udl.ObjectView;
import dev.squall.udl.Udl;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Logic that does nothing but say when it was started, and how long before that its object was put.
 * It is uploaded as a jar ({@link ClockedJar}), as a user's would be, so it sees the JDK and the
 * API and nothing of the bench: what it says goes to an operator among the system's properties.
 *
 * <p>An object begins with who put it and when:
 *
 * <pre>
 *   0  nanos   i64  of the kernel's monotonic clock, which all processes of a host share
 *   8  member  i64
 * </pre>
 */
@SuppressWarnings("try") // as in Udl itself
public final class Clocked implements Udl {

    /** What an object holds at least. */
    public static final int BYTES = 16;

    /** The property under which a {@link LongBinaryOperator} takes member and nanoseconds. */
    static final String TAKER = "squall.bench.starts";

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private final @Nullable LongBinaryOperator taker =
            (LongBinaryOperator) System.getProperties().get(TAKER);

    /** Writes who puts an object, and now. */
    static void stamp(MemorySegment payload, int member) {
        payload.set(LONG, Long.BYTES, member);
        payload.set(LONG, 0, System.nanoTime());
    }

    @Override
    public void handle(ObjectView object, Emitter out) {
        long now = System.nanoTime();
        var bytes = object.bytes();
        if (taker != null) {
            var _ = taker.applyAsLong(bytes.get(LONG, Long.BYTES), now - bytes.get(LONG, 0));
        }
    }
}
