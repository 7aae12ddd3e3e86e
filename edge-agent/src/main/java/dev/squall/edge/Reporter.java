package dev.squall.edge;

import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Shows the counters every {@link #INTERVAL_SECONDS}, until stopped. Runs on one thread. */
final class Reporter implements Runnable {
    static final long INTERVAL_SECONDS = 5;

    private final Counters counters;
    private final Supplier<Report> reports;
    private final Consumer<Report> screen;
    private final Uplink uplink;
    private final NodeClient client;
    private final TimeSource time;
    private final CountDownLatch stop = new CountDownLatch(1);

    Reporter(
            Counters counters,
            Supplier<Report> reports,
            Consumer<Report> screen,
            Uplink uplink,
            NodeClient client,
            TimeSource time) {
        this.counters = counters;
        this.reports = reports;
        this.screen = screen;
        this.uplink = uplink;
        this.client = client;
        this.time = time;
    }

    @Override
    public void run() {
        try {
            long next = time.nanos();
            do {
                next += INTERVAL_SECONDS * 1_000_000_000;
                if (time.waitUntil(next, stop)) {
                    push(reports.get()); // so that the node shows the final numbers
                    return;
                }
                counters.roll();
                Report report = reports.get();
                screen.accept(report);
                push(report);
            } while (true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // ends the reports, which is all there is to do
        }
    }

    /** Sends one last report to the node and ends. Any thread. */
    void stop() {
        stop.countDown();
    }

    private void push(Report report) throws InterruptedException {
        client.report(uplink.node(), report.agent(), report.toJson());
    }
}
