package dev.squall.fabric.tls;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one thread that makes the costly steps of handshakes, about a millisecond each, so that
 * whoever knocks does not hold up those who are in. It is there while there is something to do.
 */
public final class Handshakes implements AutoCloseable {

    /** Steps that may wait; one more ends the connection that needs it. */
    static final int WAITING_MAX = 256;

    private static final long IDLE_SECONDS = 10;

    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(
                    1,
                    1,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(WAITING_MAX),
                    Thread.ofPlatform().daemon().name("handshakes").factory());

    /** With a thread that begins with the first step. */
    public Handshakes() {
        thread.allowCoreThreadTimeOut(true);
    }

    /** Runs a step on the thread. */
    void run(Runnable step) throws IOException {
        try {
            thread.execute(step);
        } catch (RejectedExecutionException e) {
            throw new IOException("%d steps of handshakes wait already".formatted(WAITING_MAX), e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
