package dev.squall.node;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A thread for what has time: one task at a time, in their order. It is there only while there is
 * something to do.
 */
final class Background {

    /** A thread without work ends after so many seconds. */
    private static final long IDLE_SECONDS = 1;

    /** Tasks that wait at most; a shard never has more than two: 65,536. */
    private static final int TASKS_MAX = 1 << 16;

    private Background() {}

    static Executor executor() {
        var threads =
                new ThreadPoolExecutor(
                        1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(TASKS_MAX));
        threads.setThreadFactory(Thread.ofPlatform().name("background").daemon().factory());
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
