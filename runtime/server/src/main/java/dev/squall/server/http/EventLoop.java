package dev.squall.server.http;

import io.vertx.core.Vertx;
import java.util.concurrent.Executor;

/**
 * The way back from the core's threads. What the core completes, it completes on the thread that
 * delivers objects, which must not be held up: whatever follows goes through here.
 */
public final class EventLoop {

    private EventLoop() {}

    /** Runs things on the event loop that calls this. */
    public static Executor current() {
        var context = Vertx.currentContext();
        if (context == null) {
            throw new IllegalStateException("not on an event loop: " + Thread.currentThread());
        }
        return action -> context.runOnContext(_ -> action.run());
    }
}
