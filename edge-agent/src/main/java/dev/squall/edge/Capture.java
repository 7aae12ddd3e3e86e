package dev.squall.edge;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a camera at its own pace into the buffer, until the source ends, the wished number of
 * frames is reached, or {@link #stop}.
 *
 * <p>It runs on one thread, which owns the camera from then on and closes it.
 */
final class Capture implements Runnable {
    /** So many frames in a row that cannot be decoded end the source. */
    static final int UNREADABLE_LIMIT = 100;

    /**
     * What to take from a source.
     *
     * @param fps frames a second to keep, 0 for all
     * @param loop whether to begin again at the end
     * @param limitFrames how many frames to take at most, not counting those that {@code fps}
     *     leaves out; 0 for no limit
     */
    record Plan(double fps, boolean loop, long limitFrames) {}

    private final Camera camera;
    private final Plan plan;
    private final FrameBuffer buffer;
    private final Counters counters;
    private final TimeSource time;
    private final Consumer<String> log;
    private final CountDownLatch stop = new CountDownLatch(1);

    private final Pacer pacer = new Pacer();
    private final Sampler sampler;
    private long taken;
    private int unreadable;
    private long lastPosition = Camera.END;
    private long passStart;
    private volatile @Nullable IOException failure;

    Capture(
            Camera camera,
            Plan plan,
            FrameBuffer buffer,
            Counters counters,
            TimeSource time,
            Consumer<String> log) {
        this.camera = camera;
        this.plan = plan;
        this.buffer = buffer;
        this.counters = counters;
        this.time = time;
        this.log = log;
        this.sampler = new Sampler(plan.fps(), camera.intervalMicros());
    }

    @Override
    public void run() {
        try (camera) {
            while (stop.getCount() > 0 && !limitReached() && readOne()) {}
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody interrupts this thread but to end it
        } finally {
            buffer.close();
        }
    }

    /** Ends the reading after at most one more frame. Any thread. */
    void stop() {
        stop.countDown();
    }

    /** Why the source could not be read to its end, if so. */
    @Nullable IOException failure() {
        return failure;
    }

    private boolean limitReached() {
        return plan.limitFrames() > 0 && taken >= plan.limitFrames();
    }

    /** Handles one frame; false when there are no more. */
    private boolean readOne() throws IOException, InterruptedException {
        try {
            long inPass = camera.advance();
            if (inPass == Camera.END) {
                return nextPass();
            }
            lastPosition = passStart + inPass;
            take(lastPosition);
            unreadable = 0;
        } catch (UnreadableFrameException e) {
            skip(e);
        }
        return true;
    }

    private void take(long position) throws IOException, InterruptedException {
        if (!sampler.keeps(position)) {
            drop(Drop.SAMPLED);
            return;
        }
        Pacer.Verdict verdict = pacer.judge(position, time.nanos());
        if (verdict == Pacer.Verdict.WAIT && time.waitUntil(pacer.dueNanos(position), stop)) {
            return;
        }
        taken++;
        switch (verdict) {
            case DROP -> drop(Drop.LATE);
            case WAIT -> {
                long capturedMicros = time.epochMicros();
                byte[] jpeg = camera.jpeg();
                counters.captured.incrementAndGet();
                buffer.offer(new Frame(jpeg, capturedMicros));
            }
        }
    }

    private void drop(Drop reason) {
        counters.captured.incrementAndGet();
        counters.dropped(reason);
    }

    private boolean nextPass() throws IOException {
        if (lastPosition < passStart) {
            throw new IOException("the source holds no frame");
        }
        if (!plan.loop()) {
            return false;
        }
        passStart = lastPosition + camera.intervalMicros();
        camera.rewind();
        return true;
    }

    private void skip(UnreadableFrameException e) throws IOException {
        drop(Drop.UNREADABLE);
        if (unreadable++ == 0) {
            log.accept("a frame cannot be decoded and is left out: " + e.getMessage());
        }
        if (unreadable == UNREADABLE_LIMIT) {
            throw new IOException(
                    "gave up after %d frames in a row that cannot be decoded; the last: %s"
                            .formatted(unreadable, e.getMessage()));
        }
    }
}
