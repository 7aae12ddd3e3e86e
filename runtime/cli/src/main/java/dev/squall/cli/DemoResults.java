package dev.squall.cli;

import dev.squall.cli.local.Demo;
import dev.squall.cli.rest.EventFeed;
import dev.squall.cli.rest.Rest;
import dev.squall.cli.terminal.Failure;
import dev.squall.cli.terminal.Printer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Prints the demo's results as they come, on a thread of its own, so that the main thread can look
 * after the processes. Closing it ends the thread.
 */
final class DemoResults implements AutoCloseable {
    private final Printer printer;
    private final EventFeed feed;
    private final List<Rest> nodes;
    private volatile boolean closed;
    private final CountDownLatch first = new CountDownLatch(1);
    private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();

    /** Results from the nodes at these addresses; nothing is asked before {@link #start}. */
    DemoResults(List<String> urls, Printer printer) {
        this.printer = printer;
        feed = new EventFeed(urls, Demo.EVENTS, null, printer::note);
        nodes = urls.stream().map(url -> Rest.at(url, printer::note)).toList();
    }

    void start() {
        Thread.ofPlatform().daemon().name("results").start(this::follow);
    }

    private void follow() {
        var lines = new EventPrinter(printer, nodes);
        try {
            feed.follow(event -> {
                var line = lines.prepare(event);
                if (closed) {
                    return false; // it may say nothing but that its connection was closed
                }
                line.run();
                first.countDown();
                return true;
            });
        } catch (Failure e) {
            failure.set(e);
        }
    }

    /** Waits at most so long; true as soon as a result has been printed. */
    boolean awaitFirst(Duration limit) throws InterruptedException {
        return first.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Why no more results come, once; null while they do. */
    @Nullable Failure takeFailure() {
        return failure.getAndSet(null);
    }

    @Override
    public void close() {
        closed = true;
        feed.close();
        nodes.forEach(Rest::close);
    }
}
