package dev.squall.rdma;

import java.io.IOException;

/**
 * A thread that waits at the device for completions and wakes who sleeps at the carrier: a node can
 * sleep at one place only, and there its sockets and other threads wake it as well. While nobody
 * sleeps no queue is armed, and it waits for nothing.
 */
final class Bell implements AutoCloseable {

    /** So often it looks whether it has to end: every 100 ms. */
    private static final int LOOK_MILLIS = 100;

    private final Device device;
    private final Runnable wake;
    private final Thread thread;
    private volatile boolean rung;
    private volatile boolean closed;

    /**
     * @param wake wakes who sleeps; from any thread
     */
    Bell(Device device, String name, Runnable wake) {
        this.device = device;
        this.wake = wake;
        this.thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    private void run() {
        while (!closed) {
            try {
                if (device.bells().getCqEvent(null, LOOK_MILLIS)) {
                    rung = true;
                    wake.run();
                }
            } catch (IOException e) {
                System.getLogger(Bell.class.getName())
                        .log(System.Logger.Level.ERROR, "the device rings no more", e);
                return;
            }
        }
    }

    /** Forgets what has rung before. */
    void reset() {
        rung = false;
    }

    /** Whether it has rung since. */
    boolean hasRung() {
        return rung;
    }

    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true; // the thread must not see the device closed
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
